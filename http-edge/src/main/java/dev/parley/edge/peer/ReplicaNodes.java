package dev.parley.edge.peer;

import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.history.OrphanBuffer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.RoomIndex;
import dev.parley.core.state.Projection;
import java.util.ArrayList;
import java.util.List;

/**
 * The nodes a replica has: its history with index, clock and live state, and those that wait for their parents.
 *
 * <p>Errors: none. Cost: a node costs its append and what waited for it. Not thread-safe.
 */
final class ReplicaNodes {
    private final History history = new History();
    private HistoryView view = history.view();
    private final RoomIndex index = new RoomIndex();
    private int indexed;
    private final Projection live = new Projection();
    private long clock;

    private final OrphanBuffer<Node> orphans;
    private final OrphanBuffer<Node> prepared = new OrphanBuffer<>(Integer.MAX_VALUE, Long.MAX_VALUE / 2);
    private final Listener listener;

    /** Hears of every node that becomes part of the history, at once. */
    interface Listener {
        /** {@code received} is true for a node of the server's, false for one of our own. */
        void stored(int number, boolean received);
    }

    ReplicaNodes(int orphansMax, Listener listener) {
        this.orphans = new OrphanBuffer<>(orphansMax, Long.MAX_VALUE / 2);
        this.listener = listener;
    }

    /** Takes in a valid node that is not here; returns what became part of the history by it, parents first. */
    List<Node> receive(Node node, long nowMs) {
        if (lacksParent(node)) {
            orphans.park(node, node, nowMs);
            return List.of();
        }
        store(node, true);
        List<Node> stored = new ArrayList<>(List.of(node));
        settle(node.id(), stored);
        return stored;
    }

    /** Takes in a node of our own, now or when its parents are here. */
    void own(Node node) {
        if (lacksParent(node)) {
            prepared.park(node, node, 0);
        } else {
            store(node, false);
            settle(node.id(), new ArrayList<>());
        }
    }

    boolean lacksParent(Node node) {
        return !node.transaction().parents().stream().allMatch(view::contains);
    }

    private void store(Node node, boolean received) {
        int number = history.append(node);
        view = history.view();
        live.apply(node.transaction());
        clock = Lamport.max(clock, lastLamport(node.transaction()));
        listener.stored(number, received);
    }

    /** The greatest lamport a transaction uses: a run of k characters takes k of them (spec 05 §4.7). */
    private static long lastLamport(Transaction transaction) {
        long longest = 1;
        for (Op op : transaction.ops()) {
            if (op instanceof Op.TextInsertRange(var key, var anchor, var text)) {
                longest = Math.max(longest, text.codePointCount(0, text.length()));
            }
        }
        return Lamport.plusSaturating(transaction.lamport(), longest - 1);
    }

    /** Stores all that waited for this node; received ones are added to {@code stored}. */
    private void settle(NodeId parent, List<Node> stored) {
        List<NodeId> parents = List.of(parent);
        while (!parents.isEmpty()) {
            List<NodeId> next = new ArrayList<>();
            for (Node node : orphans.release(parents, view::contains)) {
                if (!view.contains(node.id())) {
                    store(node, true);
                    stored.add(node);
                    next.add(node.id());
                }
            }
            for (Node node : prepared.release(parents, view::contains)) {
                if (!view.contains(node.id())) {
                    store(node, false);
                    next.add(node.id());
                }
            }
            parents = next;
        }
    }

    HistoryView view() {
        return view;
    }

    /** The filter and the tree over all nodes; most nodes come and go between two hellos without need of them. */
    RoomIndex index() {
        for (; indexed < view.count(); indexed++) {
            index.add(view.id(indexed));
        }
        return index;
    }

    Projection live() {
        return live;
    }

    /** The greatest lamport in use; unsigned. */
    long clock() {
        return clock;
    }

    /** How many received nodes wait for parents. */
    int orphans() {
        return orphans.size();
    }

    /** How many nodes of our own wait for parents. */
    int prepared() {
        return prepared.size();
    }
}
