package dev.parley.persistence.journal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The writes that wait for the next transaction, bounded in number and in bytes. Thread-safe.
 *
 * <p>Small ones go before large ones, so that a keystroke does not wait behind the uploads of other rooms; each kind is first
 * in, first out, and so is each room. A large one that did not fit beside the small ones comes first the next time, so
 * that neither kind waits for more than one transaction of the other.
 */
final class WriteQueue {
    /** A write up to this size is small. */
    static final long SMALL_BYTES = 16 << 10;

    private final int writesMax;
    private final long bytesMax;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<RoomWrite> small = new ArrayDeque<>();
    private final ArrayDeque<RoomWrite> large = new ArrayDeque<>();
    private final Map<String, Integer> roomsOfLarge = new HashMap<>(); // Nothing overtakes a large one of its room.
    private boolean largePassedOver;
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
            boolean fits = waiting() == 0 || bytes + write.payloadBytes() <= bytesMax;
            if (waiting() >= writesMax || !fits) {
                return Offered.FULL;
            }
            if (write.payloadBytes() <= SMALL_BYTES && !roomsOfLarge.containsKey(write.persistenceId())) {
                small.add(write);
            } else {
                large.add(write);
                roomsOfLarge.merge(write.persistenceId(), 1, Integer::sum);
            }
            bytes += write.payloadBytes();
            changed.signal();
            return Offered.QUEUED;
        } finally {
            lock.unlock();
        }
    }

    private int waiting() {
        return small.size() + large.size();
    }

    /** Waits for at least one write, then takes what fits into one transaction; empty once closed and drained. */
    List<RoomWrite> takeGroup(int groupMax, long groupBytesMax, JournalMeters meters) {
        lock.lock();
        try {
            while (waiting() == 0 && !closed) {
                meters.queueDepth(0, 0); // Or an idle journal would show its last group for ever.
                changed.awaitUninterruptibly();
            }
            meters.queueDepth(waiting(), bytes);
            Group group = new Group(groupMax, groupBytesMax);
            if (largePassedOver && !large.isEmpty()) {
                takeLarge(group);
            }
            while (!small.isEmpty() && group.takes(small.peek())) {
                group.add(small.remove());
            }
            while (!large.isEmpty() && group.takes(large.peek())) {
                takeLarge(group);
            }
            largePassedOver = group.largeTaken == 0 && !large.isEmpty();
            bytes -= group.bytes;
            return group.writes;
        } finally {
            lock.unlock();
        }
    }

    private void takeLarge(Group group) {
        RoomWrite write = large.remove();
        roomsOfLarge.computeIfPresent(write.persistenceId(), (room, count) -> count == 1 ? null : count - 1);
        group.largeTaken++;
        group.add(write);
    }

    /** What one transaction takes: up to both bounds, or one larger write. */
    private static final class Group {
        private final int writesMax;
        private final long bytesMax;
        private final List<RoomWrite> writes = new ArrayList<>();
        private long bytes;
        private int largeTaken;

        Group(int writesMax, long bytesMax) {
            this.writesMax = writesMax;
            this.bytesMax = bytesMax;
        }

        boolean takes(RoomWrite write) {
            return writes.isEmpty() || writes.size() < writesMax && bytes + write.payloadBytes() <= bytesMax;
        }

        void add(RoomWrite write) {
            writes.add(write);
            bytes += write.payloadBytes();
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
