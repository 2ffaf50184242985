package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sim.world.Scenario;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Without being told what to run, the simulator runs everything it has. */
class ChoiceTest {
    private static final Choice OPEN = new Choice(Optional.empty(), Optional.empty());

    @Test
    void twentySeedsInARowHaveBothLayersAndMostlyTheDefault() {
        List<Job> jobs = LongStream.range(40, 60).mapToObj(OPEN::job).toList();

        assertThat(jobs).filteredOn(job -> job.layer() == Layer.ACTORS).hasSize(1);
        assertThat(jobs).filteredOn(job -> job.scenario().equals("default")).hasSize(16);
    }

    @Test
    void everyScenarioComesInTurn() {
        assertThat(LongStream.range(0, 100)
                        .mapToObj(OPEN::job)
                        .map(Job::scenario)
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Scenario.ALL.stream().map(Scenario::name).toList());
    }

    @Test
    void whatIsAskedForIsTaken() {
        Choice fixed = new Choice(Optional.of(Layer.RULES), Optional.of("calm"));

        assertThat(LongStream.range(0, 40).mapToObj(fixed::job).distinct().map(Job::layer))
                .containsOnly(Layer.RULES);
        assertThat(fixed.job(-4)).isEqualTo(new Job(Layer.RULES, "calm", -4));
    }

    @Test
    void aNegativeSeedIsASeedToo() {
        assertThat(OPEN.job(Long.MIN_VALUE).seed()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void theHintNamesTheWholeRun() {
        assertThat(new Job(Layer.ACTORS, "calm", 9).replayHint())
                .isEqualTo("./parley simulate --seed 9 --runs 1 --scenario calm --layer actors");
        assertThat(new Job(Layer.RULES, "default", 7).replayHint())
                .isEqualTo("./parley simulate --seed 7 --runs 1 --scenario default");
    }
}
