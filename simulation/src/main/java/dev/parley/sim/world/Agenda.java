package dev.parley.sim.world;

import java.util.Comparator;
import java.util.PriorityQueue;

/** Virtual time: what is due, ordered by (time, insertion). Times are milliseconds since the start of the run. */
final class Agenda {
    /** The wall clock at the start of each run, in milliseconds since the epoch. */
    static final long EPOCH_MS = 1_700_000_000_000L;

    private record Entry(long atMs, long number, Runnable task) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(Comparator.comparingLong(Entry::atMs).thenComparingLong(Entry::number));
    private long nowMs;
    private long count;

    long nowMs() {
        return nowMs;
    }

    /** The wall clock that production code is handed. */
    long wallMs() {
        return EPOCH_MS + nowMs;
    }

    void after(long delayMs, Runnable task) {
        entries.add(new Entry(nowMs + delayMs, count++, task));
    }

    int size() {
        return entries.size();
    }

    /** Runs what is due next; false when nothing is, up to {@code untilMs}. */
    boolean step(long untilMs) {
        Entry next = entries.peek();
        if (next == null || next.atMs > untilMs) {
            return false;
        }
        entries.poll();
        nowMs = next.atMs;
        next.task.run();
        return true;
    }
}
