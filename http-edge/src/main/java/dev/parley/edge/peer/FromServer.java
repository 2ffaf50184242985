package dev.parley.edge.peer;

import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.MstNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One message of a server, as far as a peer uses it (spec 03). */
sealed interface FromServer {
    /** {@code missing} are ids the server asks for; {@code peers} are the others' public keys in hex. */
    record Welcome(
            NodeId root, List<NodeId> frontier, List<NodeId> missing, Optional<NodeId> mstRoot, List<String> peers)
            implements FromServer {}

    /** Nodes; {@code from} is a peer's public key in hex, or {@code server} and kin. */
    record Pack(String from, List<Node> nodes) implements FromServer {}

    record PackAck(int incoming, int accepted, int rejected, int parked) implements FromServer {}

    record MstResponse(List<MstNode> nodes) implements FromServer {}

    /** An error; {@code fields} are those of spec 03 §12.7 that came with it. */
    record Failure(String text, Map<String, String> fields) implements FromServer {}

    /** {@code type} is "" when the server does not tell it. */
    record PeerJoined(String peer, String type) implements FromServer {}

    record PeerLeft(String peer) implements FromServer {}

    /** {@code dataJson} is JSON text; {@code session} "" when it names none. */
    record Presence(String peer, String session, String dataJson) implements FromServer {}

    /** What everybody shows now. */
    record PresenceSnapshot(List<Presence> entries) implements FromServer {}

    record PresenceLeft(String peer, String session, String reason) implements FromServer {}

    /** A message a peer need not understand, as it came: the answer to a request, or something new. */
    record Other(String type, String json) implements FromServer {}

    /** A message that breaks the protocol; {@code why} names the rule. */
    record Unreadable(String why) implements FromServer {}
}
