package dev.parley.sim.world;

import java.util.ArrayDeque;
import java.util.PriorityQueue;

/** Virtual time: what is due, ordered by (time, insertion). Times are milliseconds since the start of the run. */
final class Agenda {
    /** The wall clock at the start of each run, in milliseconds since the epoch. */
    static final long EPOCH_MS = 1_700_000_000_000L;

    private record Entry(long atMs, long number, Runnable task) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(atMs, other.atMs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Entry> later = new PriorityQueue<>();
    /** What is due at once, in order of insertion: half of all there is, and no heap is needed for it. */
    private final ArrayDeque<Entry> now = new ArrayDeque<>();

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
        Entry entry = new Entry(nowMs + delayMs, count++, task);
        if (delayMs == 0) {
            now.add(entry);
        } else {
            later.add(entry);
        }
    }

    /** The clock is set forward; what is due stays due. */
    void show(long ms) {
        nowMs = Math.max(nowMs, ms);
    }

    int size() {
        return later.size() + now.size();
    }

    /** Runs what is due next; false when nothing is, up to {@code untilMs}. */
    boolean step(long untilMs) {
        Entry first = now.peek();
        Entry due = later.peek();
        boolean isNow = first != null && (due == null || first.compareTo(due) < 0);
        Entry next = isNow ? first : due;
        if (next == null || next.atMs > untilMs) {
            return false;
        }
        if (isNow) {
            now.poll();
        } else {
            later.poll();
        }
        nowMs = next.atMs;
        next.task.run();
        return true;
    }
}
