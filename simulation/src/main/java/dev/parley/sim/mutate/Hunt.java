package dev.parley.sim.mutate;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Runs the simulator against one planted bug until a run breaks or the bound is reached.
 *
 * <p>A run counts only if the code as it is holds in the same run: a weakness of the simulator is no find. A run that
 * does not end within {@code limit} counts as broken; its thread is left behind.
 */
final class Hunt {
    /** What became of a hunt. {@code seconds} are real. */
    record Result(Mutant mutant, Optional<Find> find, int runs, double seconds, Optional<String> unfit) {}

    /** The run that broke, which is the {@code runs}th, and the first line of what it said. */
    record Find(Runs.Run run, String what) {}

    /** A run of the second layer costs as much as so many of the first. */
    private static final int RUNS_PER_SLOW_ONE = 5;

    private final PlantedCode code;
    private final Runs runs;
    private final Duration limit;

    Hunt(PlantedCode code, Runs runs, Duration limit) {
        this.code = code;
        this.runs = runs;
        this.limit = limit;
    }

    Result hunt(Mutant mutant) {
        long startedNanos = System.nanoTime();
        try {
            return hunt(mutant, startedNanos);
        } catch (UnfitMutant unfit) {
            return new Result(mutant, Optional.empty(), 0, secondsSince(startedNanos), Optional.of(unfit.getMessage()));
        }
    }

    private Result hunt(Mutant mutant, long startedNanos) {
        BiFunction<String, Long, String> planted =
                trial(new PlantedLoader(code.classes(mutant), Hunt.class.getClassLoader()));
        BiFunction<String, Long, String> asItIs = new Trial();
        int most = mutant.layer() == Mutant.Layer.FIRST ? runs.most() : Math.ceilDiv(runs.most(), RUNS_PER_SLOW_ONE);
        for (int number = 0; number < most; number++) {
            Runs.Run run = runs.at(number);
            Optional<String> broken = make(planted, mutant.layer(), run);
            if (broken.isPresent() && make(asItIs, mutant.layer(), run).isEmpty()) {
                String first = broken.get().lines().findFirst().orElse("");
                Find find = new Find(run, first);
                return new Result(mutant, Optional.of(find), number + 1, secondsSince(startedNanos), Optional.empty());
            }
        }
        return new Result(mutant, Optional.empty(), most, secondsSince(startedNanos), Optional.empty());
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    @SuppressWarnings("unchecked") // The class is our own, of another loader; its type is of the JDK.
    private static BiFunction<String, Long, String> trial(ClassLoader loader) {
        try {
            return (BiFunction<String, Long, String>) loader.loadClass(Trial.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** What broke, or empty. Errors of the loader are ours, and thrown. */
    private Optional<String> make(BiFunction<String, Long, String> trial, Mutant.Layer layer, Runs.Run run) {
        FutureTask<String> task = new FutureTask<>(() -> trial.apply(layer + " " + run.scenario(), run.seed()));
        Thread thread = new Thread(task, "trial-" + run.scenario() + "-" + run.seed());
        thread.setDaemon(true);
        thread.setContextClassLoader(trial.getClass().getClassLoader());
        thread.start();
        try {
            return Optional.ofNullable(task.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException hangs) {
            StackTraceElement[] stack = thread.getStackTrace();
            return Optional.of("a run does not end; after " + limit.toSeconds() + " s it is at "
                    + (stack.length == 0 ? "its end" : stack[0]));
        } catch (ExecutionException failed) {
            // Not what a run says, but what kept it from being made.
            throw new UnfitMutant(
                    "in " + run.scenario() + " seed " + run.seed(), "could not be made: " + failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
