package dev.parley.sim.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.sim.check.Violation;
import dev.parley.sim.world.Scenario;
import dev.parley.sim.world.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The production actors keep every promise, and a seed is a run of theirs too. */
class ActorWorldTest {
    /** Fixed seeds, and those that once failed. */
    static LongStream seeds() {
        return LongStream.of(1, 7, 15, 1285);
    }

    private static ActorWorld world(long seed) {
        return ActorWorld.of(seed, Scenario.DEFAULT, Optional.empty());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyPromiseHoldsAndASeedIsARun(long seed) {
        ActorWorld.Outcome first = world(seed).run();

        ActorWorld.Outcome second = world(seed).run();

        assertThat(second).isEqualTo(first);
        assertThat(first.nodes()).as(world(seed).replayHint()).isPositive();
    }

    @Test
    void runsAtOneTimeDoNotDisturbEachOther() {
        CompletableFuture<ActorWorld.Outcome> other =
                CompletableFuture.supplyAsync(() -> world(110).run());
        ActorWorld.Outcome here = world(3).run();

        assertThat(other.join()).isEqualTo(world(110).run()).isNotEqualTo(here);
        assertThat(world(3).run()).isEqualTo(here);
    }

    @Test
    void everyScenarioHolds() {
        for (Scenario scenario : Scenario.ALL) {
            ActorWorld world = ActorWorld.of(200, scenario, Optional.empty());
            assertThat(world.run().nodes()).as(world.replayHint()).isPositive();
        }
    }

    @Test
    void aBrokenPromiseNamesTheCommandThatReplaysIt() {
        Trace.Listener breaks = (atMs, what, details) -> {
            if (what.contains("durably")) {
                throw new IllegalStateException("broken on purpose");
            }
        };

        assertThatThrownBy(() ->
                        ActorWorld.of(3, Scenario.DEFAULT, Optional.of(breaks)).run())
                .isInstanceOf(Violation.class)
                .hasMessageContaining("broken on purpose")
                .hasMessageContaining("./parley simulate --layer actors --seed 3 --runs 1 --scenario default");
    }

    @Test
    void faultsReallyStrikeTheActors() {
        List<String> heard = new ArrayList<>();
        for (long seed = 1; seed <= 4; seed++) {
            ActorWorld.of(seed, Scenario.DEFAULT, Optional.of((atMs, what, details) -> heard.add(what)))
                    .run();
        }

        assertThat(heard)
                .anyMatch(what -> what.contains("died"))
                .anyMatch(what -> what.contains("lost a message to a room"))
                .anyMatch(what -> what.contains("has stopped"))
                .anyMatch(what -> what.contains("relay says Repair"))
                .anyMatch(what -> what.contains("is disconnected"));
    }
}
