package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.edge.main.Subcommand;
import dev.parley.sim.check.Violation;
import dev.parley.sim.fault.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

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

        assertThat(outcome.nodes()).as(world.replayHint()).isGreaterThanOrEqualTo(Scenario.DEFAULT.edits());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void everyScenarioHolds(Scenario scenario) {
        for (long seed = 100; seed < 102; seed++) {
            World world = World.of(seed, scenario, Optional.empty());
            assertThat(world.run().nodes()).as(world.replayHint()).isGreaterThanOrEqualTo(scenario.edits());
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
                .anyMatch(line -> line.contains("stopped: crash"))
                .anyMatch(line -> line.contains("stopped: write FAILED"))
                .anyMatch(line -> line.contains("stopped: write FENCED"))
                .anyMatch(line -> line.contains("member died"))
                .anyMatch(line -> line.contains("Repair"))
                .anyMatch(line -> line.contains("disconnected"));
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

    @Test
    void theCommandRunsSeedsAndRefusesUnknownScenarios() {
        StringWriter out = new StringWriter();
        CommandLine command = new CommandLine(new SimulateCommand()).setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(out));

        assertThat(command.execute("--seed", "5", "--runs", "2", "--scenario", "calm"))
                .isZero();
        assertThat(out.toString()).contains("2 runs from seed 5, 0 broken");
        assertThat(command.execute("--scenario", "nowhere")).isEqualTo(2);
    }

    @Test
    void theLauncherFindsTheCommand() {
        assertThat(ServiceLoader.load(Subcommand.class).stream().map(ServiceLoader.Provider::type))
                .contains(SimulateCommand.class);
    }
}
