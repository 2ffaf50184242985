package dev.parley.persistence.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The writes that wait for the next transaction: first in, first out, bounded in number and in bytes. Thread-safe. */
final class WriteQueue {
    private final int writesMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<RoomWrite> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    WriteQueue(int writesMax, long bytesMax) {
        this.writesMax = writesMax;
        this.bytesMax = bytesMax;
    }

    enum Offered {
        QUEUED,
        FULL,
        CLOSED
    }

    /** One write that is larger than the whole bound is taken when nothing else waits. */
    Offered offer(RoomWrite write) {
        lock.lock();
        try {
            if (closed) {
                return Offered.CLOSED;
            }
            boolean fits = waiting.isEmpty() || bytes + write.payloadBytes() <= bytesMax;
            if (waiting.size() >= writesMax || !fits) {
                return Offered.FULL;
            }
            waiting.add(write);
            bytes += write.payloadBytes();
            changed.signal();
            return Offered.QUEUED;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for at least one write, then takes what fits into one transaction; empty once closed and drained. */
    List<RoomWrite> takeGroup(int groupMax, long groupBytesMax, JournalMeters meters) {
        lock.lock();
        try {
            while (waiting.isEmpty() && !closed) {
                meters.queueDepth(0, 0); // Or an idle journal would show its last group for ever.
                changed.awaitUninterruptibly();
            }
            meters.queueDepth(waiting.size(), bytes);
            List<RoomWrite> group = new ArrayList<>();
            long groupBytes = 0;
            while (!waiting.isEmpty()
                    && group.size() < groupMax
                    && (group.isEmpty() || groupBytes + waiting.peek().payloadBytes() <= groupBytesMax)) {
                RoomWrite write = waiting.remove();
                groupBytes += write.payloadBytes();
                group.add(write);
            }
            bytes -= groupBytes;
            return group;
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is taken in; what waits is still given out. */
    void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }
}
