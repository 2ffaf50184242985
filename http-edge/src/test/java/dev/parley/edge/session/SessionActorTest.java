package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Ed25519;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.core.session.ReadingPace;
import dev.parley.core.session.SessionSettings;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketSettings;
import dev.parley.persistence.relay.RelayDirectory;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SessionActorTest {
    private static final ActorTestKit KIT = ActorTestKit.create();
    private static final PeerId SERVER = Ed25519.signer(new byte[32]).peer();

    private final Socket socket = new Socket();
    private final SessionCensus census = new SessionCensus(new SessionCensus.Bounds(9, 9, 9, 9));
    private final TestProbe<RelayDirectory.Find> relays = KIT.createTestProbe(RelayDirectory.Find.class);

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private ActorRef<SessionActor.Command> start() {
        SessionId id = new SessionId(7);
        census.admit(id, "address", Optional.of(new RoomId("room")));
        SessionContext context = new SessionContext(
                SERVER,
                SessionSettings.DEFAULT,
                ReadingPace.Limit.DEFAULT,
                SocketSettings.DEFAULT,
                relays.getRef(),
                Ed25519.best(),
                new Shares(
                        new FairWorkers(Runnable::run, 1),
                        new FairWorkers(Runnable::run, 1),
                        InboundBudget.unbounded(),
                        new ChunkPermits(1)),
                1,
                new AllowanceTable(0, 0, 1),
                census,
                SessionMeters.NONE,
                () -> 0);
        return KIT.spawn(
                SessionActor.create(context, id, "address", Optional.of(new RoomId("room")), socket, () -> {}));
    }

    @Test
    void itReadsFirstAndAnswersABadHelloInOrder() throws InterruptedException {
        ActorRef<SessionActor.Command> session = start();

        assertThat(socket.next()).isEqualTo("read");
        session.tell(new SessionActor.Told(new Input.FromPeer(new FromPeer.NotJson())));

        assertThat(socket.next()).contains("expected hello");
        assertThat(socket.next()).isEqualTo("hang up 1008 expected hello");
        KIT.createTestProbe().expectTerminated(session);
        assertThat(census.sessions()).isZero();
    }

    @Test
    void aBugInAStepEndsThisSessionWith1011() throws InterruptedException {
        ActorRef<SessionActor.Command> session = start();
        assertThat(socket.next()).isEqualTo("read");

        session.tell(
                new SessionActor.Told(new Input.Relayed(1, List.of()))); // Nobody relays to one who has not said hello.

        assertThat(socket.next()).isEqualTo("hang up 1011 internal error");
        KIT.createTestProbe().expectTerminated(session);
        assertThat(census.sessions()).isZero();
    }

    @Test
    void aBugInTheShellEndsItTheSameWay() throws InterruptedException {
        ActorRef<SessionActor.Command> session = start();
        assertThat(socket.next()).isEqualTo("read");

        session.tell(new SessionActor.Told(null));

        assertThat(socket.next()).isEqualTo("hang up 1011 internal error");
        KIT.createTestProbe().expectTerminated(session);
        assertThat(census.sessions()).isZero();
    }

    @Test
    void aMemberThatLeavesEndsAnIdleSessionAtOnce() throws InterruptedException {
        ActorRef<SessionActor.Command> session = start();
        assertThat(socket.next()).isEqualTo("read");

        census.memberLeaves();

        assertThat(socket.next()).isEqualTo("hang up 1012 service restart");
        KIT.createTestProbe().expectTerminated(session);
    }

    @Test
    void whatTheSocketReportsEndsTheSessionByItsCode() throws InterruptedException {
        ActorRef<SessionActor.Command> session = start();
        assertThat(socket.next()).isEqualTo("read");

        SessionActor.events(session).failed(new SyncFailure.MessageFarTooLarge(1));

        assertThat(socket.next()).isEqualTo("hang up 1009 message too large");
    }

    /** A socket that notes what it is told. */
    private static final class Socket implements SocketDoor {
        private final BlockingQueue<String> told = new LinkedBlockingQueue<>();

        String next() throws InterruptedException {
            return told.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public void reply(Encoded message) {
            told.add(message.json());
        }

        @Override
        public boolean send(Encoded message) {
            return told.add(message.json());
        }

        @Override
        public boolean sendShared(Encoded message) {
            return told.add(message.json());
        }

        @Override
        public void sendDroppable(Encoded message, Optional<String> key) {
            told.add(message.json());
        }

        @Override
        public void replyThenTell(Encoded message) {
            told.add(message.json());
        }

        @Override
        public void readNext() {
            told.add("read");
        }

        @Override
        public void hangUp(int code, String reason) {
            told.add("hang up " + code + " " + reason);
        }
    }
}
