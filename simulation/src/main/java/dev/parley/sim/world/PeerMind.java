package dev.parley.sim.world;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.List;

/** How a simulated peer behaves, without its connection. What it gives are messages to send, in order. */
public interface PeerMind {
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

    /** Does something, connected or not. */
    default List<String> act(Act act) {
        return act instanceof Act.Edit(var nodes) ? edit(nodes) : List.of();
    }

    /** A second has passed. */
    List<String> tick();

    /** The connection ended. */
    void disconnected();

    /** The same, with what its close frame said; 1006 when there was none. */
    default void disconnected(int code, String reason) {
        disconnected();
    }

    /** No connection was to be had. */
    default void refused() {}

    /** How long it waits before it connects again, in milliseconds; decided when a connection ended or was refused. */
    default long retryAfterMs(Chance chance) {
        return chance.between(100, 1_500);
    }

    HistoryView view();

    /** The root of the tree over all node ids. */
    NodeId mstRoot();

    /** How many of its own nodes are not known to be stored. */
    int unacknowledged();

    /** True if it wants to begin anew. */
    default boolean hangsUp() {
        return false;
    }

    /** True once it may have been sent less than everything, as it asked for. */
    default boolean filtered() {
        return false;
    }

    /** True if it has nodes that it cannot bring to the room, as a stock client may. */
    default boolean keepsToItself() {
        return false;
    }
}
