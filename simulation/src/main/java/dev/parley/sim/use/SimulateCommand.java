package dev.parley.sim.use;

import dev.parley.edge.main.Subcommand;
import dev.parley.sim.coverage.Coverage;
import dev.parley.sim.mutate.MutantOptions;
import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Scenario;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parley simulate}: runs seeded worlds, says which seed breaks a promise, and explains or shrinks such a run. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs the production code in seeded worlds of faults and checks every promise after each event.",
        footer = {
            "",
            "A seed is a run: --seed replays one exactly and explains it. Without --seed, new seeds are drawn.",
            "Exit code: 0 when every promise held, 1 when one broke, 2 when the command line is not usable.",
            "docs/SIMULATION.md tells what is simulated, what is checked and how to read a failure."
        })
public final class SimulateCommand implements Subcommand {
    private static final int BROKEN = 1;
    private static final int DRAWN_RUNS = 200;
    private static final int LINES_MAX = 100;
    private static final int WORKERS_MAX = 1_024;
    private static final String ALL = "all";
    private static final String ANY = "any";

    @Option(names = "--seed", paramLabel = "S", description = "Replays the run of this seed and explains it.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "How many runs, each with the next seed (default: 1 with --seed, else " + DRAWN_RUNS + ").")
    private Optional<Integer> runsAsked = Optional.empty();

    @Option(
            names = "--scenario",
            paramLabel = "NAME",
            defaultValue = ANY,
            description =
                    "Which world: a name, all for each of them with every seed, or any: mostly the default one, each"
                            + " fifth seed another (default: any).")
    private String scenario;

    @Option(
            names = "--layer",
            paramLabel = "LAYER",
            defaultValue = "both",
            description =
                    "rules: the production rules in a world of our own; actors: the production actors; both: every"
                            + " twentieth seed runs the actors (default: both).")
    private String layer;

    @Option(names = "--workers", paramLabel = "W", description = "How many runs at one time (default: one a core).")
    private Optional<Integer> workersAsked = Optional.empty();

    @Option(
            names = "--limit",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "A run that takes more processor time is broken (default: 60).")
    private int limitSeconds;

    @Option(names = "--trace", description = "Prints each event of each run.")
    private boolean trace;

    @Option(names = "--svg", paramLabel = "FILE", description = "Writes the timeline of the run as a picture.")
    private Optional<Path> svg = Optional.empty();

    @Option(names = "--plan", paramLabel = "FILE", description = "Runs the plan in this file instead of a seed's.")
    private Optional<Path> planFile = Optional.empty();

    @Option(
            names = "--save-plan",
            paramLabel = "FILE",
            description = "Where the plan of the run is written, or the small one.")
    private Optional<Path> savePlan = Optional.empty();

    @Option(
            names = "--minimize",
            description = "Shrinks the first run that breaks to what the break needs, and writes that plan to a file.")
    private boolean minimize;

    @Option(
            names = "--minimize-runs",
            paramLabel = "N",
            defaultValue = "3000",
            description = "How many runs shrinking may take (default: 3000).")
    private int minimizeRuns;

    @Option(
            names = "--coverage",
            description =
                    "Prints what the runs of the first layer reached: inputs by state, pairs of faults, and the holes.")
    private boolean coverage;

    @Option(names = "--json", description = "Prints the summary as one JSON object.")
    private boolean json;

    @Mixin
    private MutantOptions mutants;

    @Spec
    private CommandSpec spec;

    private final LongSupplier nanos = System::nanoTime;
    private PrintWriter out;
    private PrintWriter err;
    private Optional<String> revision = Optional.empty();

    @Override
    public Integer call() {
        out = spec.commandLine().getOut();
        err = spec.commandLine().getErr();
        revision = Revision.ofThisBuild();
        Choice choice = new Choice(layer(), scenario());
        int runs = runsAsked.orElse(seed.isPresent() || planFile.isPresent() ? 1 : DRAWN_RUNS);
        refuseWhatDoesNotFit(runs);
        if (mutants.plantsOne()) {
            return mutants.again(spec);
        }
        if (mutants.hunts()) {
            return mutants.hunt(seed.orElse(1L), workers(), out, err);
        }
        long first = seed.orElseGet(() -> System.nanoTime() & 0xffffffffL);
        if (planFile.isPresent()) {
            Path file = planFile.get();
            Plan plan = readPlan(file);
            Job job = new Job(choice.layer().orElse(Layer.RULES), plan.scenario(), plan.seed());
            return explained(Explained.of(job, plan, file.toString()));
        }
        if (runs == 1 && !scenario.equals(ALL) && !coverage) {
            return explained(Explained.of(choice.job(first)));
        }
        return batch(choice, first, runs);
    }

    // What was asked for.

    private void refuseWhatDoesNotFit(int runs) {
        require(runs >= 1, "--runs must be at least 1");
        require(workers() >= 1 && workers() <= WORKERS_MAX, "--workers must be from 1 to " + WORKERS_MAX);
        require(limitSeconds >= 1, "--limit must be at least 1 second");
        require(minimizeRuns >= 1, "--minimize-runs must be at least 1");
        boolean one = runs == 1 && !scenario.equals(ALL);
        require(one || svg.isEmpty(), "--svg draws one run: name it with --seed, without --runs");
        require(
                one || minimize || savePlan.isEmpty(),
                "--save-plan writes the plan of one run: name it with --seed, without --runs");
        require(planFile.isEmpty() || seed.isEmpty(), "--plan and --seed name two runs; give one of them");
        require(planFile.isEmpty() || runs == 1, "--plan is one run; --runs does not go with it");
        require(!coverage || !json, "--coverage and --json do not go together");
        require(!coverage || planFile.isEmpty(), "--coverage is of seeds; --plan does not go with it");
        require(!trace || !json, "--trace and --json do not go together");
    }

    private Optional<Layer> layer() {
        if (layer.equals("both")) {
            return Optional.empty();
        }
        for (Layer one : Layer.values()) {
            if (one.title().equals(layer)) {
                return Optional.of(one);
            }
        }
        throw new ParameterException(
                spec.commandLine(), "there is no layer '" + layer + "'; there are rules, actors and both");
    }

    private Optional<String> scenario() {
        if (scenario.equals(ANY) || scenario.equals(ALL)) {
            return Optional.empty();
        }
        List<String> names = Scenario.ALL.stream().map(Scenario::name).toList();
        require(
                names.contains(scenario),
                "no scenario " + scenario + "; there are " + String.join(", ", names) + ", any and all");
        return Optional.of(scenario);
    }

    private int workers() {
        return workersAsked.orElseGet(() -> Runtime.getRuntime().availableProcessors());
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    // One run.

    private int explained(Explained run) {
        if (json) {
            out.println(new Summary(run.ending().job().seed(), tally(run.ending()), revision).json());
        } else {
            run.lines(trace, revision).forEach(out::println);
        }
        svg.ifPresent(file -> write(file, run.svg()));
        boolean broke = run.ending() instanceof Ending.Broke;
        if (minimize && run.ending() instanceof Ending.Broke broken) {
            shrink(broken, run.plan());
        } else {
            savePlan.ifPresent(file -> write(file, run.plan().toText()));
            if (minimize) {
                err.println("nothing to shrink: every promise held");
            }
        }
        out.flush();
        err.flush();
        return broke ? BROKEN : 0;
    }

    private static Batch.Tally tally(Ending ending) {
        return switch (ending) {
            case Ending.Held held -> new Batch.Tally(1, 1, held.events(), 0, 0, List.of());
            case Ending.Broke broke -> new Batch.Tally(1, 1, 0, 0, 0, List.of(broke));
        };
    }

    private void shrink(Ending.Broke broken, Plan plan) {
        Shrinking shrinking = new Shrinking(broken, minimizeRuns, line -> {
            err.println(line);
            err.flush();
        });
        Interruption.during(
                () -> {
                    Plan small = shrinking.of(plan);
                    shrunk(broken, small, shrinking.runs());
                    return small;
                },
                shrinking::stop);
    }

    private void shrunk(Ending.Broke broken, Plan small, int runs) {
        Path file = savePlan.orElse(Path.of("parley-" + broken.job().seed() + ".plan"));
        write(file, "# " + broken.kind() + "\n" + small.toText());
        if (!json) {
            out.println();
            out.println("the smallest plan found that breaks alike, after " + runs + " runs: " + Minimizer.size(small));
            small.toText().lines().forEach(line -> out.println("  " + line));
            out.println("replay: ./parley simulate --plan " + file
                    + (broken.job().layer() == Layer.RULES
                            ? ""
                            : " --layer " + broken.job().layer().title()));
        }
        out.flush();
    }

    // Many runs.

    private int batch(Choice choice, long first, int runs) {
        List<String> each = Scenario.ALL.stream().map(Scenario::name).toList();
        boolean all = scenario.equals(ALL);
        long count = all ? (long) runs * each.size() : runs;
        LongFunction<Job> jobs = number -> all
                ? new Choice(choice.layer(), Optional.of(each.get((int) (number / runs)))).job(first + number % runs)
                : choice.job(first + number);
        Coverage reached = new Coverage();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        Batch batch = new Batch(
                trace ? 1 : workers(),
                Duration.ofSeconds(limitSeconds),
                job -> made(job, reached),
                nanos,
                threads.isThreadCpuTimeSupported()
                        ? thread -> threads.getThreadCpuTime(thread.threadId())
                        : thread -> 0);
        Pulse pulse = new Pulse(err, nanos);
        Batch.Tally tally = Interruption.during(
                () -> {
                    Batch.Tally made = batch.run(count, jobs, ending -> ended(ending, count, batch), pulse::at);
                    if (coverage) {
                        out.print(reached.report());
                    }
                    summarize(new Summary(first, made, revision));
                    return made;
                },
                batch::stop);
        if (minimize && !tally.broken().isEmpty()) {
            Ending.Broke broken = tally.broken().get(0);
            shrink(broken, RulesLayer.plan(broken.job()));
        }
        return tally.broken().isEmpty() ? 0 : BROKEN;
    }

    private Ending made(Job job, Coverage reached) {
        if (trace) {
            return traced(job);
        }
        return coverage && job.layer() == Layer.RULES
                ? RulesLayer.run(job, reached)
                : job.layer().run(job);
    }

    private void summarize(Summary summary) {
        if (json) {
            out.println(summary.json());
        } else {
            summary.lines().forEach(out::println);
        }
        out.flush();
    }

    /** With --minimize, the first break is enough. */
    private void ended(Ending ending, long count, Batch batch) {
        if (minimize && ending instanceof Ending.Broke) {
            batch.stop();
        }
        if (json || trace) {
            return;
        }
        switch (ending) {
            case Ending.Held held -> {
                if (count <= LINES_MAX) {
                    out.println(Explained.summary(held));
                }
            }
            case Ending.Broke broke -> out.println("BROKEN " + broke.job() + ": " + broke.what());
        }
        out.flush();
    }

    private Ending traced(Job job) {
        Explained run = Explained.of(job);
        String lines = run.lines(true, revision).stream().collect(Collectors.joining(System.lineSeparator()));
        out.println(lines);
        out.flush();
        return run.ending();
    }

    // Files.

    private Plan readPlan(Path file) {
        try {
            return Plan.parse(Files.readString(file));
        } catch (IOException unreadable) {
            throw new ParameterException(spec.commandLine(), "cannot read " + file + ": " + said(unreadable));
        } catch (IllegalArgumentException broken) {
            throw new ParameterException(spec.commandLine(), file + " is not a plan: " + broken.getMessage());
        }
    }

    private void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new ParameterException(spec.commandLine(), "cannot write " + file + ": " + said(unwritable));
        }
    }

    private static String said(IOException trouble) {
        return switch (trouble) {
            case java.nio.file.NoSuchFileException f -> "there is no such file";
            case java.nio.file.AccessDeniedException f -> "access denied";
            case java.nio.charset.MalformedInputException f -> "it is not text";
            default -> trouble.getMessage();
        };
    }
}
