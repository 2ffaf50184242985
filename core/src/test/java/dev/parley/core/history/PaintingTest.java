package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PaintingTest {
    @Property(tries = 300)
    void whatIsNotReachedIsWhatANaiveWalkLeaves(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 80) int count,
            @ForAll @IntRange(max = 5) int knownCount) {
        Random random = new Random(seed);
        List<Node> nodes = Graphs.random(random, count);
        List<NodeId> known = new ArrayList<>(List.of(NodeId.of(new byte[32])));
        for (int i = 0; i < knownCount; i++) {
            known.add(nodes.get(random.nextInt(count)).id());
        }
        HistoryView view = Graphs.history(nodes).view();

        Painting.Painted painted = Painting.paint(view, known);

        Set<NodeId> reached = Graphs.closure(nodes, known);
        int[] naive = IntStream.range(0, count)
                .filter(n -> !reached.contains(nodes.get(n).id()))
                .toArray();
        assertThat(painted.numbers()).isEqualTo(naive);
        assertThat(painted.steps()).isLessThanOrEqualTo(naive.length == 0 ? 0 : count - divergence(view, naive));
    }

    /** The oldest node lacked, or the oldest parent of such nodes. */
    private static int divergence(HistoryView view, int[] lacked) {
        return IntStream.of(lacked)
                .flatMap(n -> IntStream.concat(
                        IntStream.of(n), IntStream.range(0, view.parentCount(n)).map(k -> view.parent(n, k))))
                .min()
                .orElseThrow();
    }

    @Test
    void theStepsAreThoseSinceTheDivergenceHoweverLongTheHistory() {
        List<Node> nodes = Graphs.chain(20_000);
        for (int size : new int[] {1_000, 20_000}) {
            HistoryView view = Graphs.history(nodes.subList(0, size)).view();
            List<NodeId> known = List.of(nodes.get(size - 11).id());

            Painting.Painted painted = Painting.paint(view, known);

            assertThat(painted.numbers())
                    .containsExactly(IntStream.range(size - 10, size).toArray());
            assertThat(painted.steps()).isEqualTo(10);
        }
    }

    @Test
    void anOldHeadThatBothSidesHaveCostsNothing() {
        List<Node> nodes = new ArrayList<>(List.of(Graphs.node(-1, 1, List.of())));
        nodes.addAll(Graphs.chain(5_000));
        HistoryView view = Graphs.history(nodes).view();
        Painting.Painted painted = Painting.paint(
                view, List.of(nodes.getFirst().id(), nodes.get(4_990).id()));
        assertThat(painted.numbers()).hasSize(10);
        assertThat(painted.steps()).isEqualTo(10);
    }

    @Test
    void whoKnowsNothingOrEverythingCostsNoStep() {
        HistoryView view = Graphs.history(Graphs.chain(50)).view();
        assertThat(Painting.paint(view, List.of()).steps()).isZero();
        assertThat(Painting.unreached(view, List.of())).hasSize(50);
        assertThat(Painting.paint(view, view.heads()).steps()).isZero();
        assertThat(Painting.unreached(view, view.heads())).isEmpty();
    }
}
