package dev.parley.edge.main;

import com.typesafe.config.Config;
import dev.parley.persistence.journal.JournalSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * All that a server can be told, checked. {@code reference.conf} explains each setting; {@link SettingsSources} says where
 * values come from.
 *
 * <p>{@code config} is the whole configuration these were read from, for what Pekko reads itself.
 */
public record Settings(
        Edge edge, Limits limits, Room room, JournalSettings journal, Cluster cluster, Access access, Config config) {

    /** {@code parley.edge}. Sizes are in bytes. */
    public record Edge(
            String host,
            int port,
            String adminHost,
            int adminPort,
            String adminToken,
            List<String> allowedOrigins,
            Duration helloTimeout,
            long maxMessageBytes,
            int relayBuffer,
            long relayBufferBytes,
            int packsInFlight,
            Duration sendTimeout,
            Duration pingInterval,
            int sessionsMax,
            int sessionsPerRoomMax,
            int sessionsPerAddressMax) {
        public Edge {
            allowedOrigins = List.copyOf(allowedOrigins);
        }

        @Override
        public String toString() {
            return "Edge[" + host + ":" + port + ", admin " + adminHost + ":" + adminPort + "]"; // Never the token.
        }
    }

    /** {@code parley.limits}. Rates: 0 is no limit. Bursts: 0 is none. */
    public record Limits(long nodesPerSecond, long bytesPerSecond, long initialBurstNodes, long initialBurstBytes) {}

    /** {@code parley.room}. */
    public record Room(
            Duration roomWait,
            Duration idleTimeout,
            int roomsMax,
            int nodesMax,
            long bytesMax,
            int orphanNodesMax,
            Duration orphanTtl) {}

    /** {@code parley.cluster}. */
    public record Cluster(int shards) {}

    /** {@code parley.access}. */
    public record Access(Optional<Path> serverKeyFile) {}

    /** The data directory: the embedded journal, the lock and the server's key. */
    public Path directory() {
        return journal.directory();
    }

    /** Where the server's key is. */
    public Path serverKeyFile() {
        return access.serverKeyFile().orElseGet(() -> directory().resolve("server.key"));
    }

    /**
     * Reads a whole configuration, defaults included.
     *
     * <p>Errors: {@link BadSettings} with every problem at once.
     */
    public static Settings read(Config config) {
        SettingsReader in = new SettingsReader(config);
        Settings settings = new Settings(
                new Edge(
                        in.text("parley.edge.host"),
                        in.port("parley.edge.port"),
                        in.text("parley.edge.admin-host"),
                        in.port("parley.edge.admin-port"),
                        in.anyText("parley.edge.admin-token"),
                        in.texts("parley.edge.allowed-origins"),
                        in.time("parley.edge.hello-timeout", Duration.ofMillis(10), Duration.ofMinutes(10)),
                        in.bytes("parley.edge.max-message", 1 << 10, 256L << 20),
                        in.count("parley.edge.relay-buffer", 1, 1_000_000),
                        in.bytes("parley.edge.relay-buffer-bytes", 1 << 10, 4L << 30),
                        in.count("parley.edge.packs-in-flight", 1, 1_000),
                        in.time("parley.edge.send-timeout", Duration.ofMillis(10), Duration.ofMinutes(10)),
                        in.time("parley.edge.ping-interval", Duration.ofMillis(100), Duration.ofHours(1)),
                        in.count("parley.edge.sessions-max", 1, 10_000_000),
                        in.count("parley.edge.sessions-per-room-max", 1, 10_000_000),
                        in.count("parley.edge.sessions-per-address-max", 1, 10_000_000)),
                new Limits(
                        in.number("parley.limits.nodes-per-second", 0, 1L << 40),
                        in.bytes("parley.limits.bytes-per-second", 0, 1L << 50),
                        in.number("parley.limits.initial-burst-nodes", 0, 1L << 40),
                        in.bytes("parley.limits.initial-burst-bytes", 0, 1L << 50)),
                new Room(
                        in.time("parley.room.wait", Duration.ofMillis(100), Duration.ofMinutes(10)),
                        in.time("parley.room.idle-timeout", Duration.ofMillis(100), Duration.ofDays(365)),
                        in.count("parley.room.rooms-max", 1, 100_000_000),
                        in.count("parley.room.nodes-max", 1, 1_000_000_000),
                        in.bytes("parley.room.bytes-max", 1 << 10, 1L << 50),
                        in.count("parley.room.orphan-nodes-max", 0, 10_000_000),
                        in.time("parley.room.orphan-ttl", Duration.ofMillis(10), Duration.ofDays(1))),
                JournalSettings.read(config.getConfig("parley.journal"), in::problem),
                new Cluster(in.count("parley.cluster.shards", 1, 100_000)),
                new Access(Optional.of(in.anyText("parley.access.server-key-file"))
                        .filter(path -> !path.isEmpty())
                        .flatMap(path -> in.path("parley.access.server-key-file", path))),
                config);
        in.refuseProblems();
        return settings;
    }
}
