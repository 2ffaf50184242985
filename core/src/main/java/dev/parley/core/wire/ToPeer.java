package dev.parley.core.wire;

import dev.parley.core.access.Capabilities;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.MstNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One message to a peer (spec 03). */
public sealed interface ToPeer {
    record Welcome(
            RoomId room,
            SessionId session,
            NodeId root,
            List<NodeId> frontier,
            List<NodeId> missing,
            Capabilities caps,
            PeerId server,
            List<PeerId> peers,
            Optional<NodeId> mstRoot)
            implements ToPeer {}

    /** {@code from} is a peer's hex, or {@code server} and kin, so JSON escapes nothing in it; {@code pack} the raw pack bytes. */
    record Pack(String from, byte[] pack, Optional<NodeId> root) implements ToPeer {}

    record PackAck(RoomId room, int incoming, int accepted, int rejected, int parked) implements ToPeer {}

    record MstResponse(List<MstNode> nodes) implements ToPeer {}

    record SubscribeAck(RoomId room, SessionId session, List<String> patterns) implements ToPeer {}

    record PeerJoined(RoomId room, PeerId peer, String peerId, String peerType) implements ToPeer {}

    record PeerLeft(RoomId room, PeerId peer, String peerId, String peerType) implements ToPeer {}

    /** {@code dataJson} goes out verbatim. */
    record Presence(PeerId from, String dataJson) implements ToPeer {}

    /** A value of the presence store; {@code joined} when it is the first of its session (spec 03 §12.3). */
    record PresenceValue(RoomId room, SessionId session, PeerId from, boolean joined, String dataJson)
            implements ToPeer {}

    /** {@code reason} is {@code leave} or {@code stale}. */
    record PresenceLeave(RoomId room, SessionId session, PeerId from, String reason) implements ToPeer {}

    record PresenceSnapshot(RoomId room, List<PresenceEntry> entries) implements ToPeer {
        public PresenceSnapshot {
            entries = List.copyOf(entries);
        }
    }

    /** {@code fieldsJson} is the sender's object without {@code from}, which is added. */
    record Signal(PeerId from, String fieldsJson) implements ToPeer {}

    record NoopAck() implements ToPeer {}

    record ServerInfo(PeerId server) implements ToPeer {}

    record RoomEnsured(RoomId room) implements ToPeer {}

    record SessionOpened(RoomId room, SessionId session) implements ToPeer {}

    record SessionClosed(RoomId room, SessionId session) implements ToPeer {}

    record RoomLocked(String pubkey) implements ToPeer {}

    record PolicySet(RoomId room) implements ToPeer {}

    /** {@code fields} are the optional extra fields of spec 03 §12.7; with a text alone, those of its class. */
    record Failure(String text, Map<String, String> fields) implements ToPeer {
        public Failure(String text) {
            this(text, ReasonClass.fields(text));
        }
    }
}
