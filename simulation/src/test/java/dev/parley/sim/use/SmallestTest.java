package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is left of a failure is what it needs, and nothing else. */
class SmallestTest {
    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Property(tries = 200)
    void exactlyWhatTheFailureNeedsIsLeft(
            @ForAll Set<@IntRange(max = 60) Integer> needed, @ForAll @IntRange(min = 61, max = 120) int count) {
        List<Integer> left = Smallest.part(upTo(count), part -> part.containsAll(needed));

        assertThat(left).containsExactlyElementsOf(needed.stream().sorted().toList());
    }

    @Test
    void oneThatMattersAmongManyIsFoundInFewQuestions() {
        AtomicInteger questions = new AtomicInteger();

        List<Integer> left = Smallest.part(upTo(1_000), part -> {
            questions.incrementAndGet();
            return part.contains(777);
        });

        assertThat(left).containsExactly(777);
        assertThat(questions.get()).isLessThan(60);
    }

    @Test
    void whatFailsWithoutAnythingNeedsNothing() {
        assertThat(Smallest.part(upTo(9), part -> true)).isEmpty();
    }

    @Test
    void whoStopsAskingKeepsWhatFailedLast() {
        AtomicInteger questions = new AtomicInteger();

        List<Integer> left = Smallest.part(upTo(64), part -> questions.incrementAndGet() < 4 && part.contains(0));

        assertThat(left).contains(0).hasSizeLessThan(64);
    }

    @Test
    void theLeastNumberThatFailsIsFound() {
        assertThat(Smallest.number(0, 10_000, number -> number >= 4_321)).isEqualTo(4_321);
        assertThat(Smallest.number(0, 10_000, number -> false)).isEqualTo(10_000);
    }
}
