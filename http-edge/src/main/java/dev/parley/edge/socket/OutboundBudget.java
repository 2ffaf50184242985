package dev.parley.edge.socket;

import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of all outgoing queues of one member: when they exceed it, whoever has most waiting falls behind first
 * (4001). Thread-safe.
 *
 * <p>A frame that many queues share counts once, because it is held once. Replies do not count: each socket bounds its own.
 */
public final class OutboundBudget {
    private final long bytesMax;
    private final AtomicLong bytesHeld = new AtomicLong();
    /** Queues of at least {@link Outbox#LAGGARD_BYTES}: the others hold too little to be worth ending. */
    private final Set<Outbox> laggards = ConcurrentHashMap.newKeySet();

    public OutboundBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    public static OutboundBudget unbounded() {
        return new OutboundBudget(Long.MAX_VALUE);
    }

    public long bytesHeld() {
        return bytesHeld.get();
    }

    void queued(SharedFrames.Shared frame) {
        if (frame.queues().getAndIncrement() == 0) {
            bytesHeld.addAndGet(frame.frame().size());
        }
    }

    void left(SharedFrames.Shared frame) {
        if (frame.queues().decrementAndGet() == 0) {
            bytesHeld.addAndGet(-frame.frame().size());
        }
    }

    void lags(Outbox outbox) {
        laggards.add(outbox);
    }

    void lagsNoMore(Outbox outbox) {
        laggards.remove(outbox);
    }

    /** Ends the largest queues until the rest fits. Called without the lock of any queue. */
    void relieve() {
        while (bytesHeld.get() > bytesMax) {
            Optional<Outbox> largest = laggards.stream().max(Comparator.comparingLong(Outbox::bytesQueued));
            if (largest.isEmpty()) {
                return;
            }
            laggards.remove(largest.get());
            largest.get().overflow();
        }
    }
}
