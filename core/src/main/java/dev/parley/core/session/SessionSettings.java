package dev.parley.core.session;

import java.time.Duration;

/**
 * The bounds of one session. Rates: 0 = no limit. Bursts: 0 = no allowance beyond one second's quota.
 *
 * <p>{@code maxMessageBytes} bounds one inbound message; {@code chunkBytes} is the raw size of one catch-up pack.
 */
public record SessionSettings(
        Duration helloTimeout,
        Duration roomWait,
        long maxMessageBytes,
        int packsInFlight,
        long nodesPerSecond,
        long bytesPerSecond,
        int chunkBytes,
        int mstPathsMax) {
    public static final SessionSettings DEFAULT = new SessionSettings(
            Duration.ofSeconds(15), Duration.ofSeconds(20), 16L << 20, 8, 200, 4L << 20, 384 << 10, 4096);
}
