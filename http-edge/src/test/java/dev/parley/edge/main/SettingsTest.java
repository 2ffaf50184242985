package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.parley.edge.cluster.ClusterSettings;
import dev.parley.core.id.PeerId;
import dev.parley.core.history.NodeLimits;
import dev.parley.core.session.ReadingPace;
import dev.parley.edge.socket.Greetings;
import dev.parley.persistence.journal.JournalSettings;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    private static final long MIB = 1L << 20;

    @Test
    void theDefaultsAreThese() {
        Settings settings = new SettingsSources(Map.of()).read();

        assertThat(settings.edge())
                .isEqualTo(new Settings.Edge(
                        "127.0.0.1",
                        7878,
                        "127.0.0.1",
                        9090,
                        "",
                        List.of(),
                        Duration.ofSeconds(15),
                        16 * MIB,
                        512,
                        16 * MIB,
                        8,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(30),
                        20_000,
                        20_000,
                        10_000));
        assertThat(settings.arrivals())
                .isEqualTo(new Settings.Arrivals(new Greetings.Bounds(4_096, 2_048), 32 << 10, List.of()));
        assertThat(settings.budgets()).isEqualTo(new Budgets(0, Duration.ofSeconds(10), 0, 0, 0));
        assertThat(settings.budgets().of(16 * MIB))
                .isEqualTo(new Budgets(4 * MIB, Duration.ofSeconds(10), 2 * MIB, MIB, 6 * MIB));
        assertThat(settings.limits())
                .isEqualTo(new Settings.Limits(200, 4 * MIB, 50_000, 64 * MIB, new ReadingPace.Limit(50, 200)));
        assertThat(settings.room())
                .isEqualTo(new Settings.Room(
                        Duration.ofSeconds(20),
                        100_000,
                        RoomSettings.DEFAULT,
                        new RelaySettings.Submits(256 << 10, 64 * MIB),
                        RelaySettings.Presence.DEFAULT,
                        RelaySettings.Parents.DEFAULT));
        assertThat(settings.journal()).isEqualTo(JournalSettings.embedded(Path.of("data")));
        assertThat(settings.cluster())
                .isEqualTo(new ClusterSettings(256, "127.0.0.1", 0, "", 0, List.of(), Duration.ofSeconds(60)));
        assertThat(settings.access())
                .isEqualTo(new Settings.Access(Optional.empty(), Optional.empty(), PolicyBounds.DEFAULT));
        assertThat(settings.serverKeyFile()).isEqualTo(Path.of("data", "server.key"));
    }

    @Test
    void everySettingCanBeAnother() {
        Settings settings = new SettingsSources(Map.of())
                .assignments(List.of(
                        "edge.host=0.0.0.0",
                        "edge.port=1",
                        "edge.admin-host=::1",
                        "edge.admin-port=2",
                        "edge.admin-token=a=b, {c} #d",
                        "edge.allowed-origins=https://a.example, https://b.example",
                        "edge.hello-timeout=3s",
                        "edge.max-message=1MiB",
                        "edge.relay-buffer=4",
                        "edge.relay-buffer-bytes=5000",
                        "edge.packs-in-flight=6",
                        "edge.send-timeout=700ms",
                        "edge.ping-interval=8s",
                        "edge.sessions-max=9",
                        "edge.sessions-per-room-max=10",
                        "edge.sessions-per-address-max=11",
                        "limits.nodes-per-second=12",
                        "limits.bytes-per-second=13",
                        "limits.initial-burst-nodes=0",
                        "limits.initial-burst-bytes=14MB",
                        "room.wait=15s",
                        "room.idle-timeout=1h",
                        "edge.inbound-bytes-max=50MiB",
                        "edge.inbound-wait=51s",
                        "edge.outbound-bytes-max=52MiB",
                        "edge.catch-up-bytes-max=53MiB",
                        "room.resident-bytes-max=54MiB",
                        "room.rooms-max=17",
                        "room.nodes-max=18",
                        "room.bytes-max=19KiB",
                        "limits.messages-per-second=47",
                        "limits.messages-burst=48",
                        "edge.handshakes-max=49",
                        "edge.handshakes-per-address-max=50",
                        "edge.head-max=51KiB",
                        "edge.trusted-proxies=10.0.0.0/8,::1",
                        "room.orphan-nodes-max=20",
                        "room.orphan-ttl=21s",
                        "room.orphan-bytes-max=30KiB",
                        "room.turn-nodes-max=31",
                        "room.event-bytes-max=32KiB",
                        "room.ingress-packs-max=33",
                        "room.ingress-bytes-max=34KiB",
                        "room.reassembly-bytes-max=35MiB",
                        "room.recent-events-max=36",
                        "room.recent-bytes-max=37KiB",
                        "room.repair-events-max=38",
                        "room.repair-reads-max=39",
                        "room.relay-expiry=40s",
                        "room.roster-settle=41s",
                        "room.empty-timeout=42s",
                        "room.presence-bytes-max=63KiB",
                        "room.signals-max=64",
                        "room.filtered-parents=closure",
                        "room.filtered-parents-bytes-max=65KiB",
                        "room.plans-max=43",
                        "room.batch-bytes-max=55KiB",
                        "room.queue-bytes-max=56KiB",
                        "room.plan-bytes-max=44KiB",
                        "room.snapshot-bytes-min=45KiB",
                        "room.snapshot-growth-percent=46",
                        "journal.directory=elsewhere",
                        "journal.file=other.db",
                        "cluster.shards=22",
                        "cluster.host=parley-1",
                        "cluster.port=66",
                        "cluster.bind-host=0.0.0.0",
                        "cluster.bind-port=67",
                        "cluster.join-within=68s",
                        "access.capability-profile-file=/etc/profile.json",
                        "access.policy-bytes-max=61KiB",
                        "access.policies-bytes-max=62KiB",
                        "access.policy-wildcard-bytes-max=63KiB",
                        "parley.access.server-key-file=/keys/server"))
                .read();

        assertThat(settings.edge())
                .isEqualTo(new Settings.Edge(
                        "0.0.0.0",
                        1,
                        "::1",
                        2,
                        "a=b, {c} #d",
                        List.of("https://a.example", "https://b.example"),
                        Duration.ofSeconds(3),
                        MIB,
                        4,
                        5_000,
                        6,
                        Duration.ofMillis(700),
                        Duration.ofSeconds(8),
                        9,
                        10,
                        11));
        assertThat(settings.arrivals())
                .isEqualTo(new Settings.Arrivals(new Greetings.Bounds(49, 50), 51 << 10, List.of("10.0.0.0/8", "::1")));
        assertThat(settings.budgets())
                .isEqualTo(new Budgets(50 * MIB, Duration.ofSeconds(51), 52 * MIB, 53 * MIB, 54 * MIB));
        assertThat(settings.limits())
                .isEqualTo(new Settings.Limits(12, 13, 0, 14_000_000, new ReadingPace.Limit(47, 48)));
        assertThat(settings.room())
                .isEqualTo(new Settings.Room(
                        Duration.ofSeconds(15),
                        17,
                        new RoomSettings(
                                new RoomSettings.Limits(NodeLimits.DEFAULT, false, 18, 19 << 10),
                                new RoomSettings.Orphans(20, 30 << 10, Duration.ofSeconds(21)),
                                new RoomSettings.Intake(31, 32 << 10, 33, 34 << 10, 35 << 20),
                                new RoomSettings.Repair(36, 37 << 10, 38, 39),
                                new RoomSettings.Rosters(Duration.ofSeconds(40), Duration.ofSeconds(41)),
                                new RoomSettings.Lifetime(Duration.ofHours(1), Duration.ofSeconds(42)),
                                new RoomSettings.Plans(43, 44 << 10),
                                new RoomSettings.Snapshots(45 << 10, 46)),
                        new RelaySettings.Submits(55 << 10, 56 << 10),
                        new RelaySettings.Presence(63 << 10, 64),
                        new RelaySettings.Parents(true, 65 << 10)));
        assertThat(settings.journal().path()).isEqualTo(Path.of("elsewhere", "other.db"));
        assertThat(settings.cluster())
                .isEqualTo(new ClusterSettings(22, "parley-1", 66, "0.0.0.0", 67, List.of(), Duration.ofSeconds(68)));
        assertThat(settings.access())
                .isEqualTo(new Settings.Access(
                        Optional.of(Path.of("/keys/server")),
                        Optional.of(Path.of("/etc/profile.json")),
                        new PolicyBounds(61 << 10, 62 << 10, 63 << 10)));
        assertThat(settings.serverKeyFile()).isEqualTo(Path.of("/keys/server"));
    }

    @Test
    void theNearerSourceWins(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("parley.conf"),
                "parley.edge { port = 1, relay-buffer = 1, packs-in-flight = 1, sessions-max = 1 }");

        Settings settings = new SettingsSources(Map.of(
                        "PARLEY_EDGE_PORT", "2", "PARLEY_EDGE_RELAY_BUFFER", "2", "PARLEY_EDGE_PACKS_IN_FLIGHT", "2"))
                .file(file)
                .assignments(List.of("edge.port=3", "edge.relay-buffer=0", "edge.relay-buffer=3"))
                .option("parley.edge.port", 4)
                .read();

        assertThat(settings.edge().port()).isEqualTo(4);
        assertThat(settings.edge().relayBuffer()).isEqualTo(3);
        assertThat(settings.edge().packsInFlight()).isEqualTo(2);
        assertThat(settings.edge().sessionsMax()).isEqualTo(1);
    }

    @Test
    void aListInTheEnvironmentThatIsNoneIsASentence() {
        SettingsSources sources = new SettingsSources(Map.of("PARLEY_EDGE_HOST", "[::1]"));

        assertThatThrownBy(sources::read)
                .isInstanceOf(BadSettings.class)
                .hasMessageContaining("the list in the environment variable PARLEY_EDGE_HOST is not complete");
    }

    @Test
    void allProblemsAreListedAtOnceByName() {
        SettingsSources sources = new SettingsSources(Map.of("PARLEY_EDGE_PROT", "1", "PARLEY_HOME", "/x"))
                .assignments(List.of(
                        "edge.port=70000",
                        "edge.relay-buffer=many",
                        "edge.hello-timeout=-1s",
                        "room.port=1",
                        "journal.batch-max=0",
                        "nonsense"));

        assertThatThrownBy(sources::read)
                .asInstanceOf(type(BadSettings.class))
                .extracting(BadSettings::problems)
                .isEqualTo(List.of(
                        "--set needs key=value, got nonsense",
                        "the environment variable PARLEY_EDGE_PROT is no setting",
                        "unknown setting parley.room.port, did you mean parley.cluster.port?",
                        "parley.edge.port must be from 0 to 65535, is 70000",
                        "parley.edge.hello-timeout must be from 10ms to 600000ms, is -1000ms",
                        "parley.edge.relay-buffer has a value that does not fit: many",
                        "parley.journal.batch-max: must be from 1 to 100000, is 0"));
    }

    @Test
    void aSharedClusterNeedsAPortAndASharedJournal() {
        SettingsSources sources =
                new SettingsSources(Map.of()).assignments(List.of("cluster.seeds=parley-0:7355,parley-1"));

        assertThatThrownBy(sources::read)
                .asInstanceOf(type(BadSettings.class))
                .extracting(BadSettings::problems)
                .isEqualTo(List.of(
                        "parley.cluster.seeds must hold addresses such as parley-0:7355, not parley-1",
                        "parley.cluster.port must be set where parley.cluster.seeds names other members",
                        "parley.journal.kind must be postgres where parley.cluster.seeds names other members:"
                                + " they need one journal, and an embedded one belongs to a single process"));
    }

    @Test
    void theTwoPortsCannotBeOne() {
        SettingsSources sources =
                new SettingsSources(Map.of()).option("parley.edge.port", 1).option("parley.edge.admin-port", 1);

        assertThatThrownBy(sources::read)
                .hasMessageContaining("parley.edge.port and parley.edge.admin-port must differ, both are 1");
        assertThat(sources.option("parley.edge.admin-host", "127.0.0.2")
                        .read()
                        .edge()
                        .adminPort())
                .isEqualTo(1);
    }

    @Test
    void aFileThatIsMissingOrBrokenIsSaidInASentence(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing.conf");
        Path broken = Files.writeString(directory.resolve("broken.conf"), "parley { edge {");
        Path foreign = Files.writeString(directory.resolve("foreign.conf"), "akka.loglevel = INFO");

        assertThatThrownBy(() -> new SettingsSources(Map.of()).file(missing).read())
                .hasMessage("the settings file " + missing + " cannot be read");
        assertThatThrownBy(() -> new SettingsSources(Map.of()).file(directory).read())
                .hasMessage("the settings file " + directory + " cannot be read");
        assertThatThrownBy(() -> new SettingsSources(Map.of()).file(broken).read())
                .hasMessageStartingWith("the settings file " + broken + " is not valid HOCON: ");
        assertThatThrownBy(() -> new SettingsSources(Map.of()).file(foreign).read())
                .hasMessage("unknown setting akka");
    }

    @Test
    void aValueInThePlaceOfASectionIsSaidOnce(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("flat.conf"), "parley { edge = 5, journal.postgres = [] }");

        assertThatThrownBy(() -> new SettingsSources(Map.of())
                        .file(file)
                        .assignments(List.of("limits=off"))
                        .option("parley.edge.port", 0)
                        .read())
                .asInstanceOf(type(BadSettings.class))
                .extracting(BadSettings::problems)
                .isEqualTo(List.of(
                        "parley.limits is not a setting, but has settings below it",
                        "parley.edge is not a setting, but has settings below it",
                        "parley.journal.postgres is not a setting, but has settings below it"));
    }

    @Test
    void whatPekkoIsToldStandsBehindTheOperatorsOwnWord() {
        Settings settings = new SettingsSources(Map.of())
                .assignments(List.of("pekko.http.server.backlog=7", "cluster.shards=32"))
                .read();

        var config = PekkoConfig.of(settings, PeerId.of(new byte[PeerId.SIZE_BYTES]), 3, false);

        assertThat(config.getInt("pekko.http.server.backlog")).isEqualTo(7);
        assertThat(config.getInt("pekko.cluster.sharding.number-of-shards")).isEqualTo(32);
        assertThat(config.getInt("parley.dispatchers.verify.thread-pool-executor.fixed-pool-size"))
                .isEqualTo(3);
        assertThat(config.getString("pekko.remote.artery.canonical.hostname")).isEqualTo("127.0.0.1");
        assertThat(config.getString("pekko.persistence.journal.plugin")).isEqualTo("parley.journal-plugin");
    }
}
