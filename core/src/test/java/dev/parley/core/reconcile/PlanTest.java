package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Histories.Room;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final HistoryView room = Histories.random(1, 60, 4).view();
    private final NodeId unknown = Golden.numbered(1);

    @Test
    void nothingAndEverythingAreWhatTheySay() {
        assertThat(Plan.of(new PeerLacks.Nothing(), room)).isEmpty();
        assertThat(Plan.of(new PeerLacks.Everything(), room)).hasSize(60).doesNotHaveDuplicates();
        assertThat(Plan.of(new PeerLacks.Everything(), Room.empty().view())).isEmpty();
    }

    @Test
    void idsTheRoomLacksAreSkippedAndRepeatedOnesCountOnce() {
        NodeId known = room.id(7);

        assertThat(Plan.of(new PeerLacks.Exactly(List.of(unknown, known, known)), room))
                .containsExactly(7);
        assertThat(Plan.of(new PeerLacks.Except(List.of(unknown, known, known)), room))
                .hasSize(59)
                .doesNotContain(7);
        assertThat(Plan.of(new PeerLacks.AllBut(List.of(unknown)), room)).hasSize(60);
    }

    @Test
    void exceptIsTakenLiterallyWithoutAncestors() {
        assertThat(Plan.of(new PeerLacks.Except(room.heads()), room))
                .hasSize(60 - room.heads().size());
    }

    @Test
    void sinceCountsArrivals() {
        assertThat(Plan.of(new PeerLacks.Since(58), room)).containsExactlyInAnyOrder(58, 59);
        assertThat(Plan.of(new PeerLacks.Since(60), room)).isEmpty();
        assertThat(Plan.of(new PeerLacks.Since(61), room)).isEmpty();
        assertThat(Plan.of(new PeerLacks.Since(0), room)).hasSize(60);
    }

    @Test
    void thePlanOfAnOlderViewStaysWhatItWas() {
        Room growing = Histories.random(2, 40, 3);
        PeerLacks rule = new PeerLacks.AllBut(List.of(growing.view().id(10)));
        int[] then = Plan.of(rule, growing.view());

        growing.append(Histories.node(4, 1, "later", List.of()));

        assertThat(Plan.of(rule, growing.view().first(40))).isEqualTo(then);
    }

    @Property(tries = 150)
    void allButHeadsLeavesOutTheirAncestry(
            @ForAll @IntRange(min = 1, max = 150) int count,
            @ForAll @IntRange(min = 1, max = 30) int width,
            @ForAll @IntRange(max = 8) int picks,
            @ForAll @IntRange(max = 1_000_000) int seed) {
        HistoryView any = Histories.random(seed, count, width).view();
        Random random = new Random(seed);
        BitSet held = Histories.closed(
                any,
                IntStream.range(0, picks).mapToObj(i -> random.nextInt(count)).toList());

        int[] plan = Plan.of(new PeerLacks.AllBut(Histories.heads(any, held)), any);

        BitSet lacked = new BitSet();
        lacked.set(0, count);
        lacked.andNot(held);
        assertThat(plan)
                .hasSize(lacked.cardinality())
                .containsExactlyInAnyOrder(lacked.stream().toArray());
    }
}
