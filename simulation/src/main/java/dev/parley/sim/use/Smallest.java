package dev.parley.sim.use;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Delta debugging: what can be left out of something that fails without it ceasing to fail.
 *
 * <p>Source: Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002; only the complements are
 * tried, since a subset of a run that fails alone is rare.
 */
final class Smallest {
    private Smallest() {}

    /**
     * A part of {@code all}, in its order, that still fails and from which no single element can go.
     *
     * <p>Cost: from log n questions, when one element matters, to n² when all do; {@code fails} may answer false to stop
     * early, and the smallest part so far is the result.
     */
    static <T> List<T> part(List<T> all, Predicate<List<T>> fails) {
        List<T> kept = List.copyOf(all);
        int chunks = 1;
        while (!kept.isEmpty()) {
            int size = Math.max(1, (kept.size() + chunks - 1) / chunks);
            boolean shrank = false;
            for (int from = 0; from < kept.size(); ) {
                List<T> without = new ArrayList<>(kept.subList(0, from));
                without.addAll(kept.subList(Math.min(kept.size(), from + size), kept.size()));
                if (fails.test(List.copyOf(without))) {
                    kept = List.copyOf(without);
                    shrank = true;
                } else {
                    from += size;
                }
            }
            if (size == 1 && !shrank) {
                return kept;
            }
            chunks = size == 1 ? kept.size() : chunks * 2;
        }
        return kept;
    }

    /** The least number from {@code least} to {@code most} that fails, if failing grows with it; else one that fails. */
    static long number(long least, long most, LongPredicate fails) {
        long low = least;
        long high = most;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (fails.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }
}
