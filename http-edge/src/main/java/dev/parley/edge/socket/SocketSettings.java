package dev.parley.edge.socket;

import java.time.Duration;

/**
 * The bounds of one socket.
 *
 * <p>{@code maxMessageBytes} bounds one inbound message, {@code queueMessages} and {@code queueBytes} what waits to go
 * out, {@code sendTimeout} how long one message may take to leave, {@code closeTimeout} how long the peer may take to
 * answer a close frame.
 */
public record SocketSettings(
        long maxMessageBytes,
        int queueMessages,
        long queueBytes,
        Duration sendTimeout,
        Duration pingInterval,
        Duration closeTimeout) {
    /** A message this many times larger than the limit ends the connection; a smaller one is skipped. */
    public static final int FAR_TOO_LARGE = 4;

    public static final SocketSettings DEFAULT = new SocketSettings(
            16L << 20, 512, 16L << 20, Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(3));

    /** Silence after which a peer that we are reading from counts as gone: two pings unanswered, and some. */
    Duration silenceMax() {
        return pingInterval.multipliedBy(5).dividedBy(2);
    }
}
