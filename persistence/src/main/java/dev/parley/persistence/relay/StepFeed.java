package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRelay;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The row of a room's steps as this member received it: a cursor without holes, steps held back while older ones are
 * missing, and a ring of the newest for sessions that join.
 *
 * <p>Shape: both buffers are bounded by {@code stepsMax} and {@code bytesMax}; what does not fit is asked for again.
 */
final class StepFeed {
    /** The cursor of a relay that has no past. */
    static final long NONE = -1;

    private final int stepsMax;
    private final long bytesMax;
    private final int burstMessages;
    private final long burstBytes;
    private final long repairEveryMs;
    /** Messages are made for steps without this feed being told. */
    private final boolean countAnew;

    private final ArrayDeque<SharedStep> ring = new ArrayDeque<>();
    private final TreeMap<Long, ToRelay.Step> heldBack = new TreeMap<>();
    private long ringBytes;
    private long heldBytes;
    private long cursor = NONE;
    private long newest = NONE;
    private long repairAskedMs = Long.MIN_VALUE / 2;

    StepFeed(RelaySettings settings) {
        this.stepsMax = settings.ringSteps();
        this.bytesMax = settings.ringBytes();
        this.burstMessages = settings.burstMessages();
        this.burstBytes = settings.burstBytes();
        this.repairEveryMs = settings.repairEvery().toMillis();
        this.countAnew = settings.parents().closed();
    }

    /** The last seq received without a hole, or {@link #NONE}. */
    long cursor() {
        return cursor;
    }

    int ringSteps() {
        return ring.size();
    }

    long ringBytes() {
        return ringBytes;
    }

    int heldBackSteps() {
        return heldBack.size();
    }

    /** True if the room is known to have gone further than the cursor. */
    boolean hasGap() {
        return newest > cursor;
    }

    /** Forgets all: the relay starts anew, without a past. */
    void reset() {
        ring.clear();
        ringBytes = 0;
        heldBack.clear();
        heldBytes = 0;
        cursor = NONE;
        newest = NONE;
    }

    /** The room is at {@code seq}; a relay without a past starts there. */
    void roomIsAt(long seq) {
        if (cursor == NONE) {
            cursor = seq;
        }
        newest = Math.max(newest, seq);
    }

    /** Takes a step; gives those that are now next in the row, in order. A step taken before gives nothing. */
    List<SharedStep> take(ToRelay.Step step) {
        if (cursor == NONE) {
            cursor = step.seq() - 1;
        }
        newest = Math.max(newest, step.seq());
        if (step.seq() <= cursor) {
            return List.of();
        }
        if (step.seq() > cursor + 1) {
            holdBack(step);
            return List.of();
        }
        List<SharedStep> next = new ArrayList<>();
        next.add(append(step));
        while (!heldBack.isEmpty() && heldBack.firstKey() == cursor + 1) {
            ToRelay.Step held = heldBack.pollFirstEntry().getValue();
            heldBytes -= SharedStep.sizeBytes(held);
            next.add(append(held));
        }
        return next;
    }

    private void holdBack(ToRelay.Step step) {
        if (heldBack.put(step.seq(), step) == null) {
            heldBytes += SharedStep.sizeBytes(step);
        }
        // The newest go first: the oldest are needed first, and all can be had again.
        while (heldBack.size() > stepsMax || (heldBytes > bytesMax && heldBack.size() > 1)) {
            heldBytes -= SharedStep.sizeBytes(heldBack.pollLastEntry().getValue());
        }
    }

    private SharedStep append(ToRelay.Step step) {
        SharedStep shared = new SharedStep(step);
        cursor = step.seq();
        ring.addLast(shared);
        ringBytes += shared.sizeBytes();
        return shared;
    }

    /** A step of this feed as {@code session} gets it; the message it may have to make counts as kept. */
    Input.Relayed relayed(SharedStep step, SessionId session, Subscription subscription) {
        long before = step.sizeBytes();
        Input.Relayed relayed = step.forSession(session, subscription);
        ringBytes += step.sizeBytes() - before;
        return relayed;
    }

    /** Drops the oldest steps beyond the bounds; called once sessions were served. */
    void trim() {
        if (countAnew) {
            ringBytes = ring.stream().mapToLong(SharedStep::sizeBytes).sum();
        }
        while (!ring.isEmpty() && (ring.size() > stepsMax || ringBytes > bytesMax)) {
            ringBytes -= ring.pollFirst().sizeBytes();
        }
    }

    /**
     * The steps after {@code afterSeq} up to the cursor, or empty when this member no longer holds them all, or when
     * they are more than a socket can be given at once.
     */
    Optional<List<SharedStep>> since(long afterSeq) {
        if (afterSeq >= cursor) {
            return Optional.of(List.of());
        }
        if (ring.isEmpty() || ring.peekFirst().seq() > afterSeq + 1) {
            return Optional.empty();
        }
        List<SharedStep> steps = new ArrayList<>();
        int messages = 0;
        long bytes = 0;
        for (SharedStep step : ring) {
            if (step.seq() > afterSeq) {
                steps.add(step);
                messages += step.messages();
                bytes += step.messageBytes();
            }
        }
        return messages > burstMessages || bytes > burstBytes ? Optional.empty() : Optional.of(steps);
    }

    /** What is missing cannot be had: goes on after {@code seq}. Gives the steps that are now next in the row. */
    List<SharedStep> skipTo(long seq) {
        if (seq <= cursor) {
            return List.of();
        }
        ring.clear();
        ringBytes = 0;
        cursor = seq;
        newest = Math.max(newest, seq);
        while (!heldBack.isEmpty() && heldBack.firstKey() <= seq) {
            heldBytes -= SharedStep.sizeBytes(heldBack.pollFirstEntry().getValue());
        }
        if (heldBack.isEmpty() || heldBack.firstKey() != cursor + 1) {
            return List.of();
        }
        ToRelay.Step next = heldBack.pollFirstEntry().getValue();
        heldBytes -= SharedStep.sizeBytes(next);
        return take(next);
    }

    /** True if the missing steps are to be asked for now; notes that they were. */
    boolean repairDue(long nowMs) {
        if (!hasGap() || nowMs < repairAskedMs + repairEveryMs) {
            return false;
        }
        repairAskedMs = nowMs;
        return true;
    }
}
