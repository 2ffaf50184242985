package dev.parley.edge.socket;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What waits to go out on one socket. Thread-safe: sessions offer, the socket polls.
 *
 * <p>What the room tells all is bounded in messages and bytes; one message larger than the byte bound passes when nothing
 * else waits. After the first refusal the queue is empty and stays so: a peer that missed a message must resync anyway,
 * and the close frame is to go next.
 *
 * <p>Replies to the peer itself are not refused and do not count: they are bounded by not reading what would cause more,
 * as long as the queue is {@link #crowded}.
 *
 * <p>Messages that can be done without, such as presence, never fill it: they have a small share of their own, in which
 * the newest of a key takes the place of the one before, and the oldest goes when there are too many.
 */
final class Outbox {
    /** Replies that may wait before the socket reads on. */
    static final int REPLIES_MAX = 64;

    static final long REPLY_BYTES_MAX = 1 << 20;

    /** A queue of fewer bytes is not ended for the member's sake. */
    static final long LAGGARD_BYTES = 64 << 10;

    /** One droppable message for so many of the others, and a byte for so many of theirs. */
    static final int DROPPABLE_SHARE = 4;

    enum Offered {
        QUEUED,
        /** Queued, and the socket has seen the queue empty: wake it. */
        QUEUED_WAKE,
        FULL
    }

    private enum Kind {
        NEWS,
        REPLY,
        DROPPABLE
    }

    /** One place in the queue. Compared by identity. */
    private static final class Waiting {
        final Kind kind;
        final Object key;
        SharedFrames.Shared frame;

        Waiting(Kind kind, Object key, SharedFrames.Shared frame) {
            this.kind = kind;
            this.key = key;
            this.frame = frame;
        }
    }

    private final int messagesMax;
    private final long bytesMax;
    private final OutboundBudget budget;
    private final Runnable fellBehind;
    private ArrayDeque<Waiting> waiting; // Made when first needed: an idle session costs nothing here.
    private int messages;
    private long bytes;
    private int replies;
    private long replyBytes;
    private Map<Object, Waiting> droppable; // Oldest first; made when first needed.
    private long droppableBytes;
    private boolean pollerIdle = true;
    private boolean full;
    private boolean shut;

    /** {@code fellBehind} is run when the queue was ended for the member's sake. */
    Outbox(int messagesMax, long bytesMax, OutboundBudget budget, Runnable fellBehind) {
        this.messagesMax = messagesMax;
        this.bytesMax = bytesMax;
        this.budget = budget;
        this.fellBehind = fellBehind;
    }

    /** One that no budget bounds. */
    Outbox(int messagesMax, long bytesMax) {
        this(messagesMax, bytesMax, OutboundBudget.unbounded(), () -> {});
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
            budget.queued(frame);
            if (bytes >= LAGGARD_BYTES) {
                budget.lags(this);
            }
        }
        return add(new Waiting(Kind.NEWS, frame, frame));
    }

    /** Queues a message that the peer can do without; a waiting one with the same key gives it its place. */
    synchronized Offered offerDroppable(SharedFrames.Shared frame, Optional<String> key) {
        if (shut || full) {
            return Offered.QUEUED;
        }
        if (droppable == null) {
            droppable = new LinkedHashMap<>();
        }
        Waiting before = key.isPresent() ? droppable.get(key.get()) : null;
        droppableBytes += frame.frame().size();
        budget.queued(frame);
        if (before != null) {
            droppableBytes -= before.frame.frame().size();
            budget.left(before.frame);
            before.frame = frame;
            return Offered.QUEUED;
        }
        Waiting place = new Waiting(Kind.DROPPABLE, key.<Object>map(k -> k).orElseGet(Object::new), frame);
        droppable.put(place.key, place);
        Offered offered = add(place);
        while (droppable.size() > 1
                && (droppable.size() > Math.max(1, messagesMax / DROPPABLE_SHARE)
                        || droppableBytes > bytesMax / DROPPABLE_SHARE)) {
            Waiting oldest = droppable.values().iterator().next();
            waiting.remove(oldest);
            forget(oldest);
        }
        return offered;
    }

    private void forget(Waiting gone) {
        droppable.remove(gone.key);
        droppableBytes -= gone.frame.frame().size();
        budget.left(gone.frame);
    }

    /** Queues a reply to the peer. */
    synchronized Offered reply(SharedFrames.Shared frame) {
        if (!shut && !full) {
            replies++;
            replyBytes += frame.frame().size();
        }
        return add(new Waiting(Kind.REPLY, frame, frame));
    }

    private Offered add(Waiting place) {
        if (shut || full) {
            return Offered.QUEUED;
        }
        if (waiting == null) {
            waiting = new ArrayDeque<>(4);
        }
        waiting.add(place);
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
        int sizeBytes = next.frame.frame().size();
        switch (next.kind) {
            case REPLY -> {
                replies--;
                replyBytes -= sizeBytes;
            }
            case NEWS -> {
                messages--;
                bytes -= sizeBytes;
                budget.left(next.frame);
                if (bytes < LAGGARD_BYTES) {
                    budget.lagsNoMore(this);
                }
            }
            case DROPPABLE -> forget(next);
        }
        return next.frame;
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

    /** Ends the queue as if it were full: the member's queues hold too much, and this one the most. */
    void overflow() {
        synchronized (this) {
            if (shut || full) {
                return;
            }
            full = true;
            clear();
        }
        fellBehind.run();
    }

    /** Bytes of the room's messages that wait. */
    synchronized long bytesQueued() {
        return bytes;
    }

    synchronized Queued queued() {
        return new Queued(messagesQueued(), bytes + replyBytes + droppableBytes);
    }

    synchronized int messagesQueued() {
        return waiting == null ? 0 : waiting.size();
    }

    private void clear() {
        if (waiting != null) {
            waiting.stream().filter(place -> place.kind != Kind.REPLY).forEach(place -> budget.left(place.frame));
        }
        budget.lagsNoMore(this);
        waiting = null;
        messages = 0;
        bytes = 0;
        replies = 0;
        replyBytes = 0;
        droppable = null;
        droppableBytes = 0;
    }
}
