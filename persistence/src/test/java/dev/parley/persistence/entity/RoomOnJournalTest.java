package dev.parley.persistence.entity;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Node;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A room over the embedded journal: segments, and repair by the read journal. */
class RoomOnJournalTest {
    @TempDir
    Path directory;

    private final RoomId room = new RoomId("a/room|with % signs");
    private final AtomicInteger replayed = new AtomicInteger(-1);
    private ActorTestKit kit;

    @BeforeEach
    void start() {
        Config journal =
                ConfigFactory.parseString("""
                pekko.loglevel = WARNING
                pekko.actor.testkit.typed.single-expect-default = 20s
                pekko.actor.testkit.typed.default-timeout = 20s
                pekko.persistence.journal.plugin = "parley.journal-plugin"
                pekko.persistence.snapshot-store.plugin = "parley.snapshot-plugin"
                parley.journal.directory = "%s"
                """.formatted(directory.toString().replace("\\", "/")));
        kit = ActorTestKit.create(journal.withFallback(ConfigFactory.load()));
    }

    @AfterEach
    void stop() {
        kit.shutdownTestKit();
    }

    private ActorRef<RoomMessage> incarnation(RoomSettings settings) {
        return incarnation(room, settings);
    }

    private ActorRef<RoomMessage> incarnation(RoomId room, RoomSettings settings) {
        RoomMeters meters = new RoomMeters() {
            @Override
            public void recovered(RoomId id, Duration took, long events, int nodes) {
                replayed.set((int) events);
            }
        };
        TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();
        return kit.spawn(RoomEntity.create(
                room,
                new RoomContext(settings, Fixtures.SERVER, Fixtures.TRUSTING, () -> 1_700_000_000_000L, meters),
                shard.ref()));
    }

    private RoomEntity.Description describe(ActorRef<RoomMessage> entity) {
        TestProbe<RoomEntity.Description> asker = kit.createTestProbe();
        entity.tell(new RoomEntity.Describe(asker.ref()));
        return asker.receiveMessage(Duration.ofSeconds(20));
    }

    @Test
    void aRelayFarBehindIsRepairedFromTheJournal() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT
                .with(new RoomSettings.Intake(256, 1 << 20, 100, 1 << 20, 64L << 20))
                .with(new RoomSettings.Repair(2, 8L << 20, 16_384, 4)));
        TestProbe<ToRelay> relay = kit.createTestProbe();
        entity.tell(new RoomEntity.FromRelay(attach(R1), relay.ref()));
        List<Node> chain = chain(1, 20, 1);
        List<ToRelay.Step> live = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            entity.tell(new RoomEntity.FromRelay(
                    new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))), relay.ref()));
            live.addAll(steps(relay, 1));
            if (i == 9) {
                entity.tell(new RoomEntity.FromRelay(new ToRoom.Lock(R1, S1, 1, Fixtures.peer(7)), relay.ref()));
                live.addAll(steps(relay, 1));
            }
        }

        entity.tell(new RoomEntity.FromRelay(new ToRoom.Repair(R1, 0), relay.ref()));

        assertThat(steps(relay, live.size())).isEqualTo(live);
        assertThat(live).extracting(ToRelay.Step::seq).startsWith(1L).endsWith(21L);
    }

    private static List<ToRelay.Step> steps(TestProbe<ToRelay> relay, long count) {
        List<ToRelay.Step> steps = new ArrayList<>();
        while (steps.size() < count) {
            if (relay.receiveMessage() instanceof ToRelay.Step step) {
                steps.add(step);
            }
        }
        return steps;
    }

    @Test
    void aRoomOfSeveralSegmentsRecoversFromThem() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        TestProbe<ToRelay> relay = kit.createTestProbe();
        entity.tell(new RoomEntity.FromRelay(attach(R1), relay.ref()));
        for (int i = 0; i < 25; i++) {
            entity.tell(new RoomEntity.FromRelay(
                    new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, node(1, i + 1, "k" + i, 500_000)))),
                    relay.ref()));
            while (!(relay.receiveMessage() instanceof ToRelay.Answered)) {
                // Roster, fragments of steps.
            }
        }
        RoomEntity.Description live = describe(entity);
        kit.stop(entity);

        RoomEntity.Description recovered = describe(incarnation(RoomSettings.DEFAULT));

        assertThat(live.bytes()).isGreaterThan(12_000_000);
        assertThat(recovered)
                .usingRecursiveComparison()
                .ignoringFields("relays")
                .isEqualTo(live);
        assertThat(replayed.get()).isLessThan(25);
    }

    @Test
    void aRoomWhoseSnapshotCannotBeRestoredReplaysItsWholeJournal() throws SQLException {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        TestProbe<ToRelay> relay = kit.createTestProbe();
        entity.tell(new RoomEntity.FromRelay(attach(R1), relay.ref()));
        for (int i = 0; i < 25; i++) {
            entity.tell(new RoomEntity.FromRelay(
                    new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, node(1, i + 1, "k" + i, 500_000)))),
                    relay.ref()));
            while (!(relay.receiveMessage() instanceof ToRelay.Answered)) {
                // Roster, fragments of steps.
            }
        }
        RoomEntity.Description live = describe(entity);
        kit.stop(entity);
        assertThat(makeSnapshotsUnreadable()).isPositive();

        ActorRef<RoomMessage> next = incarnation(RoomSettings.DEFAULT);

        // What it is told before it starts anew is lost, as with any move; relays say it again.
        relay.awaitAssert(Duration.ofSeconds(20), () -> assertThat(replayed).hasValue(25));
        assertThat(describe(next))
                .usingRecursiveComparison()
                .ignoringFields("relays")
                .isEqualTo(live);
    }

    /** Gives each stored snapshot the version of a newer server, with the checksum that belongs to it. */
    private int makeSnapshotsUnreadable() throws SQLException {
        int changed = 0;
        try (Connection journal = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("journal.db"));
                Statement ask = journal.createStatement();
                PreparedStatement change = journal.prepareStatement(
                        "UPDATE parley_snapshot SET payload = ?, checksum = ? WHERE room_seq = ?");
                ResultSet row = ask.executeQuery("SELECT room_seq, segments, payload FROM parley_snapshot")) {
            while (row.next()) {
                byte[] segments = row.getBytes(2);
                byte[] manifest = row.getBytes(3);
                manifest[0] = 99;
                CRC32C checksum = new CRC32C();
                for (byte[] part : List.of(segments, manifest)) {
                    checksum.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
                    checksum.update(part);
                }
                change.setBytes(1, manifest);
                change.setLong(2, checksum.getValue());
                change.setLong(3, row.getLong(1));
                changed += change.executeUpdate();
            }
        }
        return changed;
    }

    @Test
    void policiesAndLocksComeBackFromTheJournalAndFromASnapshot() {
        // The snapshot comes with the first node, so the policies after it are replayed and those before it are in it.
        for (RoomSettings settings :
                List.of(RoomSettings.DEFAULT, RoomSettings.DEFAULT.with(new RoomSettings.Snapshots(1_000, 0)))) {
            WritePolicy before = new WritePolicy(
                    List.of(new WritePolicy.Rule("world/**", List.of(Fixtures.peer(1)))),
                    WritePolicy.Fallback.DENY_ALL);
            WritePolicy after = new WritePolicy(List.of(), WritePolicy.Fallback.DENY_ALL);
            TestProbe<ToRelay> relay = kit.createTestProbe();
            RoomId id = new RoomId("policies " + settings.snapshots());
            ActorRef<RoomMessage> entity = incarnation(id, settings);
            tell(entity, relay, attach(R1), new ToRoom.SetPolicy(R1, S1, 1, before));
            answered(relay, ToRelay.PolicyAnswered.class);
            tell(entity, relay, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "world/a", 5_000)))));
            answered(relay, ToRelay.Answered.class);
            tell(entity, relay, new ToRoom.SetPolicy(R1, S1, 2, after), new ToRoom.Lock(R1, S2, 1, Fixtures.peer(7)));
            answered(relay, ToRelay.LockAnswered.class);
            kit.stop(entity);

            ActorRef<RoomMessage> next = incarnation(id, settings);
            // Everything that waits for its answer is said again, as a relay does after a move.
            tell(
                    next,
                    relay,
                    attach(R1),
                    new ToRoom.SetPolicy(R1, S1, 1, before),
                    new ToRoom.SetPolicy(R1, S1, 2, after),
                    new ToRoom.Lock(R1, S2, 1, Fixtures.peer(7)));
            assertThat(answered(relay, ToRelay.PolicyAnswered.class).refusal()).isEmpty();
            assertThat(answered(relay, ToRelay.LockAnswered.class).locked()).isTrue();
            assertThat(describe(next).seq()).isEqualTo(4);
            tell(next, relay, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 2, "world/b")))));
            assertThat(answered(relay, ToRelay.Answered.class)
                            .answers()
                            .getFirst()
                            .errors())
                    .hasValueSatisfying(text -> assertThat(text).startsWith("policy violation"));
        }
    }

    private static void tell(ActorRef<RoomMessage> entity, TestProbe<ToRelay> relay, ToRoom... messages) {
        for (ToRoom message : messages) {
            entity.tell(new RoomEntity.FromRelay(message, relay.ref()));
        }
    }

    private static <T extends ToRelay> T answered(TestProbe<ToRelay> relay, Class<T> kind) {
        while (true) {
            ToRelay message = relay.receiveMessage();
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    @Test
    void whoLosesTheRaceForASeqStopsAndAcknowledgesNothing() {
        TestProbe<ToRelay> relay = kit.createTestProbe();
        ActorRef<RoomMessage> stale = incarnation(RoomSettings.DEFAULT);
        ActorRef<RoomMessage> winner = incarnation(RoomSettings.DEFAULT);
        assertThat(describe(stale).seq()).isZero();
        assertThat(describe(winner).seq()).isZero();
        Node won = node(1, 1, "won");
        winner.tell(new RoomEntity.FromRelay(attach(R1), relay.ref()));
        winner.tell(new RoomEntity.FromRelay(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, won))), relay.ref()));
        steps(relay, 1);

        TestProbe<ToRelay> cutOff = kit.createTestProbe();
        stale.tell(new RoomEntity.FromRelay(attach(R2), cutOff.ref()));
        stale.tell(new RoomEntity.FromRelay(
                new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "lost")))), cutOff.ref()));

        kit.createTestProbe().expectTerminated(stale, Duration.ofSeconds(20));
        assertThat(cutOff.receiveMessage()).isInstanceOf(ToRelay.Head.class);
        assertThat(cutOff.receiveMessage()).isInstanceOf(ToRelay.RosterIs.class);
        cutOff.expectNoMessage(Duration.ZERO);
        RoomEntity.Description next = describe(incarnation(RoomSettings.DEFAULT));
        assertThat(next.nodes()).isEqualTo(1);
        assertThat(next.heads()).containsExactly(won.id());
        assertThat(describe(winner).root()).isEqualTo(next.root());
    }
}
