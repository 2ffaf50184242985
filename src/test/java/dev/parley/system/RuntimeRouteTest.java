package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The route without a room, and the session commands of the second client (spec 03 §§1, 2.2, 12.4). */
class RuntimeRouteTest {
    @TempDir
    static Path data;

    private static LocalServer server;

    @BeforeAll
    static void start() {
        server = LocalServer.start(data, "edge.hello-timeout=3s");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static WirePeer connected(int seed) throws Exception {
        return WirePeer.connect(server.at("runtime"), seed);
    }

    @Test
    void whatComesBeforeHelloIsAnsweredAndTheSocketStaysOpen() throws Exception {
        try (WirePeer peer = connected(1)) {
            for (String early : new String[] {"noop", "ensure-room", "open-session", "close-session", "pack", "x"}) {
                peer.send(WirePeer.message(early));
                peer.expectError("hello must be sent first");
            }
            peer.sendText("{not json");
            JsonNode error = peer.expect("error");
            assertThat(error.path("msg").asText()).isEqualTo("hello must be sent first");
            assertThat(error.path("status").asText()).isEqualTo("InvalidCommand");
            assertThat(error.path("reason_class").asText()).isEqualTo("reject.protocol_invalid_message");
            peer.sendText("[]");
            peer.expectError("hello must be sent first");
            peer.sendBinary(new byte[] {1});
            peer.expectError("text messages required");
            peer.send(peer.hello());
            peer.expectError("hello.room is required");
            peer.send(peer.hello().put("room", 5));
            peer.expectError("hello.room is required");
            peer.send(peer.hello().put("room", ""));
            peer.expectError("hello.room is required");

            peer.send(peer.hello().put("room", "by-hello"));

            assertThat(peer.expect("welcome").path("room").asText()).isEqualTo("by-hello");
            peer.expectQuiet();
        }
    }

    @Test
    void helloWithoutAKeyEndsItHereToo() throws Exception {
        try (WirePeer peer = connected(1)) {
            peer.send(WirePeer.message("hello").put("room", "r").put("pubkey", "xyz"));

            peer.expectError("hello.pubkey is required");
            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(1008, "hello.pubkey is required"));
        }
    }

    @Test
    void theDeadlineForHelloHoldsWhateverIsSaidBefore() throws Exception {
        try (WirePeer peer = connected(1)) {
            long startedNs = System.nanoTime();
            peer.send(WirePeer.message("noop"));
            peer.expectError("hello must be sent first");

            Seen end = peer.next();

            assertThat(end).isNotInstanceOf(Seen.Message.class);
            assertThat(System.nanoTime() - startedNs).isBetween(2_000_000_000L, 15_000_000_000L);
        }
    }

    @Test
    void bothRoutesLeadToTheSameRoomAndClientHelloIsHello() throws Exception {
        try (WirePeer byPath = WirePeer.join(server.room("shared"), 1);
                WirePeer byHello = connected(2)) {
            byHello.send(byHello.hello().put("type", "client-hello").put("room", "shared"));

            assertThat(byHello.expect("welcome").path("peers").get(0).asText()).isEqualTo(byPath.pubkey());
            assertThat(byPath.expect("peer-joined").path("pubkey").asText()).isEqualTo(byHello.pubkey());
            byHello.sendPack(byHello.write("k", "v"));
            byHello.expect("pack-ack");
            assertThat(WirePeer.nodes(byPath.expect("pack"))).hasSize(1);
        }
    }

    @Test
    void theRoomOfThePathCountsWhereThereIsOne() throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room("of-the-path"), 1)) {
            peer.send(peer.hello().put("room", "of-hello"));

            assertThat(peer.expect("welcome").path("room").asText()).isEqualTo("of-the-path");
        }
    }

    @Test
    void sessionCommandsHaveTheirReplies() throws Exception {
        String room = "replies";
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            peer.send(peer.hello());
            long session = peer.expect("welcome").path("session_id").asLong();

            peer.send(WirePeer.message("ensure-room"));
            assertThat(peer.expect("room-ensured").path("room").asText()).isEqualTo(room);
            peer.send(WirePeer.message("open-session"));
            JsonNode opened = peer.expect("session-opened");
            assertThat(opened.path("room").asText()).isEqualTo(room);
            assertThat(opened.path("session_id").asLong()).isEqualTo(session);
            peer.send(WirePeer.message("server-info"));
            assertThat(peer.expect("server-info").path("pubkey").asText())
                    .isEqualTo(server.key().toHex());
            peer.send(WirePeer.message("noop"));
            assertThat(peer.expect("noop-ack").size()).isEqualTo(1);
            peer.send(peer.hello());
            peer.expectError("hello already processed for this connection");
            peer.send(peer.hello().put("type", "client-hello"));
            peer.expectError("hello already processed for this connection");

            peer.send(WirePeer.message("close-session"));
            JsonNode closed = peer.expect("session-closed");
            ObjectNode wanted =
                    WirePeer.message("session-closed").put("room", room).put("session_id", session);
            assertThat(closed.toString()).isEqualTo(wanted.toString());
            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(1000, "session closed"));
        }
    }
}
