package dev.parley.core.wire;

import dev.parley.core.access.Capabilities;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Summary;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** One message of a peer, read but not believed. Fields of a wrong JSON type count as absent (spec 03 §0.3). */
public sealed interface FromPeer {
    /**
     * {@code pubkey} is verbatim text, "" when absent; {@code room} only counts on the route without a room.
     * {@code heads} skip malformed entries, sorted and distinct. {@code subscribe} is empty for "everything".
     * {@code namesRoots}: it carries {@code root} and {@code mst_root}, as only the document client's does.
     */
    record Hello(
            String pubkey,
            Optional<String> room,
            List<NodeId> heads,
            Summary.TheirSketch sketch,
            Capabilities caps,
            List<String> subscribe,
            Optional<RoomToken> token,
            Optional<String> peerId,
            Optional<String> peerType,
            OptionalLong sessionId,
            boolean namesRoots)
            implements FromPeer {
        /** A hello without roots. */
        public Hello(
                String pubkey,
                Optional<String> room,
                List<NodeId> heads,
                Summary.TheirSketch sketch,
                Capabilities caps,
                List<String> subscribe,
                Optional<RoomToken> token,
                Optional<String> peerId,
                Optional<String> peerType,
                OptionalLong sessionId) {
            this(pubkey, room, heads, sketch, caps, subscribe, token, peerId, peerType, sessionId, false);
        }
    }

    /** New nodes. */
    record Pack(PackContent content) implements FromPeer {}

    /** {@code known} is the full literal list of ids the peer has. Also under the name {@code request-server-pack}. */
    record Request(List<NodeId> known) implements FromPeer {}

    /** Paths verbatim; non-strings skipped. */
    record MstRequest(List<String> paths) implements FromPeer {}

    record MstDone(List<NodeId> ids) implements FromPeer {}

    /** {@code patterns} is empty for "everything". */
    record Subscribe(List<String> patterns) implements FromPeer {}

    /** {@code dataJson} is the verbatim JSON text of {@code data}, "null" when absent. Lease fields as JSON text, empty when absent. */
    record Presence(String dataJson, Optional<String> ttlMsJson, Optional<String> nowMsJson) implements FromPeer {}

    /** {@code webrtc-offer}, {@code webrtc-answer} or {@code webrtc-ice}: {@code fieldsJson} is the object without {@code from}. */
    record Signal(String type, Optional<String> to, String fieldsJson) implements FromPeer {}

    /**
     * {@code presence-set}: {@code dataJson} as in {@link Presence}. The fields of the lease are unsigned, and absent when
     * they are anything else.
     */
    record PresenceSet(String dataJson, OptionalLong ttlMs, OptionalLong nowMs) implements FromPeer {}

    /** {@code presence-get}. */
    record PresenceGet() implements FromPeer {}

    /** {@code presence-sweep}. */
    record PresenceSweep(OptionalLong nowMs) implements FromPeer {}

    record Noop() implements FromPeer {}

    record ServerInfo() implements FromPeer {}

    /** {@code ensure-room}: the room is there, since the session is. */
    record EnsureRoom() implements FromPeer {}

    /** {@code open-session}: asks for the session that is open. */
    record OpenSession() implements FromPeer {}

    record CloseSession() implements FromPeer {}

    /** {@code set-room-key}. */
    record SetRoomKey(Optional<String> pubkey) implements FromPeer {}

    /** {@code set-policy}; what is wrong with it counts only for who may set one. */
    record SetPolicy(PolicyContent content) implements FromPeer {}

    /** A control command that needs a capability and is not built yet (spec 04 §1, §9.4). */
    record Gated(String command, String capability) implements FromPeer {}

    /** JSON that is no message we know: ignored after the handshake. {@code type} is "" when there is none. */
    record Unknown(String type) implements FromPeer {}

    /** Text that is not JSON. */
    record NotJson() implements FromPeer {}

    /** A binary message: {@code text messages required}. */
    record Binary() implements FromPeer {}

    /** A message over the limit, discarded while it streamed in. */
    record TooLarge(long limitBytes) implements FromPeer {}

    /** The content of {@code set-policy}; {@code text} is the whole text of its refusal (spec 04 §5). */
    sealed interface PolicyContent {
        record Whole(WritePolicy policy) implements PolicyContent {}

        record Broken(String text) implements PolicyContent {}
    }

    /** The content of a pack. {@code sizeBytes} counts the decoded pack. */
    sealed interface PackContent {
        record Nodes(List<Node> nodes, long sizeBytes) implements PackContent {}

        record BadBase64() implements PackContent {}

        record BadPostcard() implements PackContent {}
    }
}
