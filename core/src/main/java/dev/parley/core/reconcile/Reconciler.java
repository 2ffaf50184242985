package dev.parley.core.reconcile;

import dev.parley.core.history.HistoryView;

/**
 * Finds what a peer and a room lack of each other, from what the peer says of itself. Better sketches will come: they
 * are another implementation, chosen by capability.
 */
public interface Reconciler {
    /**
     * The difference between a room and a peer. {@code index} holds exactly the nodes of {@code room}.
     *
     * <p>Whatever the peer says, following the answer never leaves it without a node that it truthfully lacks; at worst
     * it is sent what it has.
     */
    Difference compare(HistoryView room, RoomIndex index, Summary theirs);
}
