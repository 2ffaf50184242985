package dev.parley.core.reconcile;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.NodeId;

/**
 * What a room keeps beside its history to be compared with any peer at once: a filter by each index rule, and the tree.
 *
 * <p>Cost: an add takes 4 hashes; the tree's are computed when asked for. Memory: 6.4 KB, and what {@link Mst} says.
 *
 * <p>Not thread-safe: it belongs to whoever appends to the history.
 */
public final class RoomIndex {
    private final Ibf wide;
    private final Ibf narrow;
    private final Mst mst;

    /** The index of an empty room. */
    public RoomIndex() {
        this(new Ibf(IndexRule.WIDE_64), new Ibf(IndexRule.NARROW_32), new Mst());
    }

    private RoomIndex(Ibf wide, Ibf narrow, Mst mst) {
        this.wide = wide;
        this.narrow = narrow;
        this.mst = mst;
    }

    /** Counts in one more node of the room; an id that is in already is skipped. */
    public void add(NodeId id) {
        if (mst.add(id)) {
            SketchHashes hashes = SketchHashes.of(id);
            wide.add(hashes);
            narrow.add(hashes);
        }
    }

    /** The filter by the 64-bit rule; it changes with the room. */
    public Ibf wide() {
        return wide;
    }

    /** The filter by the 32-bit rule; it changes with the room. */
    public Ibf narrow() {
        return narrow;
    }

    /** The tree; it changes with the room. */
    public Mst mst() {
        return mst;
    }

    /**
     * The index of these ids, with the filters as they were stored ({@link Ibf#encode}), so that no hash is computed.
     *
     * <p>Errors: broken when a filter does not parse, or does not belong to these ids. A filter that lacks an id would
     * hide that node from peers for good, so then build the index anew by {@link #add}.
     *
     * <p>Cost: linear in the ids.
     */
    public static Decoded<RoomIndex> restore(byte[] wide, byte[] narrow, Iterable<NodeId> ids) {
        return switch (Ibf.decode(wide)) {
            case Decoded.Broken<Ibf> broken -> broken.as();
            case Decoded.Whole<Ibf>(Ibf wideFilter) ->
                switch (Ibf.decode(narrow)) {
                    case Decoded.Broken<Ibf> broken -> broken.as();
                    case Decoded.Whole<Ibf>(Ibf narrowFilter) ->
                        restore(wideFilter, narrowFilter.by(IndexRule.NARROW_32), ids);
                };
        };
    }

    private static Decoded<RoomIndex> restore(Ibf wide, Ibf narrow, Iterable<NodeId> ids) {
        if (!wide.fits(ids) || !narrow.fits(ids)) {
            return new Decoded.Broken<>("a stored filter does not belong to the ids", 0);
        }
        Mst mst = new Mst();
        for (NodeId id : ids) {
            mst.add(id);
        }
        return new Decoded.Whole<>(new RoomIndex(wide, narrow, mst));
    }
}
