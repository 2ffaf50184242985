package dev.parley.core.reconcile;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Painting;
import dev.parley.core.history.SendOrder;
import dev.parley.core.id.NodeId;
import java.util.BitSet;
import java.util.Collection;
import java.util.stream.IntStream;

/** Turns the rule of what a peer lacks into the nodes to send it. */
public final class Plan {
    private Plan() {}

    /**
     * The arrival numbers of what the peer lacks in this view, in the order to send them: parents first, by (lamport,
     * id) among what may come next (ruling 3).
     *
     * <p>The same rule and the same number of nodes give the same plan on every member.
     *
     * <p>Cost: the nodes since the oldest divergence for {@code AllBut}, the ids for {@code Exactly}, all nodes for
     * {@code Everything} and {@code Except}; then an ordering of the result. Not for an entity's thread.
     */
    public static int[] of(PeerLacks lacks, HistoryView room) {
        return SendOrder.of(room, numbers(lacks, room));
    }

    private static int[] numbers(PeerLacks lacks, HistoryView room) {
        return switch (lacks) {
            case PeerLacks.Nothing nothing -> new int[0];
            case PeerLacks.Everything everything ->
                IntStream.range(0, room.count()).toArray();
            case PeerLacks.AllBut(var heads) -> Painting.unreached(room, heads);
            case PeerLacks.Exactly(var ids) -> stored(ids, room).toArray();
            case PeerLacks.Except(var ids) -> {
                BitSet lacked = new BitSet(room.count());
                lacked.set(0, room.count());
                stored(ids, room).forEach(lacked::clear);
                yield lacked.stream().toArray();
            }
            case PeerLacks.Since(int nodes) ->
                IntStream.range(Math.min(Math.max(nodes, 0), room.count()), room.count())
                        .toArray();
        };
    }

    private static IntStream stored(Collection<NodeId> ids, HistoryView room) {
        return ids.stream()
                .mapToInt(room::numberOf)
                .filter(number -> number >= 0)
                .sorted()
                .distinct();
    }
}
