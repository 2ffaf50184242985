package dev.parley.sim.coverage;

import java.util.List;

/** What a peer can be told in an error, by the beginnings of the texts (spec 01 §8.1, 03, 04, 03 §12.7). */
final class Refusals {
    /** The longer before the shorter one that it begins with; the last takes all else. */
    static final List<String> TEXTS = List.of(
            "hash mismatch",
            "limit exceeded",
            "lamport ceiling exceeded",
            "wall clock skew",
            "invalid ed25519 signature",
            "policy violation",
            "missing_parent",
            "room is full",
            "room is not available",
            "auth: room is locked",
            "auth: missing token.",
            "auth: malformed token field",
            "auth: token peer_pubkey does not match",
            "auth: token has expired",
            "auth: signature verification failed",
            "auth: ",
            "expected hello",
            "hello must be sent first",
            "hello already processed",
            "hello.pubkey is required",
            "hello.room is required",
            "text messages required",
            "message too large",
            "invalid JSON",
            "invalid pack: bad base64",
            "invalid pack: bad postcard",
            "set-room-key: invalid pubkey hex",
            "room already locked",
            "set-policy: unknown default",
            "set-policy: each rule",
            "set-policy: invalid pubkey hex",
            "set-policy: the room's policy timeline is full",
            "reject.control_plane_forbidden",
            "reject.protocol_unsupported_command",
            "reject.protocol_invalid_field",
            "reject.protocol_message_too_large",
            "reject.presence_lease_invalid",
            "presence-sweep.now_unix_ms is required",
            "presence store is full",
            "(other)");

    private Refusals() {}

    static int of(String text) {
        for (int i = 0; i < TEXTS.size() - 1; i++) {
            if (text.startsWith(TEXTS.get(i))) {
                return i;
            }
        }
        return TEXTS.size() - 1;
    }
}
