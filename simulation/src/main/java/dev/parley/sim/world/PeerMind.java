package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.List;

/** How a simulated peer behaves, without its connection. What it gives are messages to send, in order. */
interface PeerMind {
    PeerId peer();

    /** The first message of a new connection. */
    String hello();

    /** What it sends at once after hello, without waiting for an answer. */
    default List<String> afterHello() {
        return List.of();
    }

    /** A message of the server. */
    List<String> receive(String json);

    /** Writes so many transactions, connected or not. */
    List<String> edit(int nodes);

    /** A second has passed. */
    List<String> tick();

    void disconnected();

    HistoryView view();

    /** The root of the tree over all node ids. */
    NodeId mstRoot();

    /** How many of its own nodes are not known to be stored. */
    int unacknowledged();
}
