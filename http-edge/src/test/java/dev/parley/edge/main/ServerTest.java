package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on loopback: the words and codes of its ports. */
class ServerTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String KEY = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private static Server server;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() {
        server = Server.start(settings(
                directory,
                "edge.hello-timeout=1s",
                "edge.max-message=1MiB",
                "edge.allowed-origins=https://app.example"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static Settings settings(Path directory, String... assignments) {
        List<String> all =
                new ArrayList<>(List.of("edge.port=0", "edge.admin-port=0", "journal.directory=" + directory));
        all.addAll(List.of(assignments));
        return new SettingsSources(Map.of()).assignments(all).read();
    }

    @Test
    void whatIsNoUpgradeToARoomIsRefusedInASentence() throws Exception {
        assertThat(get(server.port(), "/ws/room")).isEqualTo("400 WebSocket upgrade required");
        assertThat(get(server.port(), "/ws/runtime")).isEqualTo("400 WebSocket upgrade required");
        assertThat(get(server.port(), "/other")).isEqualTo("404 Parley serves rooms as WebSockets at /ws/{room}.");
        assertThat(upgradeStatus("/ws/%00")).isEqualTo(400);
        assertThat(upgradeStatus("/ws/" + "a".repeat(257))).isEqualTo(400);
    }

    @Test
    void anOriginThatIsNotAllowedIsRefused() {
        assertThat(upgradeStatus("/ws/room", "https://evil.example")).isEqualTo(403);
        assertThat(upgradeStatus("/ws/room", "https://app.example")).isEqualTo(101);
    }

    @Test
    void noHelloInTimeDropsTheConnection() throws Exception {
        try (LoopbackPeer peer = new LoopbackPeer(server.port(), "/ws/quiet", 1)) {
            assertThat(peer.next("close")).isEqualTo("close 1006 ");
        }
    }

    @Test
    void aBadHelloGetsItsEnvelopeAndThenTheClose() throws Exception {
        try (LoopbackPeer peer = new LoopbackPeer(server.port(), "/ws/bad", 1)) {
            peer.send("{\"type\":\"pack\"}");

            assertThat(peer.next()).contains("\"type\":\"error\"").contains("expected hello");
            assertThat(peer.next()).isEqualTo("close 1008 expected hello");
        }
    }

    @Test
    void helloNamesTheRoomOnTheRouteWithoutOne() throws Exception {
        try (LoopbackPeer peer = new LoopbackPeer(server.port(), "/ws/runtime", 1)) {
            peer.send("{\"type\":\"hello\",\"room\":\"named by hello\",\"pubkey\":\"" + KEY + "\"}");

            assertThat(peer.next()).startsWith("{\"type\":\"welcome\"").contains("\"room\":\"named by hello\"");
        }
    }

    @Test
    void messagesTooLargeOrBinaryAreAnsweredAndTheSessionGoesOn() throws Exception {
        try (LoopbackPeer peer = LoopbackPeer.joined(server.port(), "sizes", 1)) {
            peer.send("x".repeat((1 << 20) + 1));
            assertThat(peer.next("{\"type\":\"error\"")).contains("message too large");
            peer.socket().sendBinary(ByteBuffer.allocate(3), true).join();
            assertThat(peer.next("{\"type\":\"error\"")).contains("text messages required");
            peer.send("{\"type\":\"noop\"}");
            assertThat(peer.next()).isEqualTo("{\"type\":\"noop-ack\"}");
            peer.send("x".repeat((4 << 20) + 1));
            assertThat(peer.next("close")).isEqualTo("close 1009 message too large");
        }
    }

    /** Browsers send these characters as they are. */
    @Test
    void aRoomNameMayHoldWhatBrowsersDoNotEncode() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            ("GET /ws/a|b^c[d]e HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));

            byte[] start = socket.getInputStream().readNBytes(12);

            assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
        }
    }

    @Test
    void twoPeersMeetInARoomWhoseNameNeedsEncoding() throws Exception {
        String room = "a+b%7C%2F%25%F0%9F%8E%89";
        try (LoopbackPeer writer = LoopbackPeer.joined(server.port(), room, 1);
                LoopbackPeer reader = LoopbackPeer.joined(server.port(), room, 2)) {
            writer.send(writer.pack(3, 10));

            assertThat(writer.next("{\"type\":\"pack-ack\""))
                    .contains("\"room\":\"a+b|/%🎉\"")
                    .contains("\"accepted_count\":3");
            assertThat(reader.next("{\"type\":\"pack\"")).contains("\"nodes\":");
            assertThat(get(server.adminPort(), "/rooms/" + room))
                    .startsWith("200")
                    .contains("\"nodes\":3");
        }
    }

    @Test
    void theOperatorsPortReportsAndLocks() throws Exception {
        try (LoopbackPeer peer = LoopbackPeer.joined(server.port(), "watched", 1)) {
            peer.send(peer.pack(2, 10));
            peer.next("{\"type\":\"pack-ack\"");

            assertThat(get(server.adminPort(), "/ready")).startsWith("200");
            assertThat(get(server.adminPort(), "/live")).startsWith("200");
            assertThat(get(server.adminPort(), "/rooms")).startsWith("200").contains("\"room\":\"watched\"");
            assertThat(get(server.adminPort(), "/rooms/watched")).contains("\"locked\":false");
            assertThat(get(server.adminPort(), "/metrics"))
                    .contains("nodalmerge_nodes_accepted_total{room=\"watched\"} 2.0")
                    .contains("# TYPE nodalmerge_rooms_total gauge")
                    .contains("nodalmerge_peers_total{room=\"watched\"} 1")
                    .contains("nodalmerge_hello_seconds_bucket")
                    .contains("nodalmerge_merge_batch_seconds_bucket")
                    .contains("nodalmerge_journal_commit_seconds_bucket")
                    .contains("nodalmerge_sessions ");
        }
        assertThat(lock("watched", "text/plain", "{\"pubkey\":\"" + KEY + "\"}"))
                .startsWith("415");
        assertThat(lock("watched", "application/json", "{\"pubkey\":\"xyz\"}")).startsWith("400");
        assertThat(lock("watched", "application/json", " ".repeat(5_000) + "{\"pubkey\":\"" + KEY + "\"}"))
                .startsWith("413");
        assertThat(lock("watched", "application/json", "{\"pubkey\":\"" + KEY + "\"}"))
                .startsWith("200");
        assertThat(lock("watched", "application/json", "{\"pubkey\":\"" + KEY + "\"}"))
                .isEqualTo("409 {\"error\":\"room already locked\"}\n");
        try (LoopbackPeer peer = new LoopbackPeer(server.port(), "/ws/watched", 1)) {
            peer.hello();
            assertThat(peer.next("{\"type\":\"error\"")).contains("auth: room is locked");
            assertThat(peer.next("close")).startsWith("close 1008 auth: room is locked");
        }
        assertThat(get(server.adminPort(), "/metrics"))
                .contains("nodalmerge_auth_denied_total{reason=\"unauthorized.token_missing");
    }

    @Test
    void aChangeNeedsAKnownHostAndOffLoopbackTheToken(@TempDir Path data) throws Exception {
        assertThat(rawLock(server.adminPort(), "evil.example", "")).startsWith("HTTP/1.1 403 ");
        assertThat(rawLock(server.adminPort(), "localhost:" + server.adminPort(), ""))
                .startsWith("HTTP/1.1 200 ");
        try (Server open = Server.start(settings(data, "edge.admin-host=0.0.0.0", "edge.admin-token=secret"))) {
            assertThat(rawLock(open.adminPort(), "localhost", "")).startsWith("HTTP/1.1 401 ");
            assertThat(rawLock(open.adminPort(), "localhost", "Authorization: Bearer wrong\r\n"))
                    .startsWith("HTTP/1.1 401 ");
            assertThat(rawLock(open.adminPort(), "localhost", "Authorization: Bearer secret\r\n"))
                    .startsWith("HTTP/1.1 200 ");
        }
        assertThat(AdminGuard.of("0.0.0.0", "").tokenNeeded()).isTrue();
        assertThat(AdminGuard.of("127.0.0.1", "").tokenNeeded()).isFalse();
    }

    private static String rawLock(int port, String host, String headers) throws Exception {
        String body = "{\"pubkey\":\"" + KEY + "\"}";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("POST /rooms/guarded/lock HTTP/1.1\r\nHost: " + host + "\r\n" + headers
                                    + "Content-Type: application/json\r\nContent-Length: " + body.length()
                                    + "\r\nConnection: close\r\n\r\n" + body)
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aPackOverTheQuotaClosesWith4008AndNothingElse(@TempDir Path data) throws Exception {
        try (Server strict = Server.start(settings(data, "limits.nodes-per-second=2", "limits.initial-burst-nodes=0"));
                LoopbackPeer peer = LoopbackPeer.joined(strict.port(), "room", 1)) {
            peer.send(peer.pack(5, 10));

            assertThat(peer.next()).isEqualTo("close 4008 rate limit exceeded");
        }
    }

    @Test
    void aPeerThatFallsBehindIsToldToResync(@TempDir Path data) throws Exception {
        try (Server small = Server.start(settings(
                        data, "edge.relay-buffer=2", "limits.nodes-per-second=0", "limits.bytes-per-second=0"));
                LoopbackPeer slow = LoopbackPeer.joined(small.port(), "room", 1);
                LoopbackPeer writer = LoopbackPeer.joined(small.port(), "room", 2)) {
            slow.pause();
            for (int i = 0; i < 30; i++) {
                writer.send(writer.pack(1, 400_000));
                assertThat(writer.next("{\"type\":\"pack-ack\"")).contains("\"accepted_count\":1");
            }
            slow.resume();

            assertThat(slow.next("close")).isEqualTo("close 4001 resync required");
            assertThat(get(small.adminPort(), "/metrics"))
                    .contains("nodalmerge_broadcast_lagged_total{room=\"room\"} 1.0");
        }
    }

    @Test
    void aFullServerAnswersTheUpgradeWith503(@TempDir Path data) throws Exception {
        try (Server small = Server.start(settings(data, "edge.sessions-max=1"));
                LoopbackPeer peer = LoopbackPeer.joined(small.port(), "room", 1)) {
            assertThat(peer.socket().isInputClosed()).isFalse();
            assertThat(refusedWith(() -> new LoopbackPeer(small.port(), "/ws/room", 2)))
                    .isEqualTo(503);
        }
    }

    @Test
    void aServerThatStopsSaysSoAndKeepsWhatItAcknowledged(@TempDir Path data) throws Exception {
        LoopbackPeer early;
        try (Server first = Server.start(settings(data))) {
            early = LoopbackPeer.joined(first.port(), "room", 1);
            early.send(early.pack(4, 10));
            early.next("{\"type\":\"pack-ack\"");
        }
        assertThat(early.next("close")).isEqualTo("close 1012 service restart");
        try (Server second = Server.start(settings(data));
                LoopbackPeer peer = new LoopbackPeer(second.port(), "/ws/room", 2)) {
            peer.hello();
            assertThat(peer.next()).startsWith("{\"type\":\"welcome\"");
            assertThat(peer.next()).startsWith("{\"type\":\"pack\"");
            assertThat(get(second.adminPort(), "/rooms/room")).contains("\"nodes\":4");
        }
    }

    private static String get(int port, String path) throws Exception {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static String lock(String room, String type, String body) throws Exception {
        HttpResponse<String> response = HTTP.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + server.adminPort() + "/rooms/" + room + "/lock"))
                        .header("Content-Type", type)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    private static int upgradeStatus(String target, String... origin) {
        return refusedWith(() -> {
            var builder = HTTP.newWebSocketBuilder();
            Stream.of(origin).forEach(value -> builder.header("Origin", value));
            builder.buildAsync(
                            URI.create("ws://127.0.0.1:" + server.port() + target),
                            new java.net.http.WebSocket.Listener() {})
                    .join()
                    .abort();
        });
    }

    /** The status that an upgrade was answered with; 101 when it was accepted. */
    private static int refusedWith(ThrowingCallable upgrade) {
        try {
            upgrade.call();
            return 101;
        } catch (Throwable failure) {
            Throwable cause = failure instanceof CompletionException || failure instanceof ExecutionException
                    ? failure.getCause()
                    : failure;
            if (cause instanceof WebSocketHandshakeException refused) {
                return refused.getResponse().statusCode();
            }
            throw new AssertionError("the upgrade failed otherwise", failure);
        }
    }
}
