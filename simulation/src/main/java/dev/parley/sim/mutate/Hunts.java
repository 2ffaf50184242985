package dev.parley.sim.mutate;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/** Hunts for many planted bugs, some at one time, and says what was found, in the order of the bugs. */
final class Hunts {
    private static final int WHAT_CHARS_MAX = 110;

    private final Hunt hunt;
    private final int workers;
    private final PrintWriter out;

    Hunts(Hunt hunt, int workers, PrintWriter out) {
        this.hunt = hunt;
        this.workers = workers;
        this.out = out;
    }

    List<Hunt.Result> run(List<Mutant> mutants) {
        List<Hunt.Result> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(workers)) {
            List<Future<Hunt.Result>> under = new ArrayList<>();
            mutants.forEach(mutant -> under.add(threads.submit(() -> hunt.hunt(mutant))));
            for (Future<Hunt.Result> one : under) {
                Hunt.Result result = one.get();
                results.add(result);
                out.println(line(result));
                out.flush();
            }
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
        return results;
    }

    private static String line(Hunt.Result result) {
        String id = result.mutant().id();
        if (result.unfit().isPresent()) {
            return "unfit   " + result.unfit().get();
        }
        if (result.find().isEmpty()) {
            return text(
                    "missed  %-26s %4d runs  %22s %5.1f s  %s",
                    id, result.runs(), "", result.seconds(), result.mutant().title());
        }
        Hunt.Find find = result.find().get();
        String where = find.run().scenario() + " seed " + find.run().seed();
        return text(
                "found   %-26s %4d runs  %22s %5.1f s  %s",
                id, result.runs(), where, result.seconds(), cut(find.what()));
    }

    private static String cut(String what) {
        return what.length() <= WHAT_CHARS_MAX ? what : what.substring(0, WHAT_CHARS_MAX) + "…";
    }

    /** The last lines: how many were found, how to see each again, and what was missed. */
    static void summary(List<Hunt.Result> results, PrintWriter out) {
        out.println();
        for (Hunt.Result result : results) {
            result.find()
                    .ifPresent(find -> out.println("./parley simulate --mutant "
                            + result.mutant().id() + " --seed " + find.run().seed() + " --scenario "
                            + find.run().scenario() + layer(result.mutant())));
        }
        out.println();
        out.println(share("planted bugs", results, result -> true));
        out.println(share(
                "  written before tuning", results, result -> result.mutant().beforeTuning()));
        out.println(share(
                "  written after tuning", results, result -> !result.mutant().beforeTuning()));
        for (Hunt.Result result : results) {
            if (result.find().isEmpty()) {
                out.println("missed: " + result.mutant().id() + " ("
                        + result.mutant().title() + "; breaks "
                        + result.mutant().breaks() + ")");
            }
        }
        out.flush();
    }

    private static String layer(Mutant mutant) {
        return mutant.layer() == Mutant.Layer.FIRST ? " --layer rules" : " --layer actors";
    }

    private static String share(String what, List<Hunt.Result> results, Predicate<Hunt.Result> which) {
        List<Hunt.Result> some = results.stream().filter(which).toList();
        return text("%s: %d of %d found, %.1f %%", what, found(some), some.size(), percentFound(some));
    }

    private static long found(List<Hunt.Result> results) {
        return results.stream().filter(result -> result.find().isPresent()).count();
    }

    /** 100 of none. */
    static double percentFound(List<Hunt.Result> results) {
        return results.isEmpty() ? 100 : 100.0 * found(results) / results.size();
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
