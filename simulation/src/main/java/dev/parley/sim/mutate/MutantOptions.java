package dev.parley.sim.mutate;

import dev.parley.sim.world.Scenario;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of {@code parley simulate} that have to do with planted bugs; a mix-in of that command. */
public final class MutantOptions {
    private static final int MISSED_TOO_MUCH = 1;
    private static final int UNUSABLE = 2;
    private static final Duration RUN_MAX = Duration.ofSeconds(60);
    private static final String MUTANT = "--mutant";

    @Option(
            names = "--mutants",
            arity = "0..*",
            paramLabel = "ID",
            fallbackValue = "",
            description = "Plants these bugs, or all, one at a time, and runs the simulator against each until a run"
                    + " breaks. Needs a checkout and a JDK.")
    private List<String> ids;

    @Option(
            names = MUTANT,
            paramLabel = "ID",
            description = "Does all else that is asked for with this one bug planted: replays what found it.")
    private Optional<String> one = Optional.empty();

    @Option(names = "--mutant-runs", defaultValue = "300", description = "Runs against one bug at most (default: 300).")
    private int runs;

    @Option(
            names = "--found-min",
            defaultValue = "95",
            description = "Percent of the planted bugs to be found for exit code 0 (default: 95).")
    private double foundMinPercent;

    /** True if this is a hunt for planted bugs. */
    public boolean hunts() {
        return ids != null;
    }

    /** True if the command is to be run again with one bug planted. */
    public boolean plantsOne() {
        return one.isPresent();
    }

    /** Hunts for the bugs asked for. {@code workers} are hunted at one time. The result is the exit code. */
    public int hunt(long firstSeed, int workers, PrintWriter out, PrintWriter err) {
        if (runs < 1) {
            err.println("--mutant-runs must be at least 1");
            return UNUSABLE;
        }
        try {
            Checkout checkout = Checkout.find(Path.of(""));
            List<Mutant> mutants = chosen(checkout);
            List<String> scenarios = Scenario.ALL.stream().map(Scenario::name).toList();
            Hunt hunt = new Hunt(new PlantedCode(checkout), new Runs(scenarios, firstSeed, runs), RUN_MAX);
            List<Hunt.Result> results = new Hunts(hunt, workers, out).run(mutants);
            Hunts.summary(results, out);
            boolean allFit = results.stream().allMatch(result -> result.unfit().isEmpty());
            return allFit && Hunts.percentFound(results) >= foundMinPercent ? 0 : MISSED_TOO_MUCH;
        } catch (NoCheckout | UnfitMutant why) {
            err.println(why.getMessage());
            return UNUSABLE;
        }
    }

    private List<Mutant> chosen(Checkout checkout) {
        List<Mutant> all = checkout.mutants();
        List<String> wanted = ids.stream().filter(id -> !id.isEmpty()).toList();
        List<Mutant> chosen = new ArrayList<>();
        for (String id : wanted) {
            chosen.add(named(all, id));
        }
        return wanted.isEmpty() ? all : chosen;
    }

    private static Mutant named(List<Mutant> all, String id) {
        return all.stream()
                .filter(mutant -> mutant.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new UnfitMutant(id, "there is none of this id"));
    }

    /** Runs the command of {@code spec} once more as it was asked for, among classes with the bug. */
    public int again(CommandSpec spec) {
        PrintWriter err = spec.commandLine().getErr();
        try {
            Checkout checkout = Checkout.find(Path.of(""));
            Map<String, byte[]> classes =
                    new PlantedCode(checkout).classes(named(checkout.mutants(), one.orElseThrow()));
            PlantedLoader loader = new PlantedLoader(classes, MutantOptions.class.getClassLoader());
            err.println(
                    "planted: " + one.orElseThrow() + "; what replays this needs " + MUTANT + " " + one.get() + " too");
            Object command = loader.loadClass(spec.userObject().getClass().getName())
                    .getDeclaredConstructor()
                    .newInstance();
            return new CommandLine(command)
                    .setOut(spec.commandLine().getOut())
                    .setErr(err)
                    .execute(withoutMutant(spec));
        } catch (NoCheckout | UnfitMutant why) {
            err.println(why.getMessage());
            return UNUSABLE;
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String[] withoutMutant(CommandSpec spec) {
        List<String> args = spec.commandLine().getParseResult().originalArgs();
        List<String> kept = new ArrayList<>();
        for (int i = args.get(0).equals(spec.name()) ? 1 : 0; i < args.size(); i++) {
            if (args.get(i).equals(MUTANT)) {
                i++; // And its id.
            } else if (!args.get(i).startsWith(MUTANT + "=")) {
                kept.add(args.get(i));
            }
        }
        return kept.toArray(String[]::new);
    }
}
