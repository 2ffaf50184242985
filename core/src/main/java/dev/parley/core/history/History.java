package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import java.util.List;

/**
 * The nodes of one room in the order they arrived, parents before children, only ever appended to.
 *
 * <p>Shape: arrival numbers are dense from 0. Flat arrays hold the encoded nodes, and for each node its lamport, place,
 * size, parents as arrival numbers and first child; an index leads from ids to numbers. Ids are read from the bytes.
 *
 * <p>One thread appends. The views it hands out may be read by any thread while it goes on appending, provided they are
 * handed over with a happens-before edge, as messages between actors are.
 *
 * <p>Cost: the encoded bytes and some 50 bytes a node; a view is O(1).
 */
public final class History {
    /** In place of a first child: there is none yet. */
    static final int NO_CHILD = Integer.MAX_VALUE;

    private final ByteStore store = new ByteStore();
    private final LongColumn places = new LongColumn();
    private final LongColumn lamports = new LongColumn();
    private final IntColumn sizes = new IntColumn();
    private final IntColumn parentEnds = new IntColumn();
    private final IntColumn parents = new IntColumn();
    private final IntColumn firstChildren = new IntColumn();
    private final IdIndex index = new IdIndex();
    private int count;
    private long bytes;
    private long clock;
    private HistoryView latest;

    public History() {
        latest = HistoryView.of(columns(), index.slots(), 0, 0, 0, Heads.NONE);
    }

    /**
     * Stores a node and returns its arrival number. Its bytes are copied.
     *
     * <p>Errors: {@link IllegalArgumentException} if the id is stored already or a parent is not;
     * {@link IllegalStateException} past 700 million nodes or 2^31 parents. Nothing is checked besides: see
     * {@link Acceptance}.
     *
     * <p>Cost: amortised O(1) and O(parents); no node is copied twice.
     */
    public int append(Node node) {
        Columns now = columns();
        List<NodeId> parentIds = node.transaction().parents();
        if (count >= IdIndex.SIZE_MAX || (long) parents.size() + parentIds.size() > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException("the history is full at " + count + " nodes");
        }
        if (IdIndex.find(index.slots(), node.id(), count, now) >= 0) {
            throw new IllegalArgumentException("stored already: " + node.id());
        }
        int[] parentNumbers = new int[parentIds.size()];
        for (int k = 0; k < parentNumbers.length; k++) {
            parentNumbers[k] = IdIndex.find(index.slots(), parentIds.get(k), count, now);
            if (parentNumbers[k] < 0) {
                throw new IllegalArgumentException("parent not stored: " + parentIds.get(k));
            }
        }
        return append(node, parentNumbers);
    }

    private int append(Node node, int[] parentNumbers) {
        int number = count;
        places.add(store.add(node.encoded()));
        lamports.add(node.transaction().lamport());
        sizes.add(node.sizeBytes());
        for (int parent : parentNumbers) {
            parents.add(parent);
            if (firstChildren.get(parent) == NO_CHILD) {
                firstChildren.set(parent, number);
            }
        }
        parentEnds.add(parents.size());
        firstChildren.add(NO_CHILD);
        index.add(node.id(), number);
        bytes += node.sizeBytes();
        clock = Lamport.max(clock, node.transaction().lamport());
        count++;
        return number;
    }

    /**
     * Size in bytes of the arrays beside the encoded nodes and of the unused ends of their chunks; headers left out.
     */
    long overheadBytes() {
        return columns().sizeBytes() + 8L * index.slots().length - bytes;
    }

    /** All that is stored now. O(1). */
    public HistoryView view() {
        if (latest.count() != count) {
            latest = HistoryView.of(columns(), index.slots(), count, bytes, clock, latest.headsKnown());
        }
        return latest;
    }

    /** The arrays as they are now. */
    Columns columns() {
        return new Columns(
                store.chunks(),
                places.pages(),
                lamports.pages(),
                sizes.pages(),
                parentEnds.pages(),
                parents.pages(),
                firstChildren.pages());
    }
}
