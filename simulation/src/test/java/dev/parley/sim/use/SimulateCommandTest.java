package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.edge.main.Subcommand;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.When;
import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Scenario;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** The command as people and tools use it: its words, its exit codes, its files. */
class SimulateCommandTest {
    @TempDir
    private Path folder;

    private record Ran(int code, String out, String err) {}

    private static Ran run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ran(code, out.toString(), err.toString());
    }

    /** A run that breaks whatever the code does: a fault strikes a member that is not there. */
    private Path brokenPlan() throws Exception {
        Plan calm = Plan.draw(5, named("calm"));
        Plan broken =
                calm.with(calm.peers(), calm.actions(), List.of(new Fault.CrashMember(new When.At(4_000), 9, 1_000)));
        return Files.writeString(folder.resolve("broken.plan"), broken.toText());
    }

    private static Scenario named(String name) {
        return Scenario.ALL.stream()
                .filter(scenario -> scenario.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theLauncherFindsTheCommand() {
        assertThat(ServiceLoader.load(Subcommand.class).stream().map(ServiceLoader.Provider::type))
                .contains(SimulateCommand.class);
    }

    @Test
    void manyRunsAreALineEachAndASummary() {
        Ran ran = run("--seed", "5", "--runs", "3", "--scenario", "calm", "--layer", "rules");

        assertThat(ran.code()).isZero();
        assertThat(ran.out())
                .containsSubsequence("calm seed 5: trace", "calm seed 6: trace", "calm seed 7: trace")
                .contains("3 runs from seed 5, 0 broken");
    }

    @Test
    void allScenariosRunEverySeed() {
        Ran ran = run("--seed", "5", "--scenario", "all", "--layer", "rules");

        assertThat(ran.out()).contains(Scenario.ALL.size() + " runs from seed 5");
        assertThat(Scenario.ALL).allSatisfy(scenario -> assertThat(ran.out()).contains(scenario.name() + " seed 5"));
    }

    @Test
    void oneSeedIsExplainedWithItsTimeline() {
        Ran ran = run("--seed", "5", "--scenario", "calm", "--layer", "rules");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("calm seed 5", "peers: ", "members", "member A", "rooms", "calm seed 5: trace");
    }

    @Test
    void theTraceHasEveryEventWithNames() {
        Ran ran = run("--seed", "5", "--scenario", "calm", "--layer", "rules", "--trace");

        assertThat(ran.out()).containsPattern("peer \\d \\([a-z-]+\\) says hello as session \\d+");
        assertThat(ran.out()).contains("recovered up to seq").doesNotContain("{peer}", "{room}", "{session}");
    }

    @Test
    void theSameSeedPrintsTheSame() {
        String[] arguments = {"--seed", "8", "--scenario", "default", "--layer", "rules", "--trace"};

        assertThat(run(arguments).out()).isEqualTo(run(arguments).out());
    }

    @Test
    void theTimelineIsWrittenAsAPicture() throws Exception {
        Path svg = folder.resolve("run.svg");

        Ran ran = run("--seed", "5", "--scenario", "calm", "--layer", "rules", "--svg", svg.toString());

        assertThat(ran.code()).isZero();
        assertThat(Files.readString(svg)).startsWith("<svg").contains("member B");
    }

    @Test
    void aSavedPlanIsTheSameRun() {
        Path plan = folder.resolve("run.plan");
        Ran drawn = run("--seed", "6", "--scenario", "lossy", "--layer", "rules", "--save-plan", plan.toString());

        Ran replayed = run("--plan", plan.toString());

        assertThat(replayed.out()).isEqualTo(drawn.out());
    }

    @Test
    void whatBrokeIsToldWithWhatCameBeforeAndTheCommandThatDoesItAgain() throws Exception {
        Path plan = brokenPlan();

        Ran ran = run("--plan", plan.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out())
                .containsSubsequence(
                        "the last events before the break",
                        "BROKEN at 4000 ms",
                        "IndexOutOfBounds",
                        "faults that went on then",
                        "CrashMember member=9",
                        "^ broken at 4000 ms",
                        "./parley simulate --plan " + plan);
    }

    @Test
    void aBreakShrinksToWhatItNeedsAndTheFileReplaysIt() throws Exception {
        Path small = folder.resolve("small.plan");

        Ran ran = run("--plan", brokenPlan().toString(), "--minimize", "--save-plan", small.toString());

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("the smallest plan found", "./parley simulate --plan " + small);
        Plan left = Plan.parse(Files.readString(small));
        assertThat(left.members()).isEqualTo(1);
        assertThat(left.peers()).isEmpty();
        assertThat(left.actions()).isEmpty();
        assertThat(left.faults()).hasSize(1);
        assertThat(left.faults().get(0).when().earliestMs()).isZero();
        assertThat(run("--plan", small.toString()).code()).isEqualTo(1);
    }

    @Test
    void theCoverageNamesWhatWasReachedAndTheHoles() {
        Ran ran = run("--seed", "5", "--runs", "2", "--scenario", "calm", "--layer", "rules", "--coverage");

        assertThat(ran.code()).isZero();
        assertThat(ran.out()).contains("session, input by phase", "pairs of faults", "2 runs from seed 5, 0 broken");
    }

    @Test
    void theSummaryIsJsonForTools() throws Exception {
        Ran ran = run("--seed", "5", "--runs", "2", "--scenario", "calm", "--layer", "rules", "--json");

        JsonNode summary = new ObjectMapper().readTree(ran.out());
        assertThat(summary.path("first_seed").asLong()).isEqualTo(5);
        assertThat(summary.path("runs").asInt()).isEqualTo(2);
        assertThat(summary.path("broken").asInt()).isZero();
        assertThat(summary.path("broken_runs").isArray()).isTrue();
    }

    @Test
    void aBreakIsInTheJsonWithItsKind() throws Exception {
        JsonNode summary = new ObjectMapper()
                .readTree(run("--plan", brokenPlan().toString(), "--json").out());

        JsonNode broken = summary.path("broken_runs").path(0);
        assertThat(broken.path("scenario").asText()).isEqualTo("calm");
        assertThat(broken.path("kind").asText()).contains("IndexOutOfBounds");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --scenario nowhere                   | no scenario nowhere; there are default,
            --layer third                        | there is no layer 'third'; there are rules, actors and both
            --runs 0                             | --runs must be at least 1
            --runs many                          | 'many' is not an int
            --workers 0                          | --workers must be from 1 to 1024
            --limit 0                            | --limit must be at least 1 second
            --minimize-runs 0                    | --minimize-runs must be at least 1
            --runs 5 --svg x.svg                 | --svg draws one run
            --runs 5 --save-plan x.plan          | --save-plan writes the plan of one run
            --plan none.plan                     | cannot read none.plan: there is no such file
            --plan none.plan --seed 4            | --plan and --seed name two runs
            --plan none.plan --runs 4            | --plan is one run
            --coverage --json                    | --coverage and --json do not go together
            --coverage --plan none.plan          | --coverage is of seeds
            --trace --json                       | --trace and --json do not go together
            --seed 5 --scenario calm --svg /none/x.svg | cannot write /none/x.svg: there is no such file
            """)
    void whatCannotBeUsedIsRefusedWithASentence(String arguments, String sentence) {
        Ran ran = run(arguments.split(" "));

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(sentence);
    }

    @Test
    void aFileThatIsNoPlanIsRefusedWithItsLine() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.plan"), "seed 5\nweather rain\n");

        Ran ran = run("--plan", file.toString());

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err()).contains(file + " is not a plan: ");
    }

    @Test
    void theHelpNamesEveryOption() {
        assertThat(run("--help").out())
                .contains(Stream.of(
                                "--seed",
                                "--runs",
                                "--scenario",
                                "--layer",
                                "--workers",
                                "--limit",
                                "--trace",
                                "--svg",
                                "--plan",
                                "--save-plan",
                                "--minimize",
                                "--coverage",
                                "--json",
                                "--mutants")
                        .toArray(String[]::new));
    }
}
