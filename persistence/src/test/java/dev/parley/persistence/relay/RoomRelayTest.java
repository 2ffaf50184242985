package dev.parley.persistence.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.Reassembly;
import dev.parley.persistence.room.RelayMessage;
import dev.parley.persistence.room.RoomCodec;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The actors around the relay's rules: fragments, time, and a directory that never hands out a relay that is gone. */
class RoomRelayTest {
    private static final SessionId SESSION = new SessionId(1);
    private static ActorTestKit kit;
    private static ManualTime time;
    private static final AtomicLong NOW_MS = new AtomicLong(1_000_000);

    private final TestProbe<RoomEntity.FromRelay> room = kit.createTestProbe(RoomEntity.FromRelay.class);
    private final Queue<Input> told = new ConcurrentLinkedQueue<>();
    private final TestProbe<RelayDirectory.Found> found = kit.createTestProbe(RelayDirectory.Found.class);
    private final ActorRef<RelayDirectory.Command> directory = kit.spawn(RelayDirectory.create(new RelayContext(
            (id, message) -> room.getRef().tell((RoomEntity.FromRelay) message),
            RelaySettings.DEFAULT,
            NOW_MS::get,
            RoomMeters.NONE,
            new AtomicLong()::incrementAndGet,
            () -> 1)));

    @BeforeAll
    static void start() {
        kit = ActorTestKit.create("relays", ManualTime.config());
        time = ManualTime.get(kit.system());
    }

    @AfterAll
    static void stop() {
        kit.shutdownTestKit();
    }

    @Test
    void aSessionReachesItsRoomAndIsAnswered() {
        ActorRef<RelayMessage> relay = find();
        enter(relay);

        assertThat(room.receiveMessage().message()).isInstanceOf(ToRoom.Attach.class);
        RoomEntity.FromRelay enter = room.receiveMessage();
        assertThat(enter.message()).isInstanceOf(ToRoom.Enter.class);
        enter.relay().tell(RelayBench.admission(1, 5));

        assertThat(nextTold()).isInstanceOf(Input.Admitted.class);
    }

    @Test
    void equalRoomsShareARelayAndOthersDoNot() {
        assertThat(find()).isEqualTo(find());
        directory.tell(new RelayDirectory.Find(new RoomId("other"), found.getRef()));
        assertThat(found.receiveMessage().relay()).isNotEqualTo(find());
    }

    @Test
    void aLargePackGoesInPiecesAndALargeStepIsJoined() {
        ActorRef<RelayMessage> relay = live();
        Node large = largeNode();
        relay.tell(from(new Effect.Submit(51, List.of(new Candidate(large, new Verdict.Unchecked())), 500_000)));

        Reassembly pieces = new Reassembly(1 << 20);
        Optional<byte[]> whole = Optional.empty();
        while (whole.isEmpty()) {
            ToRoom.Fragment piece = (ToRoom.Fragment) room.receiveMessage().message();
            assertThat(piece.bytes().length).isLessThanOrEqualTo(Fragments.SIZE_BYTES_MAX);
            whole = pieces.add(piece.transfer(), piece.index(), piece.count(), piece.bytes());
        }
        assertThat(RoomCodec.decodeToRoom(whole.get()))
                .isInstanceOfSatisfying(
                        Decoded.Whole.class, w -> assertThat(w.value()).isInstanceOf(ToRoom.Submits.class));

        ToRelay.Step step = new ToRelay.Step(
                6, List.of(new Run(new SessionId(9), RelayBench.peer(9), List.of(large))), RelayBench.ROOT);
        List<ToRelay> sent = Fragments.forRelay(3, step);
        assertThat(sent).hasSizeGreaterThan(2);
        sent.forEach(relay::tell);
        assertThat(nextTold()).isInstanceOfSatisfying(Input.Relayed.class, relayed -> {
            assertThat(relayed.seq()).isEqualTo(6);
            assertThat(relayed.packs()).hasSize(1);
        });
    }

    @Test
    void piecesThatDoNotMakeAMessageAreDropped() {
        ActorRef<RelayMessage> relay = live();

        relay.tell(new ToRelay.Fragment(1, 0, 2, new byte[] {99}));
        relay.tell(new ToRelay.Fragment(1, 1, 2, new byte[] {99}));
        relay.tell(RelayBench.step(6));

        assertThat(nextTold()).isInstanceOf(Input.Relayed.class);
    }

    @Test
    void theAttachmentIsRenewedInTime() {
        live();

        pass(1_000);

        assertThat(room.receiveMessage().message()).isInstanceOf(ToRoom.Attach.class);
    }

    @Test
    void aRelayWithoutSessionsStopsAndIsNotHandedOutAgain() {
        ActorRef<RelayMessage> relay = live();
        relay.tell(from(new Effect.Leave()));
        room.receiveMessage();
        assertThat(room.receiveMessage().message()).isInstanceOf(ToRoom.Detach.class);

        for (int i = 0; i < 20; i++) {
            pass(1_000);
        }

        room.expectTerminated(relay);
        assertThat(find()).isNotEqualTo(relay);
    }

    @Test
    void aRelayThatWasHandedOutWaitsForItsSession() {
        ActorRef<RelayMessage> relay = live();
        relay.tell(from(new Effect.Leave()));
        pass(1_900);
        assertThat(find()).isEqualTo(relay);
        for (int i = 0; i < 5; i++) {
            pass(1_000);
        }
        drain();

        enter(relay);

        assertThat(room.receiveMessage().message()).isInstanceOf(ToRoom.Attach.class);
        assertThat(room.receiveMessage().message()).isInstanceOf(ToRoom.Enter.class);
    }

    private ActorRef<RelayMessage> find() {
        directory.tell(new RelayDirectory.Find(RelayBench.ROOM, found.getRef()));
        return found.receiveMessage().relay();
    }

    private ActorRef<RelayMessage> live() {
        ActorRef<RelayMessage> relay = find();
        enter(relay);
        room.receiveMessage();
        RoomEntity.FromRelay enter = room.receiveMessage();
        enter.relay().tell(RelayBench.head(1, 5, 1));
        enter.relay().tell(RelayBench.admission(1, 5));
        relay.tell(from(new Effect.GoLive(11, 5)));
        assertThat(nextTold()).isInstanceOf(Input.Admitted.class);
        assertThat(nextTold()).isInstanceOf(Input.FeedJoined.class);
        return relay;
    }

    private void enter(ActorRef<RelayMessage> relay) {
        relay.tell(from(new Effect.Enter(
                10,
                RelayBench.ROOM,
                RelayBench.peer(1),
                "p1",
                "ui",
                new Summary(List.of(), new Summary.TheirSketch.Absent(), true),
                Subscription.EVERYTHING,
                true,
                Optional.empty())));
    }

    private RoomRelay.FromSession from(Effect.ForRoom request) {
        return new RoomRelay.FromSession(SESSION, told::add, request);
    }

    private Input nextTold() {
        return room.awaitAssert(() -> {
            Input next = told.poll();
            assertThat(next).isNotNull();
            return next;
        });
    }

    private void drain() {
        directory.tell(new RelayDirectory.Find(RelayBench.ROOM, found.getRef()));
        found.receiveMessage();
        room.getRef().tell(new RoomEntity.FromRelay(new ToRoom.Detach(RelayBench.SELF), null));
        while (!(room.receiveMessage().message() instanceof ToRoom.Detach detach
                && detach.relay().equals(RelayBench.SELF))) {
            continue;
        }
    }

    private static void pass(long ms) {
        NOW_MS.addAndGet(ms);
        time.timePasses(Duration.ofMillis(ms));
    }

    private static Node largeNode() {
        Transaction transaction =
                new Transaction(RelayBench.peer(9), 1, 0, List.of(new Op.MapSet("k", new byte[500_000])), List.of());
        return Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[64]);
    }
}
