package dev.parley.sim.use;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.When;
import dev.parley.sim.world.Bounds;
import dev.parley.sim.world.Plan;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Shrinks a plan that breaks a promise to what the break needs: fewer faults, actions, peers, members and rooms, usual
 * bounds, smaller edits, shorter times. Every step is kept only if the plan still breaks in the same way.
 *
 * <p>Cost: a run a question; it stops where nothing more can go, or after {@code runsMax} runs with the smallest plan so far.
 */
final class Minimizer {
    private static final List<String> DURATIONS = List.of("forMs", "downMs", "extraMs", "stepMs", "everyMs");

    private final Predicate<Plan> breaksAlike;
    private final int runsMax;
    private final Consumer<String> progress;
    private Plan smallest;
    private int runs;

    /** {@code progress} is told a line whenever a kind of part has been gone through. */
    Minimizer(Predicate<Plan> breaksAlike, int runsMax, Consumer<String> progress) {
        this.breaksAlike = breaksAlike;
        this.runsMax = runsMax;
        this.progress = progress;
    }

    /** How many runs it took. */
    int runs() {
        return runs;
    }

    /** The smallest plan found; {@code breaking} itself when nothing can go. */
    Plan shrink(Plan breaking) {
        smallest = breaking;
        Plan before;
        do {
            before = smallest;
            pass("faults", () -> faults());
            pass("peers", () -> peers());
            pass("actions", () -> actions());
            pass("members and rooms", () -> places());
            pass("bounds", () -> bounds());
            pass("sizes", () -> sizes());
            pass("times", () -> times());
        } while (!smallest.equals(before) && runs < runsMax);
        return smallest;
    }

    private void pass(String what, Runnable steps) {
        if (runs >= runsMax) {
            return;
        }
        Plan before = smallest;
        steps.run();
        if (!smallest.equals(before)) {
            progress.accept(what + ": " + size(before) + " -> " + size(smallest) + ", " + runs + " runs");
        }
    }

    /** What a plan has of each part, in a line. */
    static String size(Plan plan) {
        return count(plan.members(), "member") + ", " + count(plan.rooms().size(), "room") + ", "
                + count(plan.peers().size(), "peer") + ", "
                + count(plan.actions().size(), "action") + ", "
                + count(plan.faults().size(), "fault") + ", " + plan.activeMs() + " ms";
    }

    private static String count(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** Keeps {@code smaller} if it breaks alike. What cannot be run at all does not. */
    private boolean keep(Plan smaller) {
        if (runs >= runsMax || smaller.equals(smallest)) {
            return false;
        }
        runs++;
        if (breaksAlike.test(smaller)) {
            smallest = smaller;
            return true;
        }
        return false;
    }

    private boolean keep(Optional<Plan> smaller) {
        return smaller.isPresent() && keep(smaller.get());
    }

    private void faults() {
        Smallest.part(smallest.faults(), left -> keep(smallest.with(smallest.peers(), smallest.actions(), left)));
    }

    private void actions() {
        Smallest.part(smallest.actions(), left -> keep(smallest.with(smallest.peers(), left, smallest.faults())));
    }

    private void peers() {
        Smallest.part(smallest.peers(), left -> {
            List<Integer> here = left.stream().map(Plan.Peer::number).toList();
            List<Plan.Action> theirs = smallest.actions().stream()
                    .filter(action -> here.contains(action.peer()))
                    .toList();
            return keep(smallest.with(left, theirs, smallest.faults()));
        });
    }

    private void places() {
        Smallest.number(1, smallest.members(), members -> keep(Records.with(smallest, "members", members)));
        while (smallest.rooms().size() > 1
                && smallest.peers().stream()
                        .allMatch(peer -> peer.room() < smallest.rooms().size() - 1)
                && keep(Records.with(smallest, "rooms", (Object)
                        smallest.rooms().subList(0, smallest.rooms().size() - 1)))) {}
        keep(Records.with(smallest, "realSignatures", (Object) false));
    }

    private void bounds() {
        if (keep(Records.with(smallest, "bounds", (Object) Bounds.USUAL))) {
            return;
        }
        for (String name : Records.names(smallest.bounds())) {
            Records.with(smallest.bounds(), name, Records.value(Bounds.USUAL, name))
                    .ifPresent(usual -> keep(Records.with(smallest, "bounds", (Object) usual)));
        }
    }

    /** What an action has many of, it has one of. */
    private void sizes() {
        for (int at = 0; at < smallest.actions().size(); at++) {
            int place = at;
            Plan.Action action = smallest.actions().get(at);
            if (action.act() instanceof Record act) {
                for (String name : Records.numbers(act)) {
                    if (Records.number(act, name) > 1) {
                        Records.with(act, name, 1)
                                .flatMap(small -> Records.with(action, "act", (Object) small))
                                .ifPresent(small -> keep(smallest.with(
                                        smallest.peers(),
                                        replaced(smallest.actions(), place, small),
                                        smallest.faults())));
                    }
                }
            }
        }
    }

    private void times() {
        for (int at = 0; at < smallest.faults().size(); at++) {
            int place = at;
            if (smallest.faults().get(at) instanceof Record fault) {
                for (String name : Records.numbers(fault)) {
                    if (DURATIONS.contains(name)) {
                        Smallest.number(
                                1, Records.number(fault, name), shorter -> keep(faultWith(place, name, shorter)));
                    }
                }
            }
        }
        while (keep(moved(ms -> ms / 2))) {}
        long first = earliestMs();
        keep(moved(ms -> Math.max(0, ms - first)));
        Smallest.number(1, smallest.activeMs(), active -> keep(Records.with(smallest, "activeMs", active)));
    }

    private Optional<Plan> faultWith(int place, String name, long value) {
        return Records.with((Record & Fault) smallest.faults().get(place), name, value)
                .map(small ->
                        smallest.with(smallest.peers(), smallest.actions(), replaced(smallest.faults(), place, small)));
    }

    private long earliestMs() {
        long earliest = smallest.activeMs();
        for (Plan.Action action : smallest.actions()) {
            earliest = Math.min(earliest, action.atMs());
        }
        for (Fault fault : smallest.faults()) {
            earliest = Math.min(earliest, fault.when().earliestMs());
        }
        return earliest;
    }

    /** All that is timed happens at another time. */
    private Plan moved(UnaryOperator<Long> to) {
        List<Plan.Action> actions = smallest.actions().stream()
                .map(one -> new Plan.Action(one.number(), to.apply(one.atMs()), one.peer(), one.act()))
                .toList();
        List<Fault> faults = smallest.faults().stream()
                .map(one -> (Fault) Records.with((Record & Fault) one, "when", (Object) moved(one.when(), to))
                        .orElseThrow())
                .toList();
        return smallest.with(smallest.peers(), actions, faults);
    }

    private static When moved(When when, UnaryOperator<Long> to) {
        return switch (when) {
            case When.At(var ms) -> new When.At(to.apply(ms));
            case When.First(var after, var moment, var room) -> new When.First(to.apply(after), moment, room);
        };
    }

    private static <T> List<T> replaced(List<T> all, int place, T by) {
        return java.util.stream.IntStream.range(0, all.size())
                .mapToObj(at -> at == place ? by : all.get(at))
                .toList();
    }
}
