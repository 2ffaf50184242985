package dev.parley.sim.world;

import dev.parley.edge.main.Subcommand;
import dev.parley.sim.check.Violation;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code parley simulate}: runs seeded worlds and says which seed breaks a promise. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs the production rules in seeded worlds of faults and checks every promise after each event.")
public final class SimulateCommand implements Subcommand {
    private static final int BROKEN = 1;
    private static final int PROGRESS_EVERY = 100;

    private static final int DRAWN_RUNS = 20;

    @Option(names = "--seed", description = "Replays the run of this seed; without it, seeds are drawn from the clock.")
    private Optional<Long> seed = Optional.empty();

    @Option(
            names = "--runs",
            description = "How many runs, each with the next seed (default: 1 with --seed, else " + DRAWN_RUNS + ").")
    private Optional<Integer> runsAsked = Optional.empty();

    @Option(names = "--scenario", defaultValue = "default", description = "Which world, or all (default: default).")
    private String scenario;

    @Option(names = "--trace", description = "Prints each event of each run.")
    private boolean trace;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        var scenarios = Scenario.ALL.stream()
                .filter(one -> scenario.equals("all") || one.name().equals(scenario))
                .toList();
        if (scenarios.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "no scenario " + scenario + "; there are "
                            + Scenario.ALL.stream().map(Scenario::name).collect(Collectors.joining(", ")) + " and all");
        }
        int runs = runsAsked.orElse(seed.isPresent() ? 1 : DRAWN_RUNS);
        if (runs < 1) {
            throw new ParameterException(spec.commandLine(), "--runs must be at least 1");
        }
        PrintWriter out = spec.commandLine().getOut();
        long first = seed.orElseGet(() -> System.nanoTime() & 0xffffffffL);
        Optional<Consumer<String>> listener = trace ? Optional.of(out::println) : Optional.empty();
        int broken = 0;
        long events = 0;
        long startedNanos = System.nanoTime();
        for (Scenario one : scenarios) {
            for (int run = 0; run < runs; run++) {
                try {
                    World.Outcome outcome = World.of(first + run, one, listener).run();
                    events += outcome.events();
                    if (runs <= PROGRESS_EVERY) {
                        out.printf(
                                "%s seed %d: trace %016x, %d events of the room, %d nodes, %.1f s simulated%n",
                                one.name(),
                                outcome.seed(),
                                outcome.traceHash(),
                                outcome.seq(),
                                outcome.nodes(),
                                outcome.simulatedMs() / 1_000.0);
                    }
                } catch (Violation violation) {
                    broken++;
                    out.println("BROKEN " + violation.getMessage());
                }
                if (runs > PROGRESS_EVERY && (run + 1) % PROGRESS_EVERY == 0) {
                    out.printf("%s: %d of %d runs, %d broken%n", one.name(), run + 1, runs, broken);
                }
                out.flush();
            }
        }
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        int all = runs * scenarios.size();
        out.printf(
                "%d runs from seed %d, %d broken, %d traced events, %.1f runs/s%n",
                all, first, broken, events, all / seconds);
        out.flush();
        return broken == 0 ? 0 : BROKEN;
    }
}
