package dev.parley.edge.socket;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Bounds the bytes of inbound messages that one member holds: those being read, and packs without an answer. Thread-safe.
 *
 * <p>When it is full, sockets are not read: their peers wait, by TCP. Whoever holds less than {@link #SMALL_BYTES} has an
 * eighth of it that no other can use, so that large messages hold up no small ones. The message that has been under way
 * longest is read on all the same, so that something ends, unless enough is whole that will end by itself: large messages
 * being decoded and packs without an answer that take {@link #ENDING_PARTS}, a quarter of the rest, or more.
 * A socket that waits longer than {@code waitMax} asks for relief: the message that has been read for longest, if it has had
 * that time too, costs its connection its place; a socket that waits twice as long gives up itself.
 *
 * <p>Shape: the bound may be exceeded by that quarter, by one message, and by what the network delivers at once to each
 * socket: a read is asked for before it is known how large it is. Holders say what their bytes become in memory.
 */
public final class InboundBudget {
    static final int SMALL_BYTES = 64 << 10;
    private static final int ENDING_PARTS = 4;

    private final long smallMax;
    private final long largeMax;
    private final Duration waitMax;
    private final Map<Part, Long> underWay = new LinkedHashMap<>(); // Since when, in nanoseconds; oldest first.
    private final ArrayDeque<Part> smallWaiting = new ArrayDeque<>();
    private final ArrayDeque<Part> largeWaiting = new ArrayDeque<>();
    private volatile long smallHeld;
    private volatile long largeHeld;
    private long largeRead; // Of it, what is no whole message yet.
    private volatile int partsWaiting;

    public InboundBudget(long bytesMax, Duration waitMax) {
        this.smallMax = bytesMax / 8;
        this.largeMax = bytesMax - bytesMax / 8;
        this.waitMax = waitMax;
    }

    /** For tests and tools that need none. */
    public static InboundBudget unbounded() {
        return new InboundBudget(Long.MAX_VALUE, Duration.ofDays(1));
    }

    public long bytesHeld() {
        return smallHeld + largeHeld;
    }

    /** Sockets that are not read because of this bound. */
    public int partsWaiting() {
        return partsWaiting;
    }

    Duration waitMax() {
        return waitMax;
    }

    /** The part of one connection. {@code wake}: read on. {@code relieve}: end the message being read. */
    Part part(Runnable wake, Runnable relieve) {
        return new Part(wake, relieve);
    }

    /** The part of one session: packs that have no answer yet. It is never refused, because its socket was. */
    public Held held() {
        return new Held();
    }

    private synchronized void change(long before, long after) {
        count(before, -before);
        count(after, after);
        if (after < before) {
            wake();
        }
    }

    private void count(long holderBytes, long more) {
        if (holderBytes < SMALL_BYTES) {
            smallHeld += more;
        } else {
            largeHeld += more;
        }
    }

    private boolean allows(Part part) {
        return (part.bytes < SMALL_BYTES ? smallHeld < smallMax : largeHeld < largeMax)
                || part.bytes > 0 && eldest() == part && littleEndsByItself();
    }

    private Part eldest() {
        return underWay.isEmpty() ? null : underWay.keySet().iterator().next();
    }

    private boolean littleEndsByItself() {
        return largeHeld - largeRead < largeMax / ENDING_PARTS;
    }

    /** Wakes who may read on: the small ones, and one large one, whose next read wakes another. */
    private void wake() {
        Part eldest = eldest();
        boolean eldestWaits = eldest != null && eldest.waiting && allows(eldest);
        if (eldestWaits) {
            stopWaiting(eldest).wake.run();
        }
        while (smallHeld < smallMax && !smallWaiting.isEmpty()) {
            stopWaiting(smallWaiting.peekFirst()).wake.run();
        }
        if (!eldestWaits && largeHeld < largeMax && !largeWaiting.isEmpty()) {
            stopWaiting(largeWaiting.peekFirst()).wake.run();
        }
    }

    private Part stopWaiting(Part part) {
        part.waiting = false;
        partsWaiting--;
        smallWaiting.remove(part);
        largeWaiting.remove(part);
        return part;
    }

    private synchronized boolean mayRead(Part part, long messageBytes, long nowNanos) {
        set(part, messageBytes, messageBytes > 0);
        if (messageBytes > 0) {
            underWay.putIfAbsent(part, nowNanos);
        } else {
            underWay.remove(part);
        }
        boolean may = allows(part);
        if (may && part.waiting) {
            stopWaiting(part); // It came by itself before it was woken, and reads on.
        } else if (!may && !part.waiting) {
            part.waiting = true;
            partsWaiting++;
            (messageBytes < SMALL_BYTES ? smallWaiting : largeWaiting).addLast(part);
        }
        wake();
        return may;
    }

    private synchronized void read(Part part, long messageBytes) {
        set(part, messageBytes, false);
        underWay.remove(part);
        if (part.waiting) {
            stopWaiting(part);
        }
        wake();
    }

    private void set(Part part, long messageBytes, boolean reading) {
        largeRead += largeRead(messageBytes, reading) - largeRead(part.bytes, part.reading);
        count(part.bytes, -part.bytes);
        count(messageBytes, messageBytes);
        part.bytes = messageBytes;
        part.reading = reading;
    }

    private static long largeRead(long bytes, boolean reading) {
        return reading && bytes >= SMALL_BYTES ? bytes : 0;
    }

    /** True if somebody was asked to end a message. */
    private synchronized boolean relieve(long nowNanos) {
        List<Part> ended = new ArrayList<>(1);
        Iterator<Map.Entry<Part, Long>> oldest = underWay.entrySet().iterator();
        if (oldest.hasNext()) {
            Map.Entry<Part, Long> eldest = oldest.next();
            if (nowNanos - eldest.getValue() >= waitMax.toNanos()) {
                oldest.remove();
                ended.add(eldest.getKey());
            }
        }
        ended.forEach(part -> part.relieve.run());
        return !ended.isEmpty();
    }

    /** What one connection holds. Its methods are called by that connection's thread. */
    final class Part {
        private final Runnable wake;
        private final Runnable relieve;
        private long bytes;
        private boolean reading; // These bytes are no whole message yet.
        private boolean waiting;

        private Part(Runnable wake, Runnable relieve) {
            this.wake = wake;
            this.relieve = relieve;
        }

        /** The message being read counts so much: may the network be asked for more? If not, {@code wake} says when. */
        boolean mayRead(long messageBytes, long nowNanos) {
            // The way of nearly all messages takes no lock.
            if (messageBytes == 0 && bytes == 0 && !waiting && smallHeld < smallMax) {
                return true;
            }
            return InboundBudget.this.mayRead(this, messageBytes, nowNanos);
        }

        /** A message that counts so much is whole; it counts until {@link #done}. */
        void whole(long messageBytes) {
            if (messageBytes >= SMALL_BYTES || bytes > 0 || waiting) {
                read(this, messageBytes);
            }
        }

        /** The session has the last message and wants another, or the connection ended. Also from the decoder's thread. */
        void done() {
            if (bytes > 0 || waiting) {
                read(this, 0);
            }
        }

        /** Woken, but not to read now: another may. */
        void passOn() {
            synchronized (InboundBudget.this) {
                InboundBudget.this.wake();
            }
        }

        boolean waiting() {
            synchronized (InboundBudget.this) {
                return waiting;
            }
        }

        /** This one has waited too long. */
        boolean askRelief(long nowNanos) {
            return InboundBudget.this.relieve(nowNanos);
        }
    }

    /** What one session holds besides. Of one thread. */
    public final class Held {
        private long bytes;

        private Held() {}

        public void set(long newBytes) {
            if (newBytes != bytes) {
                change(bytes, newBytes);
                bytes = newBytes;
            }
        }
    }
}
