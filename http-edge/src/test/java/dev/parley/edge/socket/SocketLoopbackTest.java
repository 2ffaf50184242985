package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole stage on real sockets; what a session would do is done by the test. */
class SocketLoopbackTest {
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int LIMIT_BYTES = 1_000;
    private static final SocketSettings SETTINGS = new SocketSettings(
            LIMIT_BYTES, 512, 16L << 20, Duration.ofMillis(400), Duration.ofSeconds(30), Duration.ofMillis(600));

    private static ActorSystem<Void> system;
    private static ExecutorService decoders;
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() {
        system = ActorSystem.create(
                Behaviors.empty(),
                "sockets",
                ConfigFactory.parseString("pekko.loglevel = WARNING, pekko.stdout-loglevel = OFF")
                        .withFallback(ConfigFactory.defaultReference())
                        .resolve());
        decoders = Executors.newSingleThreadExecutor();
    }

    @AfterAll
    static void stop() {
        system.terminate();
        decoders.shutdown();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @ParameterizedTest
    @EnumSource(value = CloseCode.class, mode = EnumSource.Mode.EXCLUDE, names = "DROPPED")
    void everyCloseCodeArrivesAfterTheLastQueuedMessage(CloseCode code) throws Exception {
        Listener peer = new Listener();
        Probe session = connect(SETTINGS, peer);

        for (int i = 0; i < 100; i++) {
            session.door.send(text("message " + i));
        }
        session.door.hangUp(code.number(), code.reason());

        for (int i = 0; i < 100; i++) {
            assertThat(peer.next()).isEqualTo("message " + i);
        }
        assertThat(peer.next()).isEqualTo("close " + code.number() + " " + code.reason());
        assertThat(session.next()).isEqualTo("gone");
    }

    @Test
    void oneMessageIsReadForEachCall() throws Exception {
        Listener listener = new Listener();
        Probe session = connect(SETTINGS, listener);
        listener.socket.sendText("first", true).join();
        listener.socket.sendText("sec", false).join();
        listener.socket.sendText("ond", true).join();

        assertThat(session.nothingWithin(Duration.ofMillis(100))).isTrue();
        session.door.readNext();

        assertThat(session.next()).isEqualTo("text first");
        assertThat(session.nothingWithin(Duration.ofMillis(100))).isTrue();
        session.door.readNext();
        assertThat(session.next()).isEqualTo("text second");
    }

    @Test
    void messagesThatAreTooLargeOrBinaryAreSkippedAndTheConnectionLives() throws Exception {
        Listener listener = new Listener();
        Probe session = connect(SETTINGS, listener);

        listener.socket.sendText("x".repeat(LIMIT_BYTES + 1), true).join();
        listener.socket.sendText("x".repeat(LIMIT_BYTES), false).join();
        listener.socket.sendText("x", true).join();
        listener.socket.sendBinary(ByteBuffer.allocate(10), true).join();
        listener.socket.sendText("x".repeat(LIMIT_BYTES), true).join();

        assertThat(session.readNext()).isEqualTo("too large " + LIMIT_BYTES);
        assertThat(session.readNext()).isEqualTo("too large " + LIMIT_BYTES);
        assertThat(session.readNext()).isEqualTo("binary");
        assertThat(session.readNext()).isEqualTo("text " + "x".repeat(LIMIT_BYTES));
    }

    @Test
    void aMessageFarTooLargeEndsTheConnectionWhileItStreamsIn() throws Exception {
        Probe session = new Probe();
        RawPeer peer = raw(SETTINGS, session, 1 << 16);
        session.door.readNext();

        peer.send(PeerFrames.headerOnly(0x80 | TEXT, 4 * LIMIT_BYTES + 1));
        peer.send(new byte[100_000]);

        assertThat(session.next()).isEqualTo("failed MessageFarTooLarge[limitBytes=" + LIMIT_BYTES + "]");
        session.door.hangUp(1009, "message too large");
        RawPeer.Frame close = peer.readUntil(CLOSE);
        assertThat(close.closeCode()).isEqualTo(1009);
    }

    @Test
    void aPingIsAnsweredWithItsPayloadAndOursIsSent() throws Exception {
        Probe session = new Probe();
        RawPeer peer = raw(pinging(Duration.ofMillis(200)), session, 1 << 16);
        session.door.readNext();

        peer.send(PeerFrames.frame(true, PING, "are you there".getBytes(StandardCharsets.UTF_8)));

        assertThat(peer.readUntil(PONG).text()).isEqualTo("are you there");
        assertThat(peer.readUntil(PING).opcode()).isEqualTo(PING);
    }

    @Test
    void aSilentPeerIsDeadOnlyWhileWeRead() throws Exception {
        Probe read = new Probe();
        Probe unread = new Probe();
        RawPeer silent = raw(pinging(Duration.ofMillis(120)), read, 1 << 16);
        RawPeer patient = raw(pinging(Duration.ofMillis(120)), unread, 1 << 16);

        read.door.readNext();

        assertThat(read.next()).isEqualTo("failed PeerDead[]");
        assertThat(silent.read().opcode()).isEqualTo(PING);
        assertThat(silent.read().opcode()).as("it was asked twice").isEqualTo(PING);
        assertThat(unread.nothingWithin(Duration.ofMillis(500))).isTrue();
        patient.send(PeerFrames.frame(true, TEXT, "alive".getBytes(StandardCharsets.UTF_8)));
        assertThat(unread.readNext()).isEqualTo("text alive");
    }

    @Test
    void aPeerThatAnswersPingsStays() throws Exception {
        Listener listener = new Listener();
        Probe session = connect(pinging(Duration.ofMillis(300)), listener);

        session.door.readNext();

        assertThat(session.nothingWithin(Duration.ofMillis(2_000))).isTrue();
    }

    @Test
    void aMessageThatIsNotTakenInTimeIsAStallAndTheConnectionIsDropped() throws Exception {
        Probe session = new Probe();
        RawPeer peer = raw(SETTINGS, session, 4 << 10);

        for (int i = 0; i < 15; i++) {
            session.door.send(text("x".repeat(1 << 20)));
        }

        assertThat(session.next()).startsWith("failed SendStalled");
        session.door.hangUp(1011, "server overload");
        assertThat(session.next()).isEqualTo("gone");
        assertThat(peer.readUntil(CLOSE)).isEqualTo(RawPeer.Frame.END);
    }

    @Test
    void aFullQueueIsDiscardedAndTheCloseFrameGoesNext() throws Exception {
        SocketSettings slow = new SocketSettings(
                LIMIT_BYTES, 20, 64L << 20, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(10));
        Probe session = new Probe();
        RawPeer peer = raw(slow, session, 4 << 10);

        int taken = 0;
        while (session.door.send(text(taken + " " + "x".repeat(1 << 20)))) {
            taken++;
        }
        session.door.hangUp(4001, "resync required");

        int received = 0;
        RawPeer.Frame frame = peer.read();
        for (; frame.opcode() == TEXT; frame = peer.read()) {
            assertThat(frame.text()).startsWith(received + " ");
            received++;
        }
        assertThat(frame.opcode()).isEqualTo(CLOSE);
        assertThat(frame.closeCode()).isEqualTo(4001);
        assertThat(frame.closeReason()).isEqualTo("resync required");
        assertThat(received).isLessThanOrEqualTo(taken - 20);
    }

    @Test
    void drainedIsToldOnceTheQueueIsEmpty() throws Exception {
        Listener listener = new Listener();
        Probe session = connect(SETTINGS, listener);

        session.door.replyThenTell(text("chunk"));

        assertThat(session.next()).isEqualTo("drained");
        assertThat(listener.next()).isEqualTo("chunk");
        session.door.replyThenTell(text("next chunk"));
        assertThat(session.next()).isEqualTo("drained");
    }

    @Test
    void theConnectionEndsWhenThePeerAnswersOurClose() throws Exception {
        SocketSettings patient = new SocketSettings(
                LIMIT_BYTES, 512, 16L << 20, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(60));
        Probe session = new Probe();
        RawPeer peer = raw(patient, session, 1 << 16);

        session.door.hangUp(4001, "resync required");
        assertThat(peer.read().closeCode()).isEqualTo(4001);
        peer.send(PeerFrames.frame(true, CLOSE, new byte[] {0x0f, (byte) 0xa1}));

        assertThat(peer.read()).isEqualTo(RawPeer.Frame.END);
        assertThat(session.next()).isEqualTo("gone");
    }

    @Test
    void droppingEndsTheConnectionWithoutACloseFrame() throws Exception {
        Probe session = new Probe();
        RawPeer peer = raw(SETTINGS, session, 1 << 16);

        session.door.hangUp(CloseCode.DROPPED.number(), CloseCode.DROPPED.reason());

        assertThat(peer.read()).isEqualTo(RawPeer.Frame.END);
        assertThat(session.next()).isEqualTo("gone");
    }

    @Test
    void aPeerThatTakesNoRepliesIsNotReadUntilItDoes() throws Exception {
        Probe session = new Probe();
        SocketSettings settings = new SocketSettings(
                LIMIT_BYTES, 1, 1, Duration.ofSeconds(30), Duration.ofSeconds(30), Duration.ofSeconds(10));
        RawPeer peer = raw(settings, session, 4 << 10);

        for (int i = 0; i < 2 * Outbox.REPLIES_MAX; i++) {
            session.door.reply(text("x".repeat(1 << 18)));
        }
        session.door.readNext();
        peer.send(PeerFrames.frame(true, TEXT, "more".getBytes(StandardCharsets.UTF_8)));

        assertThat(session.nothingWithin(Duration.ofMillis(200))).isTrue();
        for (int i = 0; i < 2 * Outbox.REPLIES_MAX; i++) {
            assertThat(peer.read().opcode()).isEqualTo(TEXT);
        }
        assertThat(session.next()).isEqualTo("text more");
    }

    @Test
    void thePeersCloseIsAnsweredWithItsCode() throws Exception {
        Listener listener = new Listener();
        Probe session = connect(SETTINGS, listener);
        session.door.readNext();

        listener.socket.sendClose(4321, "bye").join();

        assertThat(session.next()).isEqualTo("gone");
        assertThat(listener.next()).isEqualTo("close 4321 ");
    }

    @Test
    void aBreachOfTheProtocolClosesWith1002() throws Exception {
        Probe session = new Probe();
        RawPeer peer = raw(SETTINGS, session, 1 << 16);
        session.door.readNext();

        peer.send(new byte[] {(byte) 0x81, 1, 'x'});

        RawPeer.Frame close = peer.readUntil(CLOSE);
        assertThat(close.closeCode()).isEqualTo(1002);
        assertThat(close.closeReason()).isEqualTo("frame is not masked");
        assertThat(session.next()).isEqualTo("gone");
    }

    @Test
    void aConnectionThatBreaksIsGone() throws Exception {
        Probe session = new Probe();
        RawPeer peer = raw(SETTINGS, session, 1 << 16);
        session.door.readNext();

        peer.close();

        assertThat(session.next()).isEqualTo("gone");
    }

    @Test
    void theHandshakeNegotiatesNoExtension() throws Exception {
        RawPeer peer = new RawPeer(serve(SETTINGS, new Probe()), "/ws/x", 1 << 16);
        open.add(peer);

        assertThat(peer.readHead())
                .startsWith("HTTP/1.1 101 ")
                .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                .doesNotContain("Extensions");
    }

    private static Encoded text(String json) {
        return new Encoded(json, json.length());
    }

    private static SocketSettings pinging(Duration interval) {
        return new SocketSettings(LIMIT_BYTES, 512, 16L << 20, Duration.ofSeconds(5), interval, Duration.ofMillis(600));
    }

    private Probe connect(SocketSettings settings, Listener listener) throws Exception {
        Probe probe = new Probe();
        URI uri = URI.create("ws://127.0.0.1:" + serve(settings, probe) + "/ws/x");
        listener.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(uri, listener)
                .get(20, TimeUnit.SECONDS);
        open.add(() -> listener.socket.abort());
        probe.awaitDoor();
        return probe;
    }

    private RawPeer raw(SocketSettings settings, Probe probe, int receiveBufferBytes) throws Exception {
        RawPeer peer = new RawPeer(serve(settings, probe), "/ws/x", receiveBufferBytes);
        open.add(peer);
        peer.readHead();
        probe.awaitDoor();
        return peer;
    }

    private int serve(SocketSettings settings, Probe probe) throws Exception {
        SessionSockets sockets = new SessionSockets(
                settings,
                SocketShares.unbounded(decoders),
                (bytes, offset, length) ->
                        new FromPeer.Unknown(new String(bytes, offset, length, StandardCharsets.UTF_8)));
        ServerBinding binding = Http.get(system)
                .newServerAt("127.0.0.1", 0)
                .bindSync(request -> sockets.open(
                        request.getAttribute(AttributeKeys.webSocketUpgrade).orElseThrow(), probe::connect))
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        open.add(binding::unbind);
        return binding.localAddress().getPort();
    }

    /** Stands where a session stands. */
    private static final class Probe implements SocketEvents {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final BlockingQueue<SocketDoor> doors = new LinkedBlockingQueue<>();
        private volatile SocketDoor door;

        SocketEvents connect(SocketDoor opened) {
            doors.add(opened);
            return this;
        }

        void awaitDoor() throws InterruptedException {
            door = doors.poll(20, TimeUnit.SECONDS);
        }

        String readNext() throws InterruptedException {
            door.readNext();
            return next();
        }

        String next() throws InterruptedException {
            return events.poll(20, TimeUnit.SECONDS);
        }

        boolean nothingWithin(Duration time) throws InterruptedException {
            return events.poll(time.toMillis(), TimeUnit.MILLISECONDS) == null;
        }

        @Override
        public void message(FromPeer message) {
            events.add(
                    switch (message) {
                        case FromPeer.Unknown(var text) -> "text " + text;
                        case FromPeer.Binary() -> "binary";
                        case FromPeer.TooLarge(var limit) -> "too large " + limit;
                        default -> message.toString();
                    });
        }

        @Override
        public void failed(SyncFailure why) {
            events.add("failed " + why);
        }

        @Override
        public void gone() {
            events.add("gone");
        }

        @Override
        public void drained() {
            events.add("drained");
        }
    }

    /** A well-behaved peer. */
    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>();
        private final StringBuilder message = new StringBuilder();
        private volatile WebSocket socket;

        String next() throws InterruptedException {
            return arrived.poll(20, TimeUnit.SECONDS);
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                arrived.add(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int statusCode, String reason) {
            arrived.add("close " + statusCode + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            arrived.add("error " + error);
        }
    }
}
