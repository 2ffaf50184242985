package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SendOrderTest {
    @Property(tries = 300)
    void againAndAgainTheLeastNodeWhoseParentsAreOut(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 60) int count, @ForAll boolean some) {
        Random random = new Random(seed);
        List<Node> nodes = Graphs.shuffled(Graphs.random(random, count), random);
        HistoryView view = Graphs.history(nodes).view();
        int[] numbers = IntStream.range(0, count)
                .filter(n -> !some || random.nextBoolean())
                .toArray();

        assertThat(SendOrder.of(view, numbers)).isEqualTo(naive(view, numbers));
    }

    @Test
    void theOrderOfTheNumbersHandedInDoesNotMatter() {
        HistoryView view = Graphs.history(Graphs.chain(5)).view();
        int[] numbers = {4, 2, 3};
        assertThat(SendOrder.of(view, numbers)).containsExactly(2, 3, 4);
        assertThat(numbers).containsExactly(4, 2, 3);
        assertThat(SendOrder.of(view, new int[0])).isEmpty();
    }

    @Test
    void aParentGoesFirstEvenWithAGreaterLamport() {
        Node high = Graphs.node(1, 100, List.of());
        Node child = Graphs.node(2, 1, List.of(high.id()));
        Node low = Graphs.node(3, 50, List.of());
        HistoryView view = Graphs.history(List.of(high, child, low)).view();
        assertThat(SendOrder.of(view, new int[] {0, 1, 2})).containsExactly(2, 0, 1);
        assertThat(SendOrder.of(view, new int[] {1, 2})).containsExactly(1, 2);
    }

    @Test
    void arrivalOrderThatIsTheAnswerCostsOneComparisonANode() {
        HistoryView view = Graphs.history(Graphs.chain(5_000)).view();
        int[] all = Painting.unreached(view, List.of());
        assertThat(SendOrder.order(view, all).comparisons()).isEqualTo(4_999);
    }

    @Test
    void anyOtherOrderCostsComparisonsInTheLogarithm() {
        Random random = new Random(11);
        HistoryView view = Graphs.history(Graphs.random(random, 4_096)).view();
        int[] all = Painting.unreached(view, List.of());
        assertThat(SendOrder.order(view, all).comparisons()).isLessThan(4_096L * 3 * 12);
    }

    private static int[] naive(HistoryView view, int[] numbers) {
        List<Integer> left = new ArrayList<>(IntStream.of(numbers).boxed().toList());
        Set<NodeId> toCome = new HashSet<>();
        left.forEach(n -> toCome.add(view.id(n)));
        int[] order = new int[numbers.length];
        for (int at = 0; at < order.length; at++) {
            Integer least = null;
            for (Integer n : left) {
                boolean ready = view.node(n).transaction().parents().stream().noneMatch(toCome::contains);
                if (ready && (least == null || before(view, n, least))) {
                    least = n;
                }
            }
            left.remove(least);
            toCome.remove(view.id(least));
            order[at] = least;
        }
        return order;
    }

    private static boolean before(HistoryView view, int left, int right) {
        int order = Long.compareUnsigned(view.lamport(left), view.lamport(right));
        return order != 0 ? order < 0 : view.id(left).compareTo(view.id(right)) < 0;
    }
}
