package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.util.Arrays;
import java.util.List;

/**
 * Finds what somebody lacks who has these heads and all their ancestors, by painting back from both sides' heads.
 *
 * <p>A queue gives the latest arrival first, so a node is taken after all its children and its colour is final by then.
 * The walk stops when all that is still queued is known to the other side: what lies below is common. Revision walks
 * list "ours, not theirs" in this way.
 */
public final class Painting {
    private final HistoryView view;
    private final NumberQueue queue = new NumberQueue();
    private int[] lacked = new int[16];
    private int lackedCount;
    private long steps;

    /** Arrival numbers of the nodes lacked, ascending, and how many nodes were taken from the queue to find them. */
    public record Painted(int[] numbers, long steps) {}

    private Painting(HistoryView view) {
        this.view = view;
    }

    /** As {@link #paint}, the numbers alone. */
    public static int[] unreached(HistoryView view, List<NodeId> knownHeads) {
        return paint(view, knownHeads).numbers();
    }

    /**
     * The nodes of the view that are neither one of these heads nor an ancestor of one; heads that are not in the view
     * are skipped.
     *
     * <p>Cost: at most one step for each node since the oldest divergence, which is the oldest node lacked or parent of
     * one; none when nothing is lacked, or nothing known. Logarithmic work a step in the width of the history there,
     * plus once the heads of both sides.
     */
    public static Painted paint(HistoryView view, List<NodeId> knownHeads) {
        Painting painting = new Painting(view);
        boolean knowsAny = false;
        for (NodeId id : knownHeads) {
            int number = view.numberOf(id);
            if (number >= 0) {
                painting.queue.add(number, true);
                knowsAny = true;
            }
        }
        if (!knowsAny) {
            return new Painted(all(view.count()), 0);
        }
        for (int head : view.headNumbers()) {
            painting.queue.add(head, false);
        }
        painting.walk();
        return new Painted(painting.lackedAscending(), painting.steps);
    }

    private void walk() {
        while (queue.lacking() > 0) {
            steps++;
            int number = queue.first();
            boolean known = queue.removeFirst();
            if (!known) {
                keep(number);
            }
            int parents = view.parentCount(number);
            for (int k = 0; k < parents; k++) {
                queue.add(view.parent(number, k), known);
            }
        }
    }

    private void keep(int number) {
        if (lackedCount == lacked.length) {
            lacked = Arrays.copyOf(lacked, 2 * lackedCount);
        }
        lacked[lackedCount++] = number;
    }

    private int[] lackedAscending() {
        int[] ascending = new int[lackedCount];
        for (int i = 0; i < lackedCount; i++) {
            ascending[i] = lacked[lackedCount - 1 - i];
        }
        return ascending;
    }

    private static int[] all(int count) {
        int[] numbers = new int[count];
        Arrays.setAll(numbers, n -> n);
        return numbers;
    }
}
