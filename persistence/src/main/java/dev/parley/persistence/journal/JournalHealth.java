package dev.parley.persistence.journal;

import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Whether the journal can be written now, as its writes and the checks of {@link JournalWatch} say. Pure but for its own
 * fields; time is nanoseconds of one monotonic clock. Thread-safe.
 *
 * <p>A write that failed only casts doubt: it may have been at fault itself. A check decides, at once and then with a
 * back-off, so that the journal is good again by itself when its trouble is over, without any traffic.
 */
public final class JournalHealth {
    private static final long FIRST_AGAIN_NANOS = Duration.ofMillis(250).toNanos();
    private static final long LAST_AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

    /** What can be wrong. A bounded label, and the word in {@code /ready}. */
    public enum Problem {
        /** Nothing more fits on the disk. */
        DISK_FULL("journal_disk_full"),
        /** Less is free than {@code parley.journal.free-bytes-min}: stop taking on work while there is a reserve. */
        LOW_SPACE("journal_low_space"),
        /** The database does not answer. */
        UNREACHABLE("journal_unreachable"),
        /** A write does not end. */
        STALLED("journal_stalled"),
        /** The journal's file is gone, or another is in its place. */
        REPLACED("journal_replaced"),
        /** The lock on the data directory is gone: another server may use it. */
        LOCK_LOST("journal_lock_lost"),
        /** It refuses writes for another reason. */
        UNWRITABLE("journal_unwritable");

        private final String word;

        Problem(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /** One thing that is wrong, with what the database or system said. */
    public record Trouble(Problem problem, String detail) {}

    private final long stallNanos;
    private final Map<Problem, Trouble> found = new EnumMap<>(Problem.class);
    private boolean inDoubt;
    private long againAfterNanos = FIRST_AGAIN_NANOS;
    private long checkDueNanos;
    private boolean writing;
    private long writingSinceNanos;

    /** A write that takes longer than {@code stall} is a stalled journal. */
    JournalHealth(Duration stall) {
        this.stallNanos = stall.toNanos();
    }

    /** What is wrong now; empty if the journal is good. */
    public synchronized List<Trouble> troubles(long nowNanos) {
        if (writing && nowNanos - writingSinceNanos > stallNanos && !found.containsKey(Problem.STALLED)) {
            found.put(Problem.STALLED, new Trouble(Problem.STALLED, "a write does not end"));
            doubt(nowNanos);
        }
        return List.copyOf(found.values());
    }

    /** A transaction begins; one at a time. */
    synchronized void writeBegins(long nowNanos) {
        writing = true;
        writingSinceNanos = nowNanos;
    }

    synchronized void writeEnds() {
        writing = false;
    }

    /**
     * Writes of rooms are durable: as good as a write that was tried, except after a full disk, where a small one may fit
     * and the next not.
     */
    synchronized void committed(long nowNanos) {
        if (!inDoubt) {
            return;
        }
        if (found.containsKey(Problem.DISK_FULL)) {
            checkDueNanos = nowNanos;
            notifyAll();
        } else {
            probed();
        }
    }

    /** A write of a room failed; those that lost a race or came too early say nothing about the journal. */
    synchronized void writeFailed(Why why, long nowNanos) {
        switch (why) {
            case SEQ_TAKEN, HOLE, EARLIER_WRITE_FAILED, CLOSED -> {}
            case QUEUE_FULL, EXPIRED, DISK_FULL, DATABASE, UNREACHABLE, OUTCOME_UNKNOWN -> {
                if (!inDoubt) {
                    doubt(nowNanos);
                    notifyAll();
                }
            }
        }
    }

    private void doubt(long nowNanos) {
        inDoubt = true;
        againAfterNanos = FIRST_AGAIN_NANOS;
        checkDueNanos = nowNanos;
    }

    /** Whether a write is to be tried now. */
    synchronized boolean wantsProbe(long nowNanos) {
        return inDoubt && checkDueNanos - nowNanos <= 0;
    }

    /** Waits until a write is to be tried, at most so long. */
    synchronized void awaitDoubt(Duration atMost, long nowNanos) throws InterruptedException {
        long ms = inDoubt ? Math.min(atMost.toMillis(), (checkDueNanos - nowNanos) / 1_000_000 + 1) : atMost.toMillis();
        if (ms > 0) {
            wait(ms);
        }
    }

    /** A write was tried and is durable. */
    synchronized void probed() {
        inDoubt = false;
        found.keySet().removeAll(List.of(Problem.DISK_FULL, Problem.UNREACHABLE, Problem.STALLED, Problem.UNWRITABLE));
    }

    /** A write was tried in vain. */
    synchronized void probeFailed(Why why, String detail, long nowNanos) {
        probed();
        Problem problem = switch (why) {
            case DISK_FULL -> Problem.DISK_FULL;
            case UNREACHABLE -> Problem.UNREACHABLE;
            case EXPIRED, QUEUE_FULL -> Problem.STALLED;
            case DATABASE, OUTCOME_UNKNOWN, SEQ_TAKEN, HOLE, EARLIER_WRITE_FAILED, CLOSED -> Problem.UNWRITABLE;
        };
        found.put(problem, new Trouble(problem, detail));
        inDoubt = true;
        checkDueNanos = nowNanos + againAfterNanos;
        againAfterNanos = Math.min(LAST_AGAIN_NANOS, againAfterNanos * 2);
    }

    /** The outcome of a look from outside: {@code detail} is empty when that is as it should be. */
    synchronized void looked(Problem problem, String detail) {
        if (detail.isEmpty()) {
            found.remove(problem);
        } else {
            found.put(problem, new Trouble(problem, detail));
        }
    }
}
