package dev.parley.edge.socket;

import java.time.Duration;
import org.apache.pekko.util.ByteString;

/**
 * What leaves one connection, and since when: control frames first, then the queue. Of one thread, except for the queue.
 *
 * <p>One frame is out at a time; how long the network takes to ask for the next is how long that one took.
 */
final class Departures {
    private final Outbox outbox;
    private ByteString pong; // Only the newest ping is answered (RFC 6455 §5.5.3).
    private boolean pingDue;
    private boolean out;
    private long sinceNanos;

    Departures(Outbox outbox) {
        this.outbox = outbox;
    }

    void answer(ByteString pingPayload) {
        pong = pingPayload;
    }

    void ping() {
        pingDue = true;
    }

    /** A control frame that is due, or null. */
    ByteString nextControl() {
        if (pong != null) {
            ByteString frame = Frames.pong(pong);
            pong = null;
            return frame;
        }
        if (pingDue) {
            pingDue = false;
            return Frames.ping();
        }
        return null;
    }

    /** The oldest frame of the queue, or null. */
    ByteString nextQueued() {
        SharedFrames.Shared next = outbox.poll();
        return next == null ? null : next.frame();
    }

    void left(long nowNanos) {
        out = true;
        sinceNanos = nowNanos;
    }

    void taken() {
        out = false;
    }

    /** What is left of the time for the frame that is out, zero or less when it is over; null when none is out. */
    Duration timeLeft(Duration sendTimeout, long nowNanos) {
        return out ? sendTimeout.minusNanos(nowNanos - sinceNanos) : null;
    }
}
