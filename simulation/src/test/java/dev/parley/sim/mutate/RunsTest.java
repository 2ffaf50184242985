package dev.parley.sim.mutate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The runs against a planted bug: the same for the same first seed, and none twice. */
class RunsTest {
    @Test
    void ofFourRunsThreeAreOfTheFirstScenarios() {
        Runs runs = new Runs(List.of("default", "crowded", "cramped", "calm", "slow"), 7, 100);

        assertThat(IntStream.range(0, 12).mapToObj(runs::at))
                .containsExactly(
                        new Runs.Run("default", 7),
                        new Runs.Run("crowded", 7),
                        new Runs.Run("cramped", 7),
                        new Runs.Run("calm", 7),
                        new Runs.Run("default", 8),
                        new Runs.Run("crowded", 8),
                        new Runs.Run("cramped", 8),
                        new Runs.Run("slow", 7),
                        new Runs.Run("default", 9),
                        new Runs.Run("crowded", 9),
                        new Runs.Run("cramped", 9),
                        new Runs.Run("calm", 8));
    }

    @Test
    void noRunIsMadeTwice() {
        for (List<String> scenarios : List.of(List.of("one"), List.of("a", "b"), List.of("a", "b", "c", "d"))) {
            Runs runs = new Runs(scenarios, 1, 300);
            Set<Runs.Run> made = new HashSet<>();
            for (int number = 0; number < runs.most(); number++) {
                assertThat(made.add(runs.at(number))).isTrue();
            }
        }
    }
}
