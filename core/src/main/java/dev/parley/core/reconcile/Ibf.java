package dev.parley.core.reconcile;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.PostcardReader;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;

/**
 * An invertible Bloom filter over node ids: a sketch of fixed size whose difference from another one can be listed.
 *
 * <p>Layout of the binary form (spec 01 §2, 02 §1.3), about 3 KB:
 *
 * <pre>
 * size        field
 * 1           number of cells, a varint: always 80 here
 * then for each cell:
 * 1..5        count, a zigzag varint
 * 32          XOR of the ids
 * 4           XOR of their checksums
 * </pre>
 *
 * <p>Shape: 80 cells, 3 of them for each id (they may coincide). Up to 26 differing ids decode in 99 of 100 cases, 60
 * in half of them, 70 almost never. An id whose three cells are one never decodes.
 *
 * <p>Not thread-safe: one writer, and readers take a {@link #copy}.
 *
 * <p>Source: Eppstein, Goodrich, Uyeda, Varghese, "What's the Difference?", SIGCOMM 2011, with the protocol's
 * constants.
 */
public final class Ibf {
    /** The number of cells of every filter of the protocol. */
    public static final int CELLS = 80;

    /** Cells for one id. */
    private static final int HASHES = 3;

    /** So many ids peeled mean a crafted filter that peels for ever. */
    private static final int PEELS_MAX = 4 * CELLS;

    private static final int ID = NodeId.SIZE_BYTES;
    private static final int CELL_BYTES_MIN = 1 + ID + Integer.BYTES;
    private static final int SIZE_BYTES_TYPICAL = 1 + CELLS * CELL_BYTES_MIN;

    private final IndexRule rule;
    private final int[] counts;
    private final byte[] idSums;
    private final int[] checkSums;

    /** The filter of no ids. */
    public Ibf(IndexRule rule) {
        this(rule, new int[CELLS], new byte[CELLS * ID], new int[CELLS]);
    }

    private Ibf(IndexRule rule, int[] counts, byte[] idSums, int[] checkSums) {
        this.rule = rule;
        this.counts = counts;
        this.idSums = idSums;
        this.checkSums = checkSums;
    }

    /** The rule by which ids are put into cells. */
    public IndexRule rule() {
        return rule;
    }

    /** Adds an id that is not in yet: adding twice is not undone by anything. Cost: 4 hashes. */
    public void add(NodeId id) {
        add(SketchHashes.of(id));
    }

    void add(SketchHashes id) {
        put(rule.cell(id.word0()), 1, id);
        put(rule.cell(id.word1()), 1, id);
        put(rule.cell(id.word2()), 1, id);
    }

    /** This filter less the other, cell by cell, by our rule: what only we have counts +1, what only they have −1. */
    public Ibf minus(Ibf theirs) {
        Ibf difference = copy();
        for (int cell = 0; cell < CELLS; cell++) {
            difference.counts[cell] -= theirs.counts[cell];
            difference.checkSums[cell] ^= theirs.checkSums[cell];
        }
        for (int i = 0; i < idSums.length; i++) {
            difference.idSums[i] ^= theirs.idSums[i];
        }
        return difference;
    }

    /**
     * Lists the ids held by exactly one of the two sides, by peeling this difference.
     *
     * <p>Errors: {@link Peeled.Stuck} when it does not come apart. A listed id may be one that nobody has (a cell's
     * checksum has 32 bits): check before use.
     *
     * <p>Cost: one pass over the cells and some 7 hashes for each id, at most {@value #PEELS_MAX} ids. A queue of cells
     * to look at again stands in for the scan from cell 0; what decodes is the same.
     */
    public Peeled decode() {
        return peel().result();
    }

    /** What peeling gave, and how many cells were looked at for it. */
    record Peeling(Peeled result, int steps) {}

    Peeling peel() {
        return copy().peelHere();
    }

    private Peeling peelHere() {
        Deque<Integer> lookAt = new ArrayDeque<>();
        for (int cell = 0; cell < CELLS; cell++) {
            lookAt.add(cell);
        }
        TreeSet<NodeId> ours = new TreeSet<>();
        TreeSet<NodeId> theirs = new TreeSet<>();
        int peels = 0;
        int steps = 0;
        while (!lookAt.isEmpty() && peels < PEELS_MAX) {
            int cell = lookAt.remove();
            steps++;
            if (!isPure(cell)) {
                continue;
            }
            peels++;
            int sign = counts[cell];
            SketchHashes id = SketchHashes.of(idSum(cell));
            (sign > 0 ? ours : theirs).add(id.id());
            for (int touched : new int[] {rule.cell(id.word0()), rule.cell(id.word1()), rule.cell(id.word2())}) {
                put(touched, -sign, id);
                lookAt.add(touched);
            }
            // Built by another rule, the id need not lie in this cell: it stays pure and is met again, up to the bound.
            lookAt.add(cell);
        }
        boolean whole = isEmpty() && peels < PEELS_MAX;
        return new Peeling(
                whole ? new Peeled.Listed(List.copyOf(ours), List.copyOf(theirs)) : new Peeled.Stuck(), steps);
    }

    /** True if all cells are zero, as in the filter of no ids. */
    public boolean isEmpty() {
        return equals(new Ibf(rule));
    }

    /** A filter of its own with the same cells. */
    public Ibf copy() {
        return new Ibf(rule, counts.clone(), idSums.clone(), checkSums.clone());
    }

    /** The binary form. */
    public byte[] encode() {
        PostcardWriter out = new PostcardWriter(SIZE_BYTES_TYPICAL).u64(CELLS);
        for (int cell = 0; cell < CELLS; cell++) {
            int check = checkSums[cell];
            out.i32(counts[cell])
                    .id(idSum(cell))
                    .u8(check >>> 24)
                    .u8(check >>> 16 & 0xFF)
                    .u8(check >>> 8 & 0xFF)
                    .u8(check & 0xFF);
        }
        return out.toBytes();
    }

    /**
     * Reads a binary form; bytes behind the last cell are ignored. They do not tell the rule it was built by: it is
     * taken for the 64-bit one, which does not matter to whoever subtracts it from a filter.
     *
     * <p>Errors: broken when cells are missing, or when there are more or fewer than 80 (spec 02 §1.3: a short filter
     * could decode to a wrong result).
     */
    public static Decoded<Ibf> decode(byte[] bytes) {
        PostcardReader in = new PostcardReader(bytes);
        if (in.count(CELL_BYTES_MIN) != CELLS) {
            in.fail("a filter has 80 cells");
        }
        Ibf filter = new Ibf(IndexRule.WIDE_64);
        for (int cell = 0; cell < CELLS && in.ok(); cell++) {
            filter.counts[cell] = in.i32();
            in.id().copyTo(filter.idSums, cell * ID);
            filter.checkSums[cell] = in.u8() << 24 | in.u8() << 16 | in.u8() << 8 | in.u8();
        }
        return in.result(filter);
    }

    /** The same cells, taken as built by another rule; the cells are shared. */
    Ibf by(IndexRule other) {
        return new Ibf(other, counts, idSums, checkSums);
    }

    /**
     * True if this can be the filter of exactly these ids, as far as sums over all cells tell: a filter that lacks an
     * id, or has one too many, fails. Cost: no hashes; linear in the ids, which are read once.
     */
    boolean fits(Iterable<NodeId> ids) {
        byte[] sum = new byte[ID];
        byte[] scratch = new byte[ID];
        long size = 0;
        for (NodeId id : ids) {
            size++;
            id.copyTo(scratch, 0);
            xor(sum, 0, scratch, 0);
        }
        // Each id is in three cells, an odd number: its XOR over all cells is the id itself.
        long entries = 0;
        for (int cell = 0; cell < CELLS; cell++) {
            entries += counts[cell];
            xor(sum, 0, idSums, cell * ID);
        }
        return entries == HASHES * size && Arrays.equals(sum, new byte[ID]);
    }

    private void put(int cell, int sign, SketchHashes id) {
        counts[cell] += sign;
        checkSums[cell] ^= id.checksum();
        xor(idSums, cell * ID, id.bytes(), 0);
    }

    private static void xor(byte[] target, int targetOffset, byte[] source, int sourceOffset) {
        for (int i = 0; i < ID; i++) {
            target[targetOffset + i] ^= source[sourceOffset + i];
        }
    }

    private boolean isPure(int cell) {
        return (counts[cell] == 1 || counts[cell] == -1) && SketchHashes.checksum(idSums, cell * ID) == checkSums[cell];
    }

    private NodeId idSum(int cell) {
        return NodeId.of(idSums, cell * ID);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ibf that
                && rule == that.rule
                && Arrays.equals(counts, that.counts)
                && Arrays.equals(idSums, that.idSums)
                && Arrays.equals(checkSums, that.checkSums);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(idSums);
    }

    @Override
    public String toString() {
        return "Ibf[" + rule + ", " + Arrays.stream(counts).sum() + " entries]";
    }
}
