package dev.parley.persistence.room;

import java.util.Optional;

/**
 * What a relay is told of events that are read for it from the journal: each as a step, in order, and at the end whether
 * that was all. One thread.
 */
public final class RepairWalk {
    private final long fromSeq;
    private final long toSeq;
    private long next;

    /** Reads events {@code fromSeq} to {@code toSeq}, both included. */
    public RepairWalk(long fromSeq, long toSeq) {
        this.fromSeq = fromSeq;
        this.toSeq = toSeq;
        this.next = fromSeq;
    }

    public long fromSeq() {
        return fromSeq;
    }

    public long toSeq() {
        return toSeq;
    }

    /**
     * The step that this event is.
     *
     * <p>Errors: {@link IllegalStateException} when it is not the next one: the walk ends there.
     */
    public ToRelay.Step read(long seq, RoomEvent event) {
        if (seq != next || seq > toSeq) {
            throw new IllegalStateException("event " + next + " is missing before " + seq);
        }
        next++;
        return RoomRules.step(seq, event);
    }

    /** The reading is over, or has failed: what the relay is told if it did not get everything. */
    public Optional<ToRelay> end() {
        return next == toSeq + 1 ? Optional.empty() : Optional.of(new ToRelay.CannotRepair(toSeq));
    }
}
