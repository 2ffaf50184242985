package dev.parley.core.wire;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sorts the texts of errors into the few classes that peers and metrics can count on (spec 03 §12.7, 04 §2). The texts
 * stay the protocol; a class only says of which kind one is.
 *
 * <p>Shape: the class of a text is that of the first prefix that fits; of several errors joined in one text that of the
 * first. A text that begins {@code reject.} names its class itself, up to the colon. Cost: linear in the prefixes.
 */
public final class ReasonClass {
    /** The peer may not do this, or not be here. */
    private static final String AUTH_VIOLATION = "AuthViolation";

    /** What the peer said is wrong. */
    private static final String INVALID_COMMAND = "InvalidCommand";

    private static final String REJECT = "reject.";

    private record Rule(String prefix, String reasonClass) {}

    /** The longer prefix before the shorter one that it begins with. */
    private static final List<Rule> RULES = List.of(
            new Rule("auth: room is locked", "unauthorized.token_missing"),
            new Rule("auth: token has expired", "unauthorized.token_expired"),
            new Rule("auth: token peer_pubkey does not match", "unauthorized.token_peer_mismatch"),
            new Rule("auth: missing token.capability_profile_version", "unauthorized.capability_mismatch"),
            new Rule("auth: unknown token.capability_profile_version", "unauthorized.capability_mismatch"),
            new Rule("auth: capability profile expansion failed", "unauthorized.capability_mismatch"),
            new Rule("auth: ", "unauthorized.token_invalid"),
            new Rule("hello.", "reject.protocol_invalid_field"),
            new Rule("set-room-key: ", "reject.protocol_invalid_field"),
            new Rule("set-policy: ", "reject.protocol_invalid_field"),
            new Rule("presence-sweep.", "reject.protocol_invalid_field"),
            new Rule("expected hello", "reject.protocol_invalid_message"),
            new Rule("hello must be sent first", "reject.protocol_invalid_message"),
            new Rule("hello already processed", "reject.protocol_invalid_message"),
            new Rule("text messages required", "reject.protocol_invalid_message"),
            new Rule("invalid JSON", "reject.protocol_invalid_message"),
            new Rule("invalid pack: ", "reject.protocol_invalid_message"),
            new Rule("message too large", "reject.protocol_message_too_large"),
            new Rule("hash mismatch", "reject.hash_mismatch"),
            new Rule("invalid ed25519 signature", "reject.invalid_signature"),
            new Rule("policy violation", "reject.policy_violation"),
            new Rule("lamport ceiling exceeded", "reject.lamport_ceiling"),
            new Rule("wall clock skew", "reject.wall_clock_skew"),
            new Rule("missing_parent", "reject.missing_parent"),
            new Rule("room is not available", "reject.server_overload"));

    private ReasonClass() {}

    /** The class of an error's text; empty for one that is of none. Bounded: the table's, and {@code reject.} texts of ours. */
    public static Optional<String> of(String text) {
        if (text.startsWith(REJECT)) {
            int colon = text.indexOf(':');
            return Optional.of(colon < 0 ? text : text.substring(0, colon));
        }
        return RULES.stream()
                .filter(rule -> text.startsWith(rule.prefix()))
                .findFirst()
                .map(Rule::reasonClass);
    }

    /** The optional fields of an error envelope with this text. */
    static Map<String, String> fields(String text) {
        return of(text).map(reasonClass -> status(reasonClass)
                        .map(status -> Map.of("status", status, "reason_class", reasonClass))
                        .orElseGet(() -> Map.of("reason_class", reasonClass)))
                .orElseGet(Map::of);
    }

    private static Optional<String> status(String reasonClass) {
        if (reasonClass.startsWith("unauthorized.") || reasonClass.equals("reject.control_plane_forbidden")) {
            return Optional.of(AUTH_VIOLATION);
        }
        return reasonClass.startsWith("reject.protocol_") || reasonClass.equals("reject.presence_lease_invalid")
                ? Optional.of(INVALID_COMMAND)
                : Optional.empty();
    }
}
