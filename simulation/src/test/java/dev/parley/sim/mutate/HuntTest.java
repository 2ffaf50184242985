package dev.parley.sim.mutate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sim.use.SimulateCommand;
import dev.parley.sim.world.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The simulator finds planted bugs, and nothing where none is planted. {@code --mutants} hunts for all of them. */
class HuntTest {
    private static final Checkout CHECKOUT = new Checkout(Path.of(System.getProperty("parley.root", "..")));
    private static final int RUNS_MAX = 20;
    private static PlantedCode code;

    @BeforeAll
    static void findTheCompiler() throws NoCheckout {
        code = new PlantedCode(CHECKOUT);
    }

    private static Hunt hunt(int runs) {
        return new Hunt(
                code, new Runs(Scenario.ALL.stream().map(Scenario::name).toList(), 1, runs), Duration.ofSeconds(30));
    }

    private static Mutant planted(String id) {
        return CHECKOUT.mutants().stream()
                .filter(mutant -> mutant.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"ack-before-durable", "chunk-position", "heads-second-parent", "roster-doubled"})
    void aPlantedBugIsFoundWithinAFewRuns(String id) {
        Hunt.Result result = hunt(RUNS_MAX).hunt(planted(id));

        assertThat(result.unfit()).isEmpty();
        assertThat(result.find()).as("a run that breaks").isPresent();
    }

    @Test
    void whereNothingIsPlantedNothingIsFound() {
        Mutant harmless = Mutant.parse("harmless", """
                title: A comment reads otherwise
                area: room
                layer: first
                written: before tuning
                breaks: nothing
                file: persistence/src/main/java/dev/parley/persistence/room/RoomDesk.java
                --- is
                // The ack first, then the step to all
                --- becomes
                // The acknowledgement first, then the step to all
                --- end
                """);

        Hunt.Result result = hunt(3).hunt(harmless);

        assertThat(result.unfit()).isEmpty();
        assertThat(result.find()).isEmpty();
        assertThat(result.runs()).isEqualTo(3);
    }

    @Test
    void theRunThatFoundABugBreaksInTheSameWayAgain() {
        Hunt.Result first = hunt(RUNS_MAX).hunt(planted("relay-before-durable"));
        Hunt.Result second = hunt(RUNS_MAX).hunt(planted("relay-before-durable"));

        assertThat(second.find()).isPresent().isEqualTo(first.find());
        assertThat(second.runs()).isEqualTo(first.runs());
    }

    @Test
    void theCommandReplaysARunWithTheBugPlanted() {
        Hunt.Find find = hunt(RUNS_MAX).hunt(planted("chunk-last")).find().orElseThrow();
        String[] args = {
            "--seed",
            "" + find.run().seed(),
            "--scenario",
            find.run().scenario(),
            "--layer",
            "rules",
            "--mutant",
            "chunk-last"
        };
        StringWriter out = new StringWriter();

        int broken = new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(args);

        assertThat(out.toString()).contains(find.what());
        assertThat(broken).isEqualTo(1);
    }

    @Test
    void aBugOfAnUnknownIdIsRefused() {
        StringWriter out = new StringWriter();

        int refused = new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute("--mutants", "no-such-bug");

        assertThat(refused).isEqualTo(2);
        assertThat(out.toString()).contains("mutant no-such-bug: there is none of this id");
    }
}
