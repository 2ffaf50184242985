package dev.parley.sim.world;

import dev.parley.core.session.ReadingPace;
import dev.parley.core.session.SessionSettings;
import dev.parley.edge.socket.SocketSettings;
import java.time.Duration;

/**
 * The settings of a member's sockets and sessions in a run. Sizes are bytes, times milliseconds; names are those of the
 * settings. Rates of 0 are no limit.
 *
 * @param windowBytes what the network between a member and a peer holds before it takes no more
 */
public record EdgeBounds(
        int socketMessages,
        long socketBytes,
        long windowBytes,
        long maxMessageBytes,
        long sendTimeoutMs,
        long pingMs,
        long helloTimeoutMs,
        long roomWaitMs,
        int packsInFlight,
        int chunkBytes,
        long nodesPerSecond,
        long bytesPerSecond,
        long burstNodes,
        long burstBytes,
        int chunksAtOnce,
        long inboundBytes,
        long messagesPerSecond,
        long messagesBurst) {
    /** Those of production, but for a small chunk, socket and network, and rates that honest peers of a run fit in. */
    static final EdgeBounds USUAL = new EdgeBounds(
            24,
            1 << 20,
            8 << 10,
            SessionSettings.DEFAULT.maxMessageBytes(),
            SocketSettings.DEFAULT.sendTimeout().toMillis(),
            SocketSettings.DEFAULT.pingInterval().toMillis(),
            SessionSettings.DEFAULT.helloTimeout().toMillis(),
            SessionSettings.DEFAULT.roomWait().toMillis(),
            SessionSettings.DEFAULT.packsInFlight(),
            2_000,
            SessionSettings.DEFAULT.nodesPerSecond(),
            SessionSettings.DEFAULT.bytesPerSecond(),
            50_000,
            64 << 20,
            64,
            64 << 20,
            ReadingPace.Limit.DEFAULT.perSecond(),
            ReadingPace.Limit.DEFAULT.burst());

    /** The usual ones, or in {@code small} runs some that are soon met. A burst is always enough for an honest peer. */
    static EdgeBounds draw(Chance chance, boolean small) {
        Draw draw = new Draw(chance, small);
        EdgeBounds u = USUAL;
        return new EdgeBounds(
                (int) draw.one(u.socketMessages, 4, 40),
                draw.one(u.socketBytes, 4_000, 60_000),
                draw.one(u.windowBytes, 100, 4_000),
                draw.one(u.maxMessageBytes, 1_000_000, 1_500_000),
                draw.one(u.sendTimeoutMs, 300, 2_000),
                draw.one(u.pingMs, 1_000, 8_000),
                draw.one(u.helloTimeoutMs, 1_000, 5_000),
                u.roomWaitMs,
                (int) draw.one(u.packsInFlight, 1, 3),
                (int) chance.between(200, 4_000),
                draw.one(u.nodesPerSecond, 5, 40),
                draw.one(u.bytesPerSecond, 1_000, 20_000),
                draw.one(u.burstNodes, 3_000, 6_000),
                draw.one(u.burstBytes, 3_000_000, 6_000_000),
                (int) draw.one(u.chunksAtOnce, 1, 2),
                draw.one(u.inboundBytes, 200_000, 900_000),
                draw.one(u.messagesPerSecond, 5, 20),
                draw.one(u.messagesBurst, 1, 20));
    }

    private record Draw(Chance chance, boolean small) {
        long one(long usually, long least, long most) {
            boolean drawn = chance.percent(30);
            long value = chance.between(least, most);
            return drawn && small ? value : usually;
        }
    }

    public SessionSettings session() {
        return new SessionSettings(
                Duration.ofMillis(helloTimeoutMs),
                Duration.ofMillis(roomWaitMs),
                maxMessageBytes,
                packsInFlight,
                nodesPerSecond,
                bytesPerSecond,
                chunkBytes,
                SessionSettings.DEFAULT.mstPathsMax());
    }

    public SocketSettings socket() {
        return new SocketSettings(
                maxMessageBytes,
                socketMessages,
                socketBytes,
                Duration.ofMillis(sendTimeoutMs),
                Duration.ofMillis(pingMs),
                SocketSettings.DEFAULT.closeTimeout());
    }

    public ReadingPace.Limit pace() {
        return new ReadingPace.Limit(messagesPerSecond, messagesBurst);
    }
}
