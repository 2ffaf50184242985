package dev.parley.sim.check;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.core.reconcile.Mst;
import dev.parley.core.state.ListState;
import dev.parley.core.state.Materialized;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.oracle.PlainState;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** Compares what the project makes of a history with what the oracle makes of the same nodes. */
public final class Digests {
    private Digests() {}

    /** The first thing in which they differ. */
    public static Optional<String> difference(PlainState expected, HistoryView view) {
        return difference(expected, Materialized.of(view));
    }

    /** The first thing in which they differ: hash, map, lists, texts. */
    public static Optional<String> difference(PlainState expected, Materialized state) {
        if (!expected.map().keySet().equals(state.map().keySet())) {
            return Optional.of("the map has the keys " + state.map().keySet() + ", not "
                    + expected.map().keySet());
        }
        for (var entry : expected.map().entrySet()) {
            String value = HexFormat.of().formatHex(state.map().get(entry.getKey()));
            if (!entry.getValue().equals(value)) {
                return Optional.of("key " + entry.getKey() + " is " + value + ", not " + entry.getValue());
            }
        }
        if (!expected.hash().equals(state.hash())) {
            return Optional.of("the hash is " + state.hash() + ", not " + expected.hash());
        }
        Optional<String> lists = lists(expected.lists(), state.lists());
        return lists.isPresent() || expected.texts().equals(state.texts())
                ? lists
                : Optional.of("the texts are " + state.texts() + ", not " + expected.texts());
    }

    /** What a room keeps beside its nodes differs from the same made of them anew. */
    public static Optional<String> difference(RoomState room) {
        Ibf wide = new Ibf(IndexRule.WIDE_64);
        Ibf narrow = new Ibf(IndexRule.NARROW_32);
        Mst mst = new Mst();
        for (int number = 0; number < room.view().count(); number++) {
            NodeId id = room.view().id(number);
            wide.add(id);
            narrow.add(id);
            mst.add(id);
        }
        if (!Arrays.equals(wide.encode(), room.index().wide().encode())) {
            return Optional.of("the filter of the 64-bit rule at " + room.seq() + " is not that of its nodes");
        }
        if (!Arrays.equals(narrow.encode(), room.index().narrow().encode())) {
            return Optional.of("the filter of the 32-bit rule at " + room.seq() + " is not that of its nodes");
        }
        return room.index().narrow().rule() != IndexRule.NARROW_32
                        || !mst.root().equals(room.index().mst().root())
                ? Optional.of("the rule or the tree at " + room.seq() + " is not that of its nodes")
                : Optional.empty();
    }

    private static Optional<String> lists(
            SortedMap<String, List<PlainState.Item>> expected, SortedMap<String, List<ListState.Item>> lists) {
        if (!expected.keySet().equals(lists.keySet())) {
            return Optional.of("there are the lists " + lists.keySet() + ", not " + expected.keySet());
        }
        for (var entry : expected.entrySet()) {
            List<PlainState.Item> got = lists.get(entry.getKey()).stream()
                    .map(item -> new PlainState.Item(
                            HexFormat.of().formatHex(item.id().toBytes()), item.position()))
                    .toList();
            if (!entry.getValue().equals(got)) {
                return Optional.of("list " + entry.getKey() + " is " + got + ", not " + entry.getValue());
            }
        }
        return Optional.empty();
    }
}
