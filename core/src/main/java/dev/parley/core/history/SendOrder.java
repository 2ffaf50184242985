package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import java.util.Arrays;

/**
 * The order in which nodes are sent: again and again the one with the least (lamport, id) among those whose parents
 * were sent before or are not among the nodes to send (spec 01 §8.4, ruling 3).
 */
public final class SendOrder {
    private final HistoryView view;
    /** Ascending; the others speak of positions in it. */
    private final int[] numbers;

    private final long[] lamports;
    private long comparisons;

    /** Arrival numbers in the order of sending, and how many pairs of nodes were compared to find it. */
    public record Ordered(int[] numbers, long comparisons) {}

    private SendOrder(HistoryView view, int[] numbers) {
        this.view = view;
        this.numbers = numbers;
        this.lamports = new long[numbers.length];
        Arrays.setAll(lamports, position -> view.lamport(numbers[position]));
    }

    /** As {@link #order}, the numbers alone. */
    public static int[] of(HistoryView view, int[] numbers) {
        return order(view, numbers).numbers();
    }

    /**
     * The same distinct arrival numbers, in the order of sending. The array handed in is not changed.
     *
     * <p>Cost: n - 1 comparisons if (lamport, id) ascends with arrival, as it does while one peer at a time writes;
     * else n log n.
     */
    public static Ordered order(HistoryView view, int[] numbers) {
        SendOrder order = new SendOrder(view, ascending(numbers));
        int[] ordered = order.arrivesInOrder() ? order.numbers : order.sorted();
        return new Ordered(ordered, order.comparisons);
    }

    private static int[] ascending(int[] numbers) {
        int[] copy = numbers.clone();
        for (int i = 1; i < copy.length; i++) {
            if (copy[i - 1] >= copy[i]) {
                Arrays.sort(copy);
                break;
            }
        }
        return copy;
    }

    /** True if arrival order, in which parents come first, is also that of (lamport, id): then it is the answer. */
    private boolean arrivesInOrder() {
        for (int i = 1; i < numbers.length; i++) {
            if (before(i, i - 1)) {
                return false;
            }
        }
        return true;
    }

    private int[] sorted() {
        int[] parentsToCome = new int[numbers.length];
        int[] childrenEnd = new int[numbers.length + 1];
        int[] children = children(parentsToCome, childrenEnd);
        int[] ready = new int[numbers.length];
        int readyCount = 0;
        for (int i = 0; i < numbers.length; i++) {
            if (parentsToCome[i] == 0) {
                readyCount = push(ready, readyCount, i);
            }
        }
        int[] order = new int[numbers.length];
        for (int sent = 0; sent < order.length; sent++) {
            int least = ready[0];
            readyCount = pop(ready, readyCount);
            order[sent] = numbers[least];
            for (int c = childrenEnd[least]; c < childrenEnd[least + 1]; c++) {
                if (--parentsToCome[children[c]] == 0) {
                    readyCount = push(ready, readyCount, children[c]);
                }
            }
        }
        return order;
    }

    /** The children of each position, in one array; a child stands there once for each time it names the parent. */
    private int[] children(int[] parentsToCome, int[] childrenEnd) {
        int[] edgeParents = new int[16];
        int edges = 0;
        for (int i = 0; i < numbers.length; i++) {
            int parents = view.parentCount(numbers[i]);
            for (int k = 0; k < parents; k++) {
                int parent = positionOf(view.parent(numbers[i], k));
                if (parent >= 0) {
                    parentsToCome[i]++;
                    childrenEnd[parent + 1]++;
                    if (edges == edgeParents.length) {
                        edgeParents = Arrays.copyOf(edgeParents, 2 * edges);
                    }
                    edgeParents[edges++] = parent;
                }
            }
        }
        for (int i = 0; i < numbers.length; i++) {
            childrenEnd[i + 1] += childrenEnd[i];
        }
        int[] next = childrenEnd.clone();
        int[] children = new int[edges];
        int edge = 0;
        for (int i = 0; i < numbers.length; i++) {
            for (int k = 0; k < parentsToCome[i]; k++) {
                children[next[edgeParents[edge++]]++] = i;
            }
        }
        return children;
    }

    private int positionOf(int number) {
        int first = numbers[0];
        int last = numbers[numbers.length - 1];
        if (number < first || number > last) {
            return -1;
        }
        return last - first == numbers.length - 1 ? number - first : Arrays.binarySearch(numbers, number);
    }

    private boolean before(int left, int right) {
        comparisons++;
        int order = Lamport.compare(lamports[left], lamports[right]);
        return order != 0 ? order < 0 : view.compareIds(numbers[left], numbers[right]) < 0;
    }

    private int push(int[] heap, int size, int position) {
        int hole = size;
        while (hole > 0 && before(position, heap[(hole - 1) / 2])) {
            heap[hole] = heap[(hole - 1) / 2];
            hole = (hole - 1) / 2;
        }
        heap[hole] = position;
        return size + 1;
    }

    private int pop(int[] heap, int size) {
        int left = size - 1;
        int moved = heap[left];
        int hole = 0;
        for (int child = 1; child < left; child = 2 * hole + 1) {
            if (child + 1 < left && before(heap[child + 1], heap[child])) {
                child++;
            }
            if (!before(heap[child], moved)) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = moved;
        return left;
    }
}
