package dev.parley.core.state;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.Arrays;
import java.util.Comparator;

/** The order in which nodes are replayed: ascending lamport, author, node id (spec 05 §1). */
public final class ReplayOrder {
    /** The replay order of nodes at hand. */
    public static final Comparator<Node> OF_NODES = Comparator.comparing(
                    (Node node) -> node.transaction().lamport(), Lamport::compare)
            .thenComparing(node -> node.transaction().author())
            .thenComparing(Node::id);

    private ReplayOrder() {}

    /**
     * The arrival numbers of all nodes with a lamport up to {@code lamportMax} (unsigned, inclusive), in replay order.
     *
     * <p>Cost: linear when nodes arrived nearly in that order, else n log n; nothing is decoded.
     */
    public static int[] of(HistoryView view, long lamportMax) {
        Integer[] numbers = new Integer[view.count()];
        int kept = 0;
        for (int number = 0; number < numbers.length; number++) {
            if (Lamport.compare(view.lamport(number), lamportMax) <= 0) {
                numbers[kept++] = number;
            }
        }
        Arrays.sort(numbers, 0, kept, (left, right) -> compare(view, left, right));
        return Arrays.stream(numbers, 0, kept).mapToInt(Integer::intValue).toArray();
    }

    private static int compare(HistoryView view, int left, int right) {
        int order = Lamport.compare(view.lamport(left), view.lamport(right));
        if (order == 0) {
            order = author(view, left).compareTo(author(view, right));
        }
        return order != 0 ? order : view.id(left).compareTo(view.id(right));
    }

    private static PeerId author(HistoryView view, int number) {
        return PeerId.of(view.encoded(number), NodeId.SIZE_BYTES); // The transaction starts with its author.
    }
}
