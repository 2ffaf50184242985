package dev.parley.core.session;

import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.FromPeer.PackContent;
import java.time.Duration;

/**
 * How soon the next message of a session may be read: the soft limit for all that the limits of packs do not count. It
 * never closes a session; what a peer sends faster waits in the network (spec 03 §8, recommended).
 *
 * <p>A value. Units: {@code levelMilli} is thousandths of a message as of {@code atMs}, at most the burst.
 */
public record ReadingPace(Limit limit, long levelMilli, long atMs) {
    private static final long MILLI = 1000;

    /** Messages a second, 0 = no limit, and how many may come at once after a rest. */
    public record Limit(long perSecond, long burst) {
        public static final Limit DEFAULT = new Limit(50, 200);
    }

    /** The pace of a session that has sent nothing yet. */
    public static ReadingPace rested(Limit limit, long nowMs) {
        return new ReadingPace(limit, limit.burst() * MILLI, nowMs);
    }

    /** The pace after a message was read. A pack with nodes has its own limits and counts nothing here. */
    public ReadingPace after(FromPeer message, long nowMs) {
        if (limit.perSecond() == 0
                || message instanceof FromPeer.Pack(PackContent.Nodes(var nodes, var sizeBytes)) && !nodes.isEmpty()) {
            return this;
        }
        return new ReadingPace(limit, level(nowMs) - MILLI, nowMs);
    }

    /** How long the next message has to wait, at most one message's share of a second; zero when it need not. */
    public Duration delay(long nowMs) {
        long missingMilli = MILLI - level(nowMs);
        if (limit.perSecond() == 0 || missingMilli <= 0) {
            return Duration.ZERO;
        }
        return Duration.ofMillis(Math.ceilDiv(missingMilli, limit.perSecond()));
    }

    /** A clock that goes back refills nothing, and what was there stays. */
    private long level(long nowMs) {
        long fullMilli = limit.burst() * MILLI;
        long fillMs = Math.ceilDiv(fullMilli, Math.max(1, limit.perSecond()));
        long elapsedMs = Math.clamp(nowMs - atMs, 0, fillMs);
        return Math.min(fullMilli, levelMilli + elapsedMs * limit.perSecond());
    }
}
