package dev.parley.edge.socket;

import java.util.ArrayDeque;

/**
 * What waits to go out on one socket. Thread-safe: sessions offer, the socket polls.
 *
 * <p>What the room tells all is bounded in messages and bytes; one message larger than the byte bound passes when nothing
 * else waits. After the first refusal the queue is empty and stays so: a peer that missed a message must resync anyway,
 * and the close frame is to go next.
 *
 * <p>Replies to the peer itself are not refused and do not count: they are bounded by not reading what would cause more,
 * as long as the queue is {@link #crowded}.
 */
final class Outbox {
    /** Replies that may wait before the socket reads on. */
    static final int REPLIES_MAX = 64;

    static final long REPLY_BYTES_MAX = 1 << 20;

    enum Offered {
        QUEUED,
        /** Queued, and the socket has seen the queue empty: wake it. */
        QUEUED_WAKE,
        FULL
    }

    private record Waiting(SharedFrames.Shared frame, boolean reply) {}

    private final int messagesMax;
    private final long bytesMax;
    private ArrayDeque<Waiting> waiting; // Made when first needed: an idle session costs nothing here.
    private int messages;
    private long bytes;
    private int replies;
    private long replyBytes;
    private boolean pollerIdle = true;
    private boolean full;
    private boolean shut;

    Outbox(int messagesMax, long bytesMax) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
    }

    /** Queues a message of the room. One that comes after {@link #shut} is discarded: the session knows why, or will. */
    synchronized Offered offer(SharedFrames.Shared frame) {
        int sizeBytes = frame.frame().size();
        if (!shut && !full && (messages >= messagesMax || messages > 0 && bytes + sizeBytes > bytesMax)) {
            full = true;
            clear();
        }
        if (full) {
            return Offered.FULL;
        }
        if (!shut) {
            messages++;
            bytes += sizeBytes;
        }
        return add(frame, false);
    }

    /** Queues a reply to the peer. */
    synchronized Offered reply(SharedFrames.Shared frame) {
        if (!shut && !full) {
            replies++;
            replyBytes += frame.frame().size();
        }
        return add(frame, true);
    }

    private Offered add(SharedFrames.Shared frame, boolean reply) {
        if (shut || full) {
            return Offered.QUEUED;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        waiting.add(new Waiting(frame, reply));
        boolean wake = pollerIdle;
        pollerIdle = false;
        return wake ? Offered.QUEUED_WAKE : Offered.QUEUED;
    }

    /** The oldest frame, or null: then the next offer asks to wake the socket. */
    synchronized SharedFrames.Shared poll() {
        Waiting next = waiting == null ? null : waiting.poll();
        if (next == null) {
            pollerIdle = true;
            waiting = null;
            return null;
        }
        int sizeBytes = next.frame().frame().size();
        if (next.reply()) {
            replies--;
            replyBytes -= sizeBytes;
        } else {
            messages--;
            bytes -= sizeBytes;
        }
        return next.frame();
    }

    /** True while so many replies wait that the peer should take some before it causes more. */
    synchronized boolean crowded() {
        return replies >= REPLIES_MAX || replyBytes >= REPLY_BYTES_MAX;
    }

    /** Discards what waits and all that comes. */
    synchronized void shut() {
        shut = true;
        clear();
    }

    synchronized int messagesQueued() {
        return waiting == null ? 0 : waiting.size();
    }

    private void clear() {
        waiting = null;
        messages = 0;
        bytes = 0;
        replies = 0;
        replyBytes = 0;
    }
}
