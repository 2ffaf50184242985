package dev.parley.edge.socket;

import java.util.ArrayDeque;

/**
 * What waits to go out on one socket, bounded in messages and bytes. Thread-safe: sessions offer, the socket polls.
 *
 * <p>One message larger than the byte bound passes when nothing else waits. After the first refusal the queue is empty and
 * stays so: a peer that missed a message must resync anyway, and the close frame is to go next.
 */
final class Outbox {
    enum Offered {
        QUEUED,
        /** Queued, and the socket has seen the queue empty: wake it. */
        QUEUED_WAKE,
        FULL
    }

    private final int messagesMax;
    private final long bytesMax;
    private ArrayDeque<SharedFrames.Shared> waiting; // Made when first needed: an idle session costs nothing here.
    private long bytes;
    private boolean pollerIdle = true;
    private boolean shut;

    Outbox(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    synchronized Offered offer(SharedFrames.Shared frame) {
        int sizeBytes = frame.frame().size();
        int queued = waiting == null ? 0 : waiting.size();
        if (shut || queued >= messagesMax || queued > 0 && bytes + sizeBytes > bytesMax) {
            shut();
            return Offered.FULL;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        waiting.add(frame);
        bytes += sizeBytes;
        boolean wake = pollerIdle;
        pollerIdle = false;
        return wake ? Offered.QUEUED_WAKE : Offered.QUEUED;
    }

    /** The oldest frame, or null: then the next offer asks to wake the socket. */
    synchronized SharedFrames.Shared poll() {
        SharedFrames.Shared frame = waiting == null ? null : waiting.poll();
        if (frame == null) {
            pollerIdle = true;
            waiting = null;
        } else {
            bytes -= frame.frame().size();
        }
        return frame;
    }

    /** Discards what waits and refuses all that comes. */
    synchronized void shut() {
        shut = true;
        waiting = null;
        bytes = 0;
    }

    synchronized int messagesQueued() {
        return waiting == null ? 0 : waiting.size();
    }
}
