package dev.parley.persistence.entity;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.S3;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.enter;
import static dev.parley.persistence.room.Fixtures.entry;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.access.Composition;
import dev.parley.core.access.Subscription;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.PullPlan;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.Reassembly;
import dev.parley.persistence.room.RoomCodec;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The shell, over a journal whose writes the test holds in its hand; all messages are serialized on their way. */
class RoomEntityTest {
    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static ActorTestKit kit;

    private final RoomId room = new RoomId("room " + ROOMS.incrementAndGet());
    private final HeldJournal.Room journal = HeldJournal.room("room|" + room.value());
    private final TestProbe<ToRelay> relay = kit.createTestProbe();
    private final TestProbe<ToRelay> other = kit.createTestProbe();
    private final TestProbe<ClusterSharding.ShardCommand> shard = kit.createTestProbe();

    private final AtomicInteger running = new AtomicInteger();
    private final RoomMeters meters = new RoomMeters() {
        @Override
        public void roomStarted(RoomId id) {
            running.incrementAndGet();
        }

        @Override
        public void roomStopped(RoomId id) {
            running.decrementAndGet();
        }
    };

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create(ConfigFactory.parseString("""
                        pekko.actor.serialize-messages = on
                        pekko.loglevel = WARNING
                        pekko.actor.testkit.typed.single-expect-default = 20s
                        pekko.actor.testkit.typed.default-timeout = 20s
                        """)
                .withFallback(HeldJournal.config())
                .withFallback(PersistenceTestKitSnapshotPlugin.config())
                .withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    private ActorRef<RoomMessage> incarnation(RoomSettings settings) {
        RoomContext context =
                new RoomContext(settings, Fixtures.SERVER, Fixtures.TRUSTING, () -> 1_700_000_000_000L, meters);
        return kit.spawn(RoomEntity.create(room, context, shard.ref()));
    }

    private void tell(ActorRef<RoomMessage> entity, ToRoom... messages) {
        for (ToRoom message : messages) {
            entity.tell(new RoomEntity.FromRelay(message, message.relay().equals(R1) ? relay.ref() : other.ref()));
        }
    }

    private static <T extends ToRelay> T next(TestProbe<ToRelay> probe, Class<T> kind) {
        while (true) {
            ToRelay message = probe.receiveMessage();
            if (kind.isInstance(message)) {
                return kind.cast(message);
            }
        }
    }

    private RoomEntity.Description describe(ActorRef<RoomMessage> entity) {
        TestProbe<RoomEntity.Description> asker = kit.createTestProbe();
        entity.tell(new RoomEntity.Describe(asker.ref()));
        return asker.receiveMessage();
    }

    @Test
    void nothingIsAcknowledgedOrRelayedBeforeItIsDurable() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        tell(entity, attach(R1), attach(R2));
        next(relay, ToRelay.RosterIs.class);
        next(relay, ToRelay.RosterIs.class);
        next(other, ToRelay.RosterIs.class);
        CompletableFuture<Void> write = journal.hold();

        tell(entity, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))));
        awaitWrites(1);
        relay.expectNoMessage(Duration.ZERO);
        other.expectNoMessage(Duration.ZERO);
        write.complete(null);

        assertThat(relay.receiveMessage()).isInstanceOf(ToRelay.Answered.class);
        assertThat(relay.receiveMessage()).isInstanceOf(ToRelay.Step.class);
        assertThat(other.receiveMessage()).isInstanceOf(ToRelay.Step.class);
    }

    @Test
    void submitsThatCameDuringAWriteAreOneEvent() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        tell(entity, attach(R1), attach(R2));
        CompletableFuture<Void> write = journal.hold();
        List<Node> chain = chain(1, 3, 1);

        tell(entity, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, chain.get(0)))));
        awaitWrites(1);
        tell(entity, new ToRoom.Submits(R1, 2, List.of(submit(S1, 1, chain.get(1)))));
        tell(entity, new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, chain.get(2)))));
        journal.pass();
        write.complete(null);

        assertThat(next(other, ToRelay.Step.class).seq()).isEqualTo(1);
        ToRelay.Step joined = next(other, ToRelay.Step.class);
        assertThat(joined.seq()).isEqualTo(2);
        assertThat(joined.runs()).hasSize(2);
        assertThat(journal.writes()).isEqualTo(2);
        assertThat(journal.events()).isEqualTo(2);
    }

    /** From then on everything sent is stashed behind the write, and nothing was said before it. */
    private void awaitWrites(int writes) {
        kit.createTestProbe().awaitAssert(() -> assertThat(journal.writes()).isEqualTo(writes));
    }

    @Test
    void aFailedWriteStopsTheRoomAndNothingIsAcknowledged() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        tell(entity, attach(R1));
        next(relay, ToRelay.RosterIs.class);
        CompletableFuture<Void> write = journal.hold();
        Node node = node(1, 1, "a");

        tell(entity, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node))));
        write.completeExceptionally(new IllegalStateException("the disk is full"));

        kit.createTestProbe().expectTerminated(entity);
        relay.expectNoMessage(Duration.ZERO);
        assertThat(running.get()).isZero();
        journal.pass();
        ActorRef<RoomMessage> second = incarnation(RoomSettings.DEFAULT);
        tell(second, attach(R1), new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node))));
        assertThat(next(relay, ToRelay.Answered.class).answers().getFirst().stored())
                .isEqualTo(1);
    }

    @Test
    void theNextIncarnationHasWhatTheFirstWrote() {
        ActorRef<RoomMessage> first = incarnation(RoomSettings.DEFAULT);
        tell(first, attach(R1));
        List<Node> chain = chain(1, 5, 1);
        for (int i = 0; i < 5; i++) {
            tell(first, new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))));
        }
        tell(first, new ToRoom.Lock(R1, S1, 9, Fixtures.peer(7)));
        next(relay, ToRelay.LockAnswered.class);
        RoomEntity.Description live = describe(first);
        kit.stop(first);

        RoomEntity.Description recovered = describe(incarnation(RoomSettings.DEFAULT));

        assertThat(live.nodes()).isEqualTo(5);
        assertThat(recovered.locked()).contains(Fixtures.peer(7));
        assertThat(recovered)
                .usingRecursiveComparison()
                .ignoringFields("relays")
                .isEqualTo(live);
    }

    @Test
    void aSnapshotAndWhatCameAfterGiveTheLiveState() {
        RoomSettings often = RoomSettings.DEFAULT.with(new RoomSettings.Snapshots(2_000, 10));
        ActorRef<RoomMessage> first = incarnation(often);
        tell(first, attach(R1));
        List<Node> chain = chain(1, 60, 1);
        for (int i = 0; i < 60; i++) {
            tell(first, new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))));
            next(relay, ToRelay.Answered.class);
        }
        RoomEntity.Description live = describe(first);
        kit.stop(first);
        AtomicInteger replayed = new AtomicInteger(-1);
        RoomMeters counting = new RoomMeters() {
            @Override
            public void recovered(RoomId id, Duration took, long events, int nodes) {
                replayed.set((int) events);
            }
        };

        ActorRef<RoomMessage> second = kit.spawn(RoomEntity.create(
                room,
                new RoomContext(often, Fixtures.SERVER, Fixtures.TRUSTING, () -> 1_700_000_000_000L, counting),
                shard.ref()));
        RoomEntity.Description recovered = describe(second);

        assertThat(recovered)
                .usingRecursiveComparison()
                .ignoringFields("relays")
                .isEqualTo(live);
        assertThat(replayed.get()).isBetween(0, 40);
        tell(second, attach(R1), enter(R1, 1, entry(S1, 1)));
        ToRelay.Admitted admitted = next(relay, ToRelay.Admitted.class);
        assertThat(admitted.admission().asOfNodes()).isEqualTo(60);
    }

    @Test
    void chunksAreMadeByTheReaderAndArriveInPieces() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        tell(entity, attach(R1));
        Node large = node(1, 1, "large", 500_000);
        tell(entity, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, large))));
        next(relay, ToRelay.Answered.class);
        reassembled(ToRelay.Step.class);

        tell(
                entity,
                new ToRoom.Pull(
                        R1,
                        3,
                        new PullPlan(
                                S3,
                                1,
                                Optional.of(new PeerLacks.Everything()),
                                PullPlan.NOW,
                                Subscription.EVERYTHING,
                                0,
                                1 << 20)));

        ToRelay.Pulled pulled = reassembled(ToRelay.Pulled.class);
        assertThat(pulled.chunk().last()).isTrue();
        assertThat(Packs.decode(pulled.chunk().pack())).isEqualTo(new Decoded.Whole<>(List.of(large)));
    }

    private <T extends ToRelay> T reassembled(Class<T> kind) {
        Reassembly reassembly = new Reassembly(1 << 24);
        while (true) {
            ToRelay.Fragment piece = next(relay, ToRelay.Fragment.class);
            Optional<byte[]> whole = reassembly.add(piece.transfer(), piece.index(), piece.count(), piece.bytes());
            if (whole.isPresent()
                    && RoomCodec.decodeToRelay(whole.get()) instanceof Decoded.Whole<ToRelay>(ToRelay message)) {
                return kind.cast(message);
            }
        }
    }

    @Test
    void anOperatorLocksOnce() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        TestProbe<Boolean> operator = kit.createTestProbe();

        entity.tell(new RoomEntity.LockRoom(Fixtures.peer(7), operator.ref()));
        entity.tell(new RoomEntity.LockRoom(Fixtures.peer(8), operator.ref()));

        assertThat(operator.receiveMessage()).isTrue();
        assertThat(operator.receiveMessage()).isFalse();
        assertThat(describe(entity).locked()).contains(Fixtures.peer(7));
    }

    @Test
    void aRoomThatIsToStopStopsAfterItsWrite() {
        ActorRef<RoomMessage> entity = incarnation(RoomSettings.DEFAULT);
        tell(entity, attach(R1));
        next(relay, ToRelay.RosterIs.class);
        CompletableFuture<Void> write = journal.hold();
        tell(entity, new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))));
        awaitWrites(1);

        entity.tell(new RoomEntity.StopRoom());
        write.complete(null);

        assertThat(next(relay, ToRelay.Answered.class).answers()).hasSize(1);
        kit.createTestProbe().expectTerminated(entity);
    }

    @Test
    void aCorruptRoomDoesNotStartAndWritesNothing() {
        ActorRef<RoomMessage> first = incarnation(RoomSettings.DEFAULT);
        tell(first, attach(R1), new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))));
        next(relay, ToRelay.Answered.class);
        kit.stop(first);
        journal.repeatLast();

        ActorRef<RoomMessage> second = incarnation(RoomSettings.DEFAULT);
        tell(second, attach(R2), new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "b")))));

        kit.createTestProbe().expectTerminated(second);
        assertThat(running.get()).isZero();
        other.expectNoMessage(Duration.ZERO);
        assertThat(journal.events()).isEqualTo(2);
    }

    @Test
    void aCorruptRoomRestsBeforeItsJournalIsReadAgain() {
        RoomLedger ledger = RoomLedger.unbounded();
        AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
        tell(
                incarnation(ledger, nowMs),
                attach(R1),
                new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))));
        next(relay, ToRelay.Answered.class);
        shard.expectNoMessage(Duration.ZERO);
        journal.repeatLast();
        kit.createTestProbe().expectTerminated(incarnation(ledger, nowMs));
        assertThat(ledger.damaged()).isEqualTo(1);

        ActorRef<RoomMessage> resting = incarnation(ledger, nowMs);
        tell(resting, attach(R2));
        resting.tell(new RoomEntity.StopRoom());
        kit.createTestProbe().expectTerminated(resting);
        other.expectNoMessage(Duration.ZERO);
        assertThat(ledger.restMs(room, nowMs.get())).isEqualTo(1_000); // It was not tried, so it did not fail again.

        nowMs.addAndGet(1_000);
        kit.createTestProbe().expectTerminated(incarnation(ledger, nowMs));
        assertThat(ledger.restMs(room, nowMs.get())).isEqualTo(2_000);
    }

    @Test
    void aJournalThatIsOnlyAwayMakesNoRoomRest() {
        RoomLedger ledger = RoomLedger.unbounded();
        AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
        tell(
                incarnation(ledger, nowMs),
                attach(R1),
                new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))));
        next(relay, ToRelay.Answered.class);
        shard.expectNoMessage(Duration.ZERO);
        List<RuntimeException> away = List.of(
                new IllegalStateException("not read", new SQLException("connection refused", "08001")),
                new CompletionException(new TimeoutException("circuit breaker timed out")),
                new RejectedExecutionException("the pool is shut down"));
        for (RuntimeException failure : away) {
            journal.failReads(Optional.of(failure));
            kit.createTestProbe().expectTerminated(incarnation(ledger, nowMs));
            assertThat(ledger.restMs(room, nowMs.get())).as("%s", failure).isZero();
        }
        assertThat(ledger.damaged()).isZero();

        journal.failReads(Optional.empty());
        assertThat(describe(incarnation(ledger, nowMs)).seq()).isEqualTo(1);

        journal.failReads(Optional.of(new IllegalStateException("event is damaged")));
        kit.createTestProbe().expectTerminated(incarnation(ledger, nowMs));
        assertThat(ledger.restMs(room, nowMs.get())).isEqualTo(1_000);
    }

    @Test
    void aRoomForWhichThereIsNoMemoryDoesNotStart() {
        RoomLedger full = new RoomLedger(1);
        full.holds(new RoomId("another"), 1);

        ActorRef<RoomMessage> entity = incarnation(full, new AtomicLong(1_700_000_000_000L));
        tell(entity, attach(R1));
        entity.tell(new RoomEntity.StopRoom());
        kit.createTestProbe().expectTerminated(entity);

        relay.expectNoMessage(Duration.ZERO);
        assertThat(running.get()).isZero();
    }

    @Test
    void anUnusedRoomGoesAtOnceWhenMemoryIsShort() {
        RoomLedger full = new RoomLedger(1);
        ActorRef<RoomMessage> entity = incarnation(full, new AtomicLong(1_700_000_000_000L));
        describe(entity);
        assertThat(full.residentBytes(room)).isPresent();

        shard.expectMessageClass(ClusterSharding.Passivate.class);
        entity.tell(new RoomEntity.StopRoom());
        kit.createTestProbe().expectTerminated(entity);

        assertThat(full.residentBytes()).isZero();
    }

    private ActorRef<RoomMessage> incarnation(RoomLedger ledger, AtomicLong nowMs) {
        RoomContext context = new RoomContext(
                RoomSettings.DEFAULT,
                Fixtures.SERVER,
                Fixtures.TRUSTING,
                nowMs::get,
                meters,
                Composition.OFF,
                PolicyBounds.DEFAULT,
                ledger);
        return kit.spawn(RoomEntity.create(room, context, shard.ref()));
    }
}
