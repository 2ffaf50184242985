package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What sockets of one member share, on real connections. */
class SocketBudgetTest {
    private static final int RECEIVE_BYTES = 64 << 10;
    private static final int LARGE_BYTES = 200_000;
    private static ActorSystem<Void> system;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Duration closeTimeout = Duration.ofMillis(300);
    private Executor decoders = Runnable::run;

    @BeforeAll
    static void start() {
        system = ActorSystem.create(
                Behaviors.empty(),
                "budgets",
                ConfigFactory.parseString("pekko.loglevel = WARNING, pekko.stdout-loglevel = OFF")
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve());
    }

    @AfterAll
    static void stop() {
        system.terminate();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void aFullMemberReadsNothingMoreUntilSomethingIsAnswered() throws Exception {
        InboundBudget inbound = new InboundBudget(1_000_000, Duration.ofSeconds(60));
        List<InboundBudget.Held> packs = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            packs.add(inbound.held());
            packs.getLast().set(50_000);
        }
        Session session = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), session);

        session.door.readNext();
        peer.send(text("hello"));
        assertThat(session.events.poll(200, TimeUnit.MILLISECONDS)).isNull();
        assertThat(inbound.partsWaiting()).isEqualTo(1);
        packs.forEach(each -> each.set(0));

        assertThat(session.next()).isEqualTo("message 5");
    }

    @Test
    void aLargeMessageCountsUntilTheSessionWantsAnother() throws Exception {
        InboundBudget inbound = new InboundBudget(1_000_000, Duration.ofSeconds(60));
        Session session = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), session);

        session.door.readNext();
        peer.send(text("x".repeat(LARGE_BYTES)));
        assertThat(session.next()).isEqualTo("message " + LARGE_BYTES);
        assertThat(inbound.bytesHeld()).isEqualTo(Arrivals.COPIES * LARGE_BYTES);
        session.door.readNext();
        peer.send(text("more"));

        assertThat(session.next()).isEqualTo("message 4");
        assertThat(inbound.bytesHeld()).isZero();
    }

    @Test
    void aLargeMessageCountsNoLongerOnceItsSessionCountsItsPack() throws Exception {
        InboundBudget inbound = new InboundBudget(1_000_000, Duration.ofSeconds(60));
        Session session = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), session);
        session.door.readNext();
        peer.send(text("x".repeat(LARGE_BYTES)));
        assertThat(session.next()).isEqualTo("message " + LARGE_BYTES);

        session.door.taken();

        while (inbound.bytesHeld() > 0) {
            Thread.onSpinWait();
        }
        peer.send(text("unread"));
        assertThat(session.events.poll(100, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void aMessageThatTakesForeverMakesRoomForTheOthers() throws Exception {
        InboundBudget inbound = new InboundBudget(150_000, Duration.ofMillis(300));
        Session slow = new Session();
        RawPeer drips = connect(inbound, OutboundBudget.unbounded(), slow);
        slow.door.readNext();
        byte[] large = text("x".repeat(LARGE_BYTES));
        drips.send(Arrays.copyOf(large, 160_000));
        while (inbound.bytesHeld() < 150_000) {
            Thread.onSpinWait();
        }
        Session healthy = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), healthy);
        healthy.door.readNext();
        peer.send(text("y".repeat(LARGE_BYTES)));

        assertThat(slow.next()).isEqualTo("failed server is overloaded, try again");
        slow.door.hangUp(1011, "server overload");

        assertThat(healthy.next()).isEqualTo("message " + LARGE_BYTES);
    }

    @Test
    void theLargestOfManyLaggardsFallsBehindFirst() throws Exception {
        OutboundBudget outbound = new OutboundBudget(3_000_000);
        Session lags = new Session();
        Session keepsUp = new Session();
        connect(InboundBudget.unbounded(), outbound, lags);
        RawPeer reads = connect(InboundBudget.unbounded(), outbound, keepsUp);

        for (int i = 0; i < 400 && lags.events.isEmpty(); i++) {
            Encoded message = new Encoded("\"" + i + "x".repeat(100_000) + "\"", 100_000);
            lags.door.send(message);
            if (i % 20 == 0) {
                keepsUp.door.send(message);
                reads.read();
            }
        }

        assertThat(lags.next()).isEqualTo("failed behind");
        assertThat(keepsUp.events).isEmpty();
        assertThat(outbound.bytesHeld()).isLessThan(3_000_000);
    }

    @Test
    void whoGetsSpaceNowAndThenIsNotOverloaded() throws Exception {
        InboundBudget inbound = new InboundBudget(1_000_000, Duration.ofMillis(500));
        InboundBudget.Held[] packs = {inbound.held(), inbound.held(), inbound.held()};
        Session session = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), session);

        for (int i = 0; i < 10; i++) {
            for (InboundBudget.Held each : packs) {
                each.set(60_000);
            }
            session.door.readNext();
            peer.send(text("hello"));
            assertThat(session.events.poll(150, TimeUnit.MILLISECONDS)).isNull();
            for (InboundBudget.Held each : packs) {
                each.set(0);
            }
            assertThat(session.next()).isEqualTo("message 5");
        }
    }

    @Test
    void aMessageCutShortByACloseIsHeldNoLonger() throws Exception {
        InboundBudget inbound = new InboundBudget(1_000_000, Duration.ofSeconds(60));
        closeTimeout = Duration.ofSeconds(60);
        Session session = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), session);
        session.door.readNext();
        byte[] large = text("x".repeat(LARGE_BYTES));
        peer.send(Arrays.copyOf(large, 150_000));
        while (inbound.bytesHeld() < 150_000 - 14) {
            Thread.onSpinWait();
        }

        session.door.hangUp(4001, "resync required");
        RawPeer.Frame close = peer.readUntil(8);
        assertThat(close.closeCode()).isEqualTo(4001);
        assertThat(inbound.bytesHeld()).isZero();

        // What the peer still sends is skipped, up to its answer.
        peer.send(Arrays.copyOfRange(large, 150_000, large.length));
        peer.send(text("y".repeat(LARGE_BYTES)));
        peer.send(PeerFrames.frame(true, 8, new byte[] {0x0f, (byte) 0xa1}));
        assertThat(peer.read()).isEqualTo(RawPeer.Frame.END);
    }

    @Test
    void aMessageWhosePeerHasLeftIsHeldUntilADecoderHasIt() throws Exception {
        InboundBudget inbound = new InboundBudget(1_000_000, Duration.ofSeconds(60));
        BlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
        decoders = waiting::add;
        Session session = new Session();
        RawPeer peer = connect(inbound, OutboundBudget.unbounded(), session);
        session.door.readNext();
        peer.send(text("x".repeat(LARGE_BYTES)));
        Runnable decoding = waiting.poll(20, TimeUnit.SECONDS);

        peer.close();
        assertThat(session.gone.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(inbound.bytesHeld()).isEqualTo(Arrivals.COPIES * LARGE_BYTES);
        decoding.run();

        assertThat(inbound.bytesHeld()).isZero();
        assertThat(session.events).isEmpty();
    }

    private static byte[] text(String text) {
        return PeerFrames.frame(true, 1, text.getBytes(StandardCharsets.UTF_8));
    }

    private RawPeer connect(InboundBudget inbound, OutboundBudget outbound, Session session) throws Exception {
        SessionSockets sockets = new SessionSockets(
                new SocketSettings(
                        1 << 20, 100_000, 1L << 40, Duration.ofSeconds(30), Duration.ofSeconds(30), closeTimeout),
                new SocketShares(decoders, decoders, inbound, outbound),
                (bytes, offset, length) -> new FromPeer.Unknown(Integer.toString(length)));
        ServerBinding binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bindSync(request -> sockets.open(
                        request.getAttribute(AttributeKeys.webSocketUpgrade).orElseThrow(), session::connect))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        open.add(binding::unbind);
        RawPeer peer = new RawPeer(binding.localAddress().getPort(), "/ws/x", RECEIVE_BYTES);
        open.add(peer);
        peer.readHead();
        session.door = session.doors.poll(20, TimeUnit.SECONDS);
        return peer;
    }

    private static final class Session implements SocketEvents {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<SocketDoor> doors = new LinkedBlockingQueue<>();
        private final CountDownLatch gone = new CountDownLatch(1);
        private volatile SocketDoor door;

        SocketEvents connect(SocketDoor opened) {
            doors.add(opened);
            return this;
        }

        String next() throws InterruptedException {
            return events.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public void message(FromPeer message) {
            events.add("message " + ((FromPeer.Unknown) message).type());
        }

        @Override
        public void failed(SyncFailure why) {
            events.add(
                    switch (why) {
                        case SyncFailure.TooManySessions(var text) -> "failed " + text;
                        case SyncFailure.PeerTooSlow slow -> "failed behind";
                        default -> "failed " + why;
                    });
        }

        @Override
        public void gone() {
            gone.countDown();
        }

        @Override
        public void drained() {}
    }
}
