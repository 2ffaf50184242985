package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.sim.check.Violation;
import dev.parley.sim.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every promise holds in every world, and a seed is a run. */
class WorldTest {
    /** Fixed seeds, and those that once failed. */
    static LongStream seeds() {
        return LongStream.concat(LongStream.rangeClosed(1, 20), LongStream.of(1320, 20105));
    }

    static List<Scenario> scenarios() {
        return Scenario.ALL;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void everyPromiseHoldsAndAllPeersAgreeOnceTheFaultsAreOver(long seed) {
        World world = World.of(seed);

        World.Outcome outcome = world.run();

        assertThat(outcome.nodes()).as(world.replayHint()).isGreaterThanOrEqualTo(leastNodes(world));
    }

    /** All that is written reaches the rooms, but for what a second client cannot bring there (spec 03 §11.2). */
    private static int leastNodes(World world) {
        return world.plan().actions().stream()
                .filter(action -> world.plan().peers().get(action.peer()).kind() != PeerKind.NPM)
                .mapToInt(action -> action.act() instanceof Act.Edit(var nodes) ? nodes : 0)
                .sum();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void everyScenarioHolds(Scenario scenario) {
        for (long seed = 100; seed < 102; seed++) {
            World world = World.of(seed, scenario, Optional.empty());
            assertThat(world.run().nodes()).as(world.replayHint()).isGreaterThanOrEqualTo(leastNodes(world));
        }
    }

    @Test
    void twoIncarnationsAtOnceDoNotSpoilTheRoster() {
        Scenario split = Scenario.ALL.stream()
                .filter(scenario -> scenario.name().equals("split"))
                .findFirst()
                .orElseThrow();

        assertThat(World.of(30186, split, Optional.empty()).run().nodes()).isGreaterThanOrEqualTo(split.edits());
    }

    @Test
    void oneSeedIsOneRunAndAnotherSeedAnother() {
        World.Outcome first = World.of(7).run();

        assertThat(World.of(7).run()).isEqualTo(first);
        assertThat(World.of(8).run().traceHash()).isNotEqualTo(first.traceHash());
    }

    @Test
    void faultsReallyStrike() {
        List<String> lines = new ArrayList<>();
        for (long seed = 1; seed <= 10; seed++) {
            World.of(seed, Scenario.DEFAULT, Optional.of(lines::add)).run();
        }

        assertThat(lines)
                .anyMatch(line -> line.contains("dropped Step"))
                .anyMatch(line -> line.contains("cannot reach"))
                .anyMatch(line -> line.contains("stopped: crash"))
                .anyMatch(line -> line.contains("stopped: handed over"))
                .anyMatch(line -> line.contains("stopped: its write fails"))
                .anyMatch(line -> line.contains("the answer of a transaction is lost"))
                .anyMatch(line -> line.contains("{member} dies"))
                .anyMatch(line -> line.contains("Repair"))
                .anyMatch(line -> line.contains("is disconnected"));
    }

    @Test
    void aBrokenPromiseNamesTheCommandThatReplaysIt() {
        Scenario impossible = new Scenario("default", 1, 2, 10, 5_000, List.of(Fault.Drop.class));

        assertThatThrownBy(() -> World.of(3, impossible, Optional.of(line -> {
                            if (line.contains("committed")) {
                                throw new IllegalStateException("broken on purpose");
                            }
                        }))
                        .run())
                .isInstanceOf(Violation.class)
                .hasMessageContaining("broken on purpose")
                .hasMessageContaining("./parley simulate --seed 3 --runs 1 --scenario default");
    }
}
