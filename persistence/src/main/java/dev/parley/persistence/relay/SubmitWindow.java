package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The submits of one relay: numbered densely, at most one batch on its way, the others waiting.
 *
 * <p>Shape: a batch holds submits up to {@code batchBytes}, or one larger. A submit whose session was told that nobody
 * answered keeps its number and becomes empty. Refused beyond {@code queuedBytesMax}.
 */
final class SubmitWindow {
    /** What a session is told about its submit. */
    record Reply(SessionId session, Input.Inside input) {}

    private static final class Waiting {
        final long number;
        final long sessionNumber;
        final long sinceMs;
        ToRoom.Submit submit;
        long sizeBytes;
        boolean empty;
        boolean answered;

        Waiting(long number, long sessionNumber, ToRoom.Submit submit, long sizeBytes, long sinceMs) {
            this.number = number;
            this.sessionNumber = sessionNumber;
            this.submit = submit;
            this.sizeBytes = sizeBytes;
            this.sinceMs = sinceMs;
        }
    }

    private final RelayId relay;
    private final long batchBytes;
    private final long queuedBytesMax;
    private final long waitMs;
    private final long resendMs;
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long nextNumber = 1;
    private long queuedBytes;
    private int inFlight;
    private long batchSentMs;

    SubmitWindow(RelayId relay, RelaySettings settings) {
        this.relay = relay;
        this.batchBytes = settings.batchBytes();
        this.queuedBytesMax = settings.queuedBytesMax();
        this.waitMs = settings.roomWait().toMillis();
        this.resendMs = settings.resendAfter().toMillis();
    }

    /** The number of the first submit without an answer. */
    long firstUnanswered() {
        return queue.isEmpty() ? nextNumber : queue.peekFirst().number;
    }

    /** True if a session, there or gone, still counts on a submit. */
    boolean pending() {
        return queue.stream().anyMatch(waiting -> !waiting.empty && !waiting.answered);
    }

    /** Takes a submit; false when too much is waiting already, and then it has no number. */
    boolean offer(ToRoom.Submit submit, long sessionNumber, long sizeBytes, long nowMs) {
        if (queuedBytes > 0 && queuedBytes + sizeBytes > queuedBytesMax) {
            return false;
        }
        queue.addLast(new Waiting(nextNumber++, sessionNumber, submit, sizeBytes, nowMs));
        queuedBytes += sizeBytes;
        return true;
    }

    /** The next batch, when none is on its way and something waits. */
    Optional<ToRoom.Submits> next(long nowMs) {
        if (inFlight > 0 || queue.isEmpty()) {
            return Optional.empty();
        }
        long bytes = 0;
        for (Waiting waiting : queue) {
            if (inFlight > 0 && bytes + waiting.sizeBytes > batchBytes) {
                break;
            }
            bytes += waiting.sizeBytes;
            inFlight++;
        }
        return again(nowMs);
    }

    /** The batch that is on its way, from its first unanswered submit on. */
    Optional<ToRoom.Submits> again(long nowMs) {
        if (inFlight == 0) {
            return Optional.empty();
        }
        batchSentMs = nowMs;
        List<ToRoom.Submit> submits = new ArrayList<>(inFlight);
        Iterator<Waiting> waiting = queue.iterator();
        for (int i = 0; i < inFlight; i++) {
            submits.add(waiting.next().submit);
        }
        return Optional.of(new ToRoom.Submits(relay, firstUnanswered(), submits));
    }

    /** True if the batch on its way had no answer for too long. */
    boolean resendDue(long nowMs) {
        return inFlight > 0 && nowMs - batchSentMs >= resendMs;
    }

    /** When the batch on its way was sent last. */
    long batchSentMs() {
        return batchSentMs;
    }

    /** True if {@code number} belongs to the batch that is on its way. */
    boolean inBatch(long number) {
        return inFlight > 0 && number >= firstUnanswered() && number < firstUnanswered() + inFlight;
    }

    /** The room's answers to submits {@code first}, {@code first + 1}, …; those nobody waits for are dropped. */
    List<Reply> answered(long first, List<Input.PackAnswer> answers) {
        List<Reply> replies = new ArrayList<>();
        long number = firstUnanswered();
        int index = 0;
        for (Waiting waiting : queue) {
            if (index++ == inFlight) {
                break;
            }
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
        while (inFlight > 0 && queue.peekFirst().answered) {
            queuedBytes -= queue.pollFirst().sizeBytes;
            inFlight--;
        }
        return replies;
    }

    /** Gives up on what waited too long: its session is told, its number stays. */
    List<Reply> expire(long nowMs) {
        List<Reply> replies = new ArrayList<>();
        for (Waiting waiting : queue) {
            if (nowMs - waiting.sinceMs < waitMs) {
                break; // In the order of arrival: the others are younger.
            }
            if (!waiting.empty && !waiting.answered) {
                replies.add(new Reply(waiting.submit.origin(), new Input.Unanswered(waiting.sessionNumber)));
                waiting.submit = new ToRoom.Submit(waiting.submit.origin(), waiting.submit.from(), List.of());
                queuedBytes -= waiting.sizeBytes;
                waiting.sizeBytes = 0;
                waiting.empty = true;
            }
        }
        return replies;
    }
}
