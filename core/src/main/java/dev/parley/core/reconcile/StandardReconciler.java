package dev.parley.core.reconcile;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Difference.Strategy;
import dev.parley.core.reconcile.Summary.TheirSketch;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Compares by sketch, and by heads where the sketch says nothing. The table, first row that fits (spec 03 §2.5 with its
 * recommendations, 02 §1.5–1.7, ruling 4):
 *
 * <pre>
 * sketch negotiated, sent, and          peer lacks              we lack
 *   decodes by the 64-bit rule          exactly what it lists   what it lists
 *   decodes by the 32-bit rule          exactly what it lists   nothing is asked for
 * otherwise, if the heads it names
 *   include all of ours                 nothing                 nothing is asked for
 *   include some node of ours           all but their ancestry  nothing is asked for
 *   include none                        everything              nothing is asked for
 * </pre>
 *
 * <p>"Decodes" means verified too: every id listed as ours is stored and none listed as theirs is. A list without ids
 * of ours is "nothing". "Nothing is asked for" because a stock peer uploads by itself when its root differs, and takes
 * a list of missing ids for its opposite (spec 02 §3.2).
 *
 * <p>Cost: the cells, the ids that differ and the heads named; never the room. What the heads do not reach is painted
 * later, by {@link Plan}.
 */
public final class StandardReconciler implements Reconciler {
    @Override
    public Difference compare(HistoryView room, RoomIndex index, Summary theirs) {
        return new Comparison(room, theirs).with(index);
    }

    /** One comparison; it counts its steps for tests of cost: cells looked at, and lookups in the room. */
    static final class Comparison {
        private final HistoryView room;
        private final Summary theirs;
        private long steps;

        Comparison(HistoryView room, Summary theirs) {
            this.room = room;
            this.theirs = theirs;
        }

        long steps() {
            return steps;
        }

        Difference with(RoomIndex index) {
            return bySketch(index).orElseGet(this::byHeads);
        }

        private Optional<Difference> bySketch(RoomIndex index) {
            if (!theirs.sketchNegotiated()
                    || !(theirs.sketch() instanceof TheirSketch.Present(byte[] bytes))
                    || !(Ibf.decode(bytes) instanceof Decoded.Whole<Ibf>(Ibf sketch))) {
                return Optional.empty();
            }
            return difference(index.wide(), sketch)
                    .map(listed ->
                            new Difference(listed.theirs(), lacks(listed.ours()), strategy(listed, Strategy.IBF_64)))
                    .or(() -> difference(index.narrow(), sketch)
                            .map(listed -> new Difference(
                                    List.of(), lacks(listed.ours()), strategy(listed, Strategy.IBF_32))));
        }

        private Optional<Peeled.Listed> difference(Ibf ours, Ibf sketch) {
            Ibf.Peeling peeling = ours.minus(sketch).peel();
            steps += peeling.steps();
            return peeling.result() instanceof Peeled.Listed listed && holds(listed)
                    ? Optional.of(listed)
                    : Optional.empty();
        }

        private Difference byHeads() {
            if (namesAllHeads()) {
                return new Difference(List.of(), new PeerLacks.Nothing(), Strategy.EQUAL);
            }
            List<NodeId> known = theirs.heads().stream().filter(this::stored).toList();
            return known.isEmpty()
                    ? new Difference(List.of(), new PeerLacks.Everything(), Strategy.FULL)
                    : new Difference(List.of(), new PeerLacks.AllBut(known), Strategy.HEADS);
        }

        /** Spec 02 §1.6: checksums of 32 bits let a crafted or unlucky filter list ids that nobody has. */
        private boolean holds(Peeled.Listed listed) {
            return listed.ours().stream().allMatch(this::stored)
                    && listed.theirs().stream().noneMatch(this::stored);
        }

        private Strategy strategy(Peeled.Listed listed, Strategy rule) {
            boolean same = listed.ours().isEmpty() && listed.theirs().isEmpty();
            return same && namesAllHeads() ? Strategy.EQUAL : rule;
        }

        private boolean namesAllHeads() {
            steps += room.heads().size();
            return room.heads().stream().allMatch(head -> Collections.binarySearch(theirs.heads(), head) >= 0);
        }

        private boolean stored(NodeId id) {
            steps++;
            return room.contains(id);
        }

        private static PeerLacks lacks(List<NodeId> ids) {
            return ids.isEmpty() ? new PeerLacks.Nothing() : new PeerLacks.Exactly(ids);
        }
    }
}
