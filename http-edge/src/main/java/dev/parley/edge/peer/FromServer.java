package dev.parley.edge.peer;

import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.MstNode;
import java.util.List;
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

    record Failure(String text) implements FromServer {}

    record PeerJoined(String peer) implements FromServer {}

    record PeerLeft(String peer) implements FromServer {}

    /** {@code dataJson} is JSON text. */
    record Presence(String peer, String dataJson) implements FromServer {}

    /** A message a peer need not understand. */
    record Other(String type) implements FromServer {}

    /** A message that breaks the protocol; {@code why} names the rule. */
    record Unreadable(String why) implements FromServer {}
}
