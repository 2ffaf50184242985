package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import java.util.List;
import java.util.Objects;

/**
 * The first {@link #count()} nodes of a history: immutable, and safe on any thread while the history grows.
 *
 * <p>Errors: {@link IndexOutOfBoundsException} for a number that is not below the count.
 *
 * <p>Cost: a read is O(1) unless it says otherwise. What is computed late is kept; two threads may compute it twice.
 */
public final class HistoryView {
    private final Columns columns;
    private final long[] slots;
    private final int count;
    private final Heads base;
    // Immutable values: whichever thread publishes one without synchronisation publishes it whole.
    private Totals totals;
    private Heads heads;
    private List<NodeId> headIds;
    private NodeId root;

    private HistoryView(Columns columns, long[] slots, int count, Totals totals, Heads base) {
        this.columns = columns;
        this.slots = slots;
        this.count = count;
        this.totals = totals;
        this.base = base;
    }

    static HistoryView of(Columns columns, long[] slots, int count, long bytes, long clock, Heads base) {
        return new HistoryView(columns, slots, count, new Totals(bytes, clock), base);
    }

    /** How many nodes there are; their numbers are below it. */
    public int count() {
        return count;
    }

    /** Size in bytes of all encoded nodes together. */
    public long bytes() {
        return totals().bytes();
    }

    /** The room's logical clock: the greatest lamport, 0 of none; unsigned. */
    public long clock() {
        return totals().clock();
    }

    /** The arrival number of a node, or -1 if it is not here. */
    public int numberOf(NodeId id) {
        return IdIndex.find(slots, id, count, columns);
    }

    public boolean contains(NodeId id) {
        return numberOf(id) >= 0;
    }

    public NodeId id(int number) {
        return columns.id(checked(number));
    }

    /** Unsigned. */
    public long lamport(int number) {
        return columns.lamport(checked(number));
    }

    /** Size in bytes of the encoded node. */
    public int sizeBytes(int number) {
        return columns.size(checked(number));
    }

    /** How many parents a node names, repeated ones included. */
    public int parentCount(int number) {
        return columns.parentsEnd(checked(number)) - columns.parentsStart(number);
    }

    /** The arrival number of parent {@code index}, in the order the node names them; below {@code number}. */
    public int parent(int number, int index) {
        Objects.checkIndex(index, parentCount(number));
        return columns.parentAt(columns.parentsStart(number) + index);
    }

    /** A new array of the canonical bytes. Cost: copies them. */
    public byte[] encoded(int number) {
        return columns.encoded(checked(number));
    }

    /** Appends the canonical bytes to a pack that is being written. Cost: copies them once. */
    public void copyTo(int number, PostcardWriter writer) {
        columns.copyTo(checked(number), writer);
    }

    /** Decodes a node. Cost: linear in its size. */
    public Node node(int number) {
        byte[] encoded = encoded(number);
        return switch (Nodes.decode(encoded, 0, encoded.length)) {
            case Decoded.Whole<Node>(Node node) -> node;
            case Decoded.Broken<Node> broken ->
                throw new IllegalStateException("stored node " + number + ": " + broken);
        };
    }

    /** Orders two nodes by id, bytewise. */
    public int compareIds(int left, int right) {
        return columns.compareIds(checked(left), checked(right));
    }

    /**
     * The nodes that no other one here names as parent, sorted. Cost: once, the heads and the nodes since the last view
     * asked.
     */
    public List<NodeId> heads() {
        List<NodeId> known = headIds;
        if (known == null) {
            known = headsHere().ids();
            headIds = known;
        }
        return known;
    }

    /** The arrival numbers of {@link #heads()}, in the same order. */
    int[] headNumbers() {
        return headsHere().sorted().stream().mapToInt(Heads.Head::number).toArray();
    }

    /** The Merkle root: the hash of the sorted heads (spec 01 §7). Cost: as {@link #heads()}. */
    public NodeId root() {
        NodeId known = root;
        if (known == null) {
            known = Heads.rootOver(heads());
            root = known;
        }
        return known;
    }

    /**
     * This history when it had {@code count} nodes. O(1); heads, clock and bytes of such a view cost O(count) when
     * first asked for.
     */
    public HistoryView first(int count) {
        if (count == this.count) {
            return this;
        }
        Objects.checkIndex(count, this.count);
        return new HistoryView(columns, slots, count, null, base.count() <= count ? base : Heads.NONE);
    }

    /** The heads of this view or of the last shorter one that computed them. */
    Heads headsKnown() {
        Heads known = heads;
        return known != null ? known : base;
    }

    private Heads headsHere() {
        Heads known = heads;
        if (known == null) {
            known = base.grown(columns, count);
            heads = known;
        }
        return known;
    }

    private Totals totals() {
        Totals known = totals;
        if (known == null) {
            known = Totals.of(columns, count);
            totals = known;
        }
        return known;
    }

    private int checked(int number) {
        return Objects.checkIndex(number, count);
    }

    private record Totals(long bytes, long clock) {
        static Totals of(Columns columns, int count) {
            long bytes = 0;
            long clock = 0;
            for (int number = 0; number < count; number++) {
                bytes += columns.size(number);
                clock = Lamport.max(clock, columns.lamport(number));
            }
            return new Totals(bytes, clock);
        }
    }
}
