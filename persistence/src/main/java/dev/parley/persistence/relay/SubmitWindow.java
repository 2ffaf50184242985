package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The submits of one relay: at most one batch on its way, numbered densely, the others waiting.
 *
 * <p>Shape: a batch holds submits up to {@code batchBytes}, or one larger. The sessions share the batches by bytes,
 * whatever each has waiting, and each keeps its own order. A submit of the batch whose session was told that nobody
 * answered keeps its number and becomes empty. Beyond {@code queuedBytesMax} the newest of whoever has most waiting are
 * given up. What is given up before it was sent costs its session none of its share.
 *
 * <p>Source of the order: self-clocked fair queueing; Golestani, "A Self-Clocked Fair Queueing Scheme for Broadband
 * Applications", INFOCOM 1994.
 */
final class SubmitWindow {
    /** What a session is told about its submit. */
    record Reply(SessionId session, Input.Inside input) {}

    /** Each submit counts for so many bytes more, so that empty ones have their price too. */
    private static final long OVERHEAD_BYTES = 256;

    private static final class Waiting {
        final long sessionNumber;
        final long sinceMs;
        final long arrival;
        /** Its place in the queue, which holds those of lower ones first; never changed while it is there. */
        long finish;

        ToRoom.Submit submit;
        long sizeBytes;
        boolean empty;
        boolean answered;

        Waiting(long sessionNumber, ToRoom.Submit submit, long sizeBytes, long sinceMs, long finish, long arrival) {
            this.sessionNumber = sessionNumber;
            this.submit = submit;
            this.sizeBytes = sizeBytes;
            this.sinceMs = sinceMs;
            this.finish = finish;
            this.arrival = arrival;
        }

        Reply unanswered() {
            return new Reply(submit.origin(), new Input.Unanswered(sessionNumber));
        }
    }

    /** What of one session waits for a batch, oldest first. */
    private static final class Lane {
        final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        long bytes;
        long lastFinish;

        /** The bytes that this session was served when its oldest here began to wait for its turn. */
        long start() {
            Waiting oldest = waiting.peekFirst();
            return oldest.finish - oldest.sizeBytes - OVERHEAD_BYTES;
        }
    }

    private final RelayId relay;
    private final long batchBytes;
    private final long queuedBytesMax;
    private final long waitMs;
    private final long resendMs;
    private final ArrayDeque<Waiting> batch = new ArrayDeque<>();
    private final Map<SessionId, Lane> lanes = new HashMap<>();
    private final TreeSet<Waiting> queue = new TreeSet<>(
            Comparator.<Waiting>comparingLong(waiting -> waiting.finish).thenComparingLong(waiting -> waiting.arrival));
    private long nextNumber = 1;
    private long arrivals;
    /** The bytes that each session that always had something waiting was served so far. */
    private long served;

    private long queuedBytes;
    private long batchSentMs;

    SubmitWindow(RelayId relay, RelaySettings settings) {
        this.relay = relay;
        this.batchBytes = settings.batchBytes();
        this.queuedBytesMax = settings.queuedBytesMax();
        this.waitMs = settings.roomWait().toMillis();
        this.resendMs = settings.resendAfter().toMillis();
    }

    long queuedBytes() {
        return queuedBytes;
    }

    /** How many are on their way or wait for it. */
    int queued() {
        return batch.size() + queue.size();
    }

    /** The number of the first submit without an answer. */
    long firstUnanswered() {
        return nextNumber - batch.size();
    }

    /** True if a session, there or gone, still counts on a submit. */
    boolean pending() {
        return !queue.isEmpty() || batch.stream().anyMatch(waiting -> !waiting.empty && !waiting.answered);
    }

    /** Takes a submit; what is given up for it, or itself, is replied to. */
    List<Reply> offer(ToRoom.Submit submit, long sessionNumber, long sizeBytes, long nowMs) {
        Lane lane = lanes.computeIfAbsent(submit.origin(), session -> new Lane());
        long finish = Math.max(served, lane.lastFinish) + sizeBytes + OVERHEAD_BYTES;
        Waiting waiting = new Waiting(sessionNumber, submit, sizeBytes, nowMs, finish, arrivals++);
        lane.lastFinish = finish;
        lane.bytes += sizeBytes;
        lane.waiting.addLast(waiting);
        queue.add(waiting);
        queuedBytes += sizeBytes;
        List<Reply> givenUp = new ArrayList<>();
        while (queuedBytes > queuedBytesMax && queue.size() > (batch.isEmpty() ? 1 : 0)) {
            givenUp.add(giveUpNewestOfLargest());
        }
        return givenUp;
    }

    /** Among equals the one that asked last, so that a newcomer does not push out who was there. */
    private Reply giveUpNewestOfLargest() {
        Lane largest = lanes.values().stream()
                .max(Comparator.<Lane>comparingLong(lane -> lane.bytes)
                        .thenComparingLong(lane -> lane.waiting.peekLast().arrival))
                .orElseThrow();
        Waiting newest = largest.waiting.peekLast();
        queue.remove(newest);
        leaveLane(newest, largest);
        largest.lastFinish = newest.finish - newest.sizeBytes - OVERHEAD_BYTES;
        queuedBytes -= newest.sizeBytes;
        return newest.unanswered();
    }

    private void leaveLane(Waiting waiting, Lane lane) {
        lane.waiting.remove(waiting);
        lane.bytes -= waiting.sizeBytes;
        if (lane.waiting.isEmpty()) {
            lanes.remove(waiting.submit.origin());
        }
    }

    /** The next batch, when none is on its way and something waits. */
    Optional<ToRoom.Submits> next(long nowMs) {
        if (!batch.isEmpty() || queue.isEmpty()) {
            return Optional.empty();
        }
        long bytes = 0;
        while (!queue.isEmpty() && (batch.isEmpty() || bytes + queue.first().sizeBytes <= batchBytes)) {
            Waiting next = queue.pollFirst();
            leaveLane(next, lanes.get(next.submit.origin()));
            served = next.finish;
            bytes += next.sizeBytes;
            batch.addLast(next);
            nextNumber++;
        }
        return again(nowMs);
    }

    /** The batch that is on its way, from its first unanswered submit on. */
    Optional<ToRoom.Submits> again(long nowMs) {
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        batchSentMs = nowMs;
        List<ToRoom.Submit> submits =
                batch.stream().map(waiting -> waiting.submit).toList();
        return Optional.of(new ToRoom.Submits(relay, firstUnanswered(), submits));
    }

    /** True if the batch on its way had no answer for too long. */
    boolean resendDue(long nowMs) {
        return !batch.isEmpty() && nowMs - batchSentMs >= resendMs;
    }

    /** When the batch on its way was sent last. */
    long batchSentMs() {
        return batchSentMs;
    }

    /** True if {@code number} belongs to the batch that is on its way. */
    boolean inBatch(long number) {
        return number >= firstUnanswered() && number < nextNumber;
    }

    /** The room's answers to submits {@code first}, {@code first + 1}, …; those nobody waits for are dropped. */
    List<Reply> answered(long first, List<Input.PackAnswer> answers) {
        List<Reply> replies = new ArrayList<>();
        long number = firstUnanswered();
        for (Waiting waiting : batch) {
            long offset = number++ - first;
            if (offset < 0 || offset >= answers.size() || waiting.answered) {
                continue;
            }
            waiting.answered = true;
            if (!waiting.empty) {
                replies.add(new Reply(
                        waiting.submit.origin(), new Input.Answered(waiting.sessionNumber, answers.get((int) offset))));
            }
        }
        while (!batch.isEmpty() && batch.peekFirst().answered) {
            queuedBytes -= batch.pollFirst().sizeBytes;
        }
        return replies;
    }

    /** Gives up on what waited too long: its session is told; a number that it had stays. */
    List<Reply> expire(long nowMs) {
        List<Reply> replies = new ArrayList<>();
        for (Waiting waiting : batch) {
            if (nowMs - waiting.sinceMs >= waitMs && !waiting.empty && !waiting.answered) {
                replies.add(waiting.unanswered());
                waiting.submit = new ToRoom.Submit(waiting.submit.origin(), waiting.submit.from(), List.of());
                queuedBytes -= waiting.sizeBytes;
                waiting.sizeBytes = 0;
                waiting.empty = true;
            }
        }
        Map<Lane, Long> shortened = new LinkedHashMap<>();
        for (Waiting waiting : List.copyOf(queue)) {
            if (nowMs - waiting.sinceMs >= waitMs) {
                Lane lane = lanes.get(waiting.submit.origin());
                shortened.putIfAbsent(lane, lane.start());
                replies.add(waiting.unanswered());
                queue.remove(waiting);
                queuedBytes -= waiting.sizeBytes;
                leaveLane(waiting, lane);
            }
        }
        shortened.forEach(this::moveUp);
        return replies;
    }

    /** Those left in a lane that began at {@code start} take the places of those that were given up before them. */
    private void moveUp(Lane lane, long start) {
        long finish = start;
        for (Waiting next : lane.waiting) {
            queue.remove(next);
            finish = Math.max(served, finish + next.sizeBytes + OVERHEAD_BYTES);
            next.finish = finish;
            queue.add(next);
        }
        lane.lastFinish = finish;
    }
}
