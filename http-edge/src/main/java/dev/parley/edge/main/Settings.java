package dev.parley.edge.main;

import com.typesafe.config.Config;
import dev.parley.core.session.ReadingPace;
import dev.parley.edge.cluster.ClusterSettings;
import dev.parley.edge.socket.Greetings;
import dev.parley.edge.socket.TrustedProxies;
import dev.parley.edge.log.LogSettings;
import dev.parley.persistence.journal.JournalSettings;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomSettings;
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
        Edge edge,
        Arrivals arrivals,
        Budgets budgets,
        Limits limits,
        Room room,
        JournalSettings journal,
        ClusterSettings cluster,
        Access access,
        LogSettings log,
        Config config) {

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

        /** One address for peers and operators would be found out late, and blamed on somebody else. */
        void refuseOnePort(SettingsReader in) {
            if (port != 0 && port == adminPort && host.equals(adminHost)) {
                in.problem("parley.edge.port and parley.edge.admin-port must differ, both are " + port);
            }
        }

        @Override
        public String toString() {
            return "Edge[" + host + ":" + port + ", admin " + adminHost + ":" + adminPort + "]"; // Never the token.
        }
    }

    /** {@code parley.edge} too: what holds until a connection has said hello. Sizes are in bytes. */
    public record Arrivals(Greetings.Bounds handshakes, long headBytesMax, List<String> trustedProxies) {
        public Arrivals {
            trustedProxies = List.copyOf(trustedProxies);
        }

        /** The proxies that the texts name; they were checked when read. */
        TrustedProxies proxies() {
            return TrustedProxies.parse(trustedProxies).orElse(TrustedProxies.NONE);
        }

        private static Arrivals read(SettingsReader in) {
            List<String> proxies = in.texts("parley.edge.trusted-proxies");
            if (TrustedProxies.parse(proxies).isEmpty()) {
                in.problem(
                        "parley.edge.trusted-proxies must hold addresses such as 10.0.0.1 or ranges such as 10.0.0.0/8,"
                                + " is " + proxies);
            }
            return new Arrivals(
                    new Greetings.Bounds(
                            in.count("parley.edge.handshakes-max", 1, 1_000_000),
                            in.count("parley.edge.handshakes-per-address-max", 1, 1_000_000)),
                    in.bytes("parley.edge.head-max", 1 << 10, 1 << 20),
                    proxies);
        }
    }

    /** {@code parley.limits}. Rates: 0 is no limit. Bursts: 0 is none. */
    public record Limits(
            long nodesPerSecond,
            long bytesPerSecond,
            long initialBurstNodes,
            long initialBurstBytes,
            ReadingPace.Limit messages) {}

    /** {@code parley.room}. */
    public record Room(
            Duration roomWait,
            int roomsMax,
            RoomSettings each,
            RelaySettings.Submits submits,
            RelaySettings.Presence presence,
            RelaySettings.Parents parents) {
        /** Whether a session with a filter is sent the ancestors of what passes it. */
        enum FilteredParents {
            STRICT,
            CLOSURE
        }

        private static Room read(SettingsReader in) {
            return new Room(
                    in.time("parley.room.wait", Duration.ofMillis(100), Duration.ofMinutes(10)),
                    in.count("parley.room.rooms-max", 1, 100_000_000),
                    RoomBounds.read(in),
                    new RelaySettings.Submits(
                            in.bytes("parley.room.batch-bytes-max", 1 << 10, 16L << 20),
                            in.bytes("parley.room.queue-bytes-max", 1 << 10, 1L << 40)),
                    new RelaySettings.Presence(
                            in.bytes("parley.room.presence-bytes-max", 1 << 10, 1L << 30),
                            in.count("parley.room.signals-max", 1, 10_000)),
                    new RelaySettings.Parents(
                            in.choice("parley.room.filtered-parents", FilteredParents.class) == FilteredParents.CLOSURE,
                            in.bytes("parley.room.filtered-parents-bytes-max", 1 << 10, 64L << 20)));
        }
    }

    /** {@code parley.access}. */
    public record Access(Optional<Path> serverKeyFile, Optional<Path> capabilityProfileFile, PolicyBounds policies) {
        private static Access read(SettingsReader in) {
            return new Access(
                    file(in, "parley.access.server-key-file"),
                    file(in, "parley.access.capability-profile-file"),
                    new PolicyBounds(
                            (int) in.bytes("parley.access.policy-bytes-max", 1 << 10, 4 << 20),
                            (int) in.bytes("parley.access.policies-bytes-max", 1 << 10, 256 << 20),
                            (int) in.bytes("parley.access.policy-wildcard-bytes-max", 64, 1 << 20)));
        }

        private static Optional<Path> file(SettingsReader in, String key) {
            return Optional.of(in.anyText(key)).filter(path -> !path.isEmpty()).flatMap(path -> in.path(key, path));
        }
    }

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
        return read(config, new SettingsReader(config));
    }

    /** The same, with a reader that remembers what was read. */
    static Settings read(Config config, SettingsReader in) {
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
                Arrivals.read(in),
                Budgets.read(in),
                new Limits(
                        in.number("parley.limits.nodes-per-second", 0, 1L << 40),
                        in.bytes("parley.limits.bytes-per-second", 0, 1L << 50),
                        in.number("parley.limits.initial-burst-nodes", 0, 1L << 40),
                        in.bytes("parley.limits.initial-burst-bytes", 0, 1L << 50),
                        new ReadingPace.Limit(
                                in.number("parley.limits.messages-per-second", 0, 1_000_000),
                                in.number("parley.limits.messages-burst", 1, 1_000_000))),
                Room.read(in),
                JournalSettings.read(
                        config.getConfig("parley.journal"),
                        in::problem,
                        (name, unit, least, most) ->
                                in.range("parley.journal." + name, SettingsReader.Range.of(unit, least, most))),
                cluster(in),
                Access.read(in),
                log(in),
                config);
        in.text("parley.room.read-journal"); // Rooms read it themselves.
        settings.edge().refuseOnePort(in);
        settings.refuseLonelyJournal(in);
        in.refuseProblems();
        return settings;
    }

    private static ClusterSettings cluster(SettingsReader in) {
        ClusterSettings cluster = new ClusterSettings(
                in.count("parley.cluster.shards", 1, 100_000),
                in.text("parley.cluster.host"),
                in.port("parley.cluster.port"),
                in.anyText("parley.cluster.bind-host"),
                in.port("parley.cluster.bind-port"),
                in.texts("parley.cluster.seeds"),
                in.time("parley.cluster.join-within", Duration.ofSeconds(1), Duration.ofHours(1)));
        for (String seed : cluster.seeds()) {
            if (ClusterSettings.address(seed).isEmpty()) {
                in.problem("parley.cluster.seeds must hold addresses such as parley-0:7355, not " + seed);
            }
        }
        if (cluster.shared() && cluster.port() == 0) {
            in.problem("parley.cluster.port must be set where parley.cluster.seeds names other members");
        }
        return cluster;
    }

    /** An embedded journal belongs to one process: rooms that moved to another member would be empty there. */
    private void refuseLonelyJournal(SettingsReader in) {
        if (cluster.shared() && journal.kind() == JournalSettings.Kind.EMBEDDED) {
            in.problem("parley.journal.kind must be postgres where parley.cluster.seeds names other members:"
                    + " they need one journal, and an embedded one belongs to a single process");
        }
    }

    private static LogSettings log(SettingsReader in) {
        return new LogSettings(
                in.choice("parley.log.format", LogSettings.Format.class),
                in.choice("parley.log.level", LogSettings.Level.class),
                Optional.of(in.anyText("parley.log.file"))
                        .filter(path -> !path.isEmpty())
                        .flatMap(path -> in.path("parley.log.file", path)),
                in.bytes("parley.log.file-size-max", 1 << 10, 1L << 40),
                in.count("parley.log.files-max", 1, 20));
    }
}
