package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What peers want of a room that is just being moved is answered once and in order, and its roster stays right. */
class MovingRoomRequestsTest {
    private static final String ROOM = "asked";
    private static final int ROUNDS = 4;
    private static final int ROW = 8;

    @TempDir
    Path data;

    private LocalServer server;

    @BeforeEach
    void start() {
        server = LocalServer.start(data);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void rowOfRequestsIsAnsweredOnceAndInOrder() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(ROOM), 1)) {
            List<NodeId> written = new ArrayList<>();
            for (int round = 0; round < ROW; round++) {
                Node node = peer.write("k" + round, "v");
                List<JsonNode> row = List.of(
                        pack(node),
                        withIds("request", "known", written),
                        WirePeer.message("noop"),
                        pack(node),
                        mstRequest(),
                        withIds("mst-done", "ids", List.of(node.id())),
                        WirePeer.message("subscribe"),
                        WirePeer.message("set-room-key"));

                for (int i = 0; i < row.size(); i++) {
                    if (i == round) { // At another place each time.
                        server.stopRoom(ROOM);
                    }
                    peer.send(row.get(i));
                }

                assertThat(peer.expect("pack-ack").path("accepted_count").asInt())
                        .isEqualTo(1);
                assertThat(WirePeer.ids(peer.expect("pack"))).containsExactly(node.id());
                peer.expect("noop-ack");
                assertThat(peer.expect("pack-ack").path("accepted_count").asInt())
                        .isEqualTo(1);
                assertThat(peer.expect("mst-response").path("nodes")).hasSize(1);
                assertThat(WirePeer.ids(peer.expect("pack"))).containsExactly(node.id());
                peer.expect("subscribe-ack");
                peer.expectError("reject.control_plane_forbidden: command=set-room-key requires=room.admin");
                peer.expectQuiet();
                written.add(node.id());
            }
        }
    }

    @Test
    void packWhoseWriteSucceededUnheardIsAcknowledgedAndRelayedOnce() throws Exception {
        try (WirePeer author = WirePeer.connect(server.room(ROOM), 1);
                WirePeer reader = WirePeer.join(server.room(ROOM), 2);
                JournalIntruder journal = new JournalIntruder(data)) {
            author.send(author.hello());
            long session = author.expect("welcome").path("session_id").asLong();
            reader.expect("peer-joined");
            Node first = author.write("first", "v");
            author.sendPack(first);
            author.expect("pack-ack");
            assertThat(WirePeer.ids(reader.expect("pack"))).containsExactly(first.id());

            for (int round = 0; round < ROUNDS; round++) {
                double lost = server.lostRaces();
                Node node = author.write("k" + round, "v");
                journal.writeAhead(ROOM, new SessionId(session), node);
                author.sendPack(node);

                assertThat(author.expect("pack-ack").path("accepted_count").asInt())
                        .isEqualTo(1);
                assertThat(WirePeer.ids(reader.expect("pack"))).containsExactly(node.id());
                assertThat(server.lostRaces()).isGreaterThan(lost);
            }
            author.expectQuiet();
            reader.expectQuiet();
            assertThat(journal.read(ROOM).count()).isEqualTo(1 + ROUNDS);
        }
    }

    @Test
    void orphanThatAMoveForgetsIsSaidToItsSender() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(ROOM), 1);
                WirePeer other = WirePeer.join(server.room(ROOM), 2);
                JournalIntruder journal = new JournalIntruder(data)) {
            author.expect("peer-joined");
            Node parent = author.write("parent", "v");
            Node child = author.write("child", "v");

            author.sendPack(child);
            assertThat(author.expect("pack-ack").path("parked_count").asInt()).isEqualTo(1);
            server.stopRoom(ROOM);
            author.expectError("missing_parent: 1 node(s) unresolved");

            author.sendPack(child);
            assertThat(author.expect("pack-ack").path("parked_count").asInt()).isEqualTo(1);
            journal.refuseWrites();
            other.sendPack(other.write("k", "v"));
            author.expectError("missing_parent: 1 node(s) unresolved");
            journal.acceptWrites();
            other.expect("pack-ack");
            author.expect("pack");

            author.sendPack(parent, child);
            assertThat(author.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(2);
            assertThat(WirePeer.ids(other.expect("pack"))).containsExactly(parent.id(), child.id());
            author.expectQuiet();
            other.expectQuiet();
        }
    }

    @Test
    void everyHelloIsAnsweredOnceWithAllThatWasAcknowledged() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(ROOM), 1)) {
            List<NodeId> written = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                Node node = author.write("k" + round, "v");
                author.sendPack(node);
                expectAmidNews(author, "pack-ack");
                written.add(node.id());

                server.stopRoom(ROOM);
                try (WirePeer joiner = WirePeer.join(server.room(ROOM), 2)) {
                    assertThat(WirePeer.ids(joiner.expect("pack"))).isEqualTo(written);
                    server.stopRoom(ROOM);
                    joiner.expectQuiet();
                }
            }
        }
    }

    @Test
    void comingsAndGoingsAreToldOnce() throws Exception {
        try (WirePeer first = WirePeer.join(server.room(ROOM), 1);
                WirePeer second = WirePeer.join(server.room(ROOM), 2)) {
            first.expect("peer-joined");
            WirePeer guest = WirePeer.join(server.room(ROOM), 10);
            first.expect("peer-joined");
            second.expect("peer-joined");
            for (int round = 1; round <= ROUNDS; round++) {
                server.stopRoom(ROOM);
                guest.cut();
                WirePeer next = WirePeer.join(server.room(ROOM), 10 + round);
                for (WirePeer watching : List.of(first, second)) {
                    assertThat(List.of(news(watching), news(watching)))
                            .containsExactlyInAnyOrder("peer-left " + guest.pubkey(), "peer-joined " + next.pubkey());
                    watching.expectQuiet();
                }
                guest = next;
            }
            server.moveRoom(ROOM);
            guest.cut();
            for (WirePeer watching : List.of(first, second)) {
                assertThat(news(watching)).isEqualTo("peer-left " + guest.pubkey());
                watching.expectQuiet();
            }
        }
    }

    private static String news(WirePeer peer) throws Exception {
        if (peer.next() instanceof Seen.Message(var json)) {
            return json.path("type").asText() + " " + json.path("from").asText();
        }
        throw new AssertionError("the session ended");
    }

    private static void expectAmidNews(WirePeer peer, String type) throws Exception {
        String seen = news(peer);
        while (seen.startsWith("peer-")) {
            seen = news(peer);
        }
        assertThat(seen).startsWith(type);
    }

    private static ObjectNode pack(Node node) {
        return WirePeer.pack(List.of(node));
    }

    private static ObjectNode withIds(String type, String field, List<NodeId> ids) {
        ObjectNode message = WirePeer.message(type);
        ArrayNode list = message.putArray(field);
        ids.forEach(id -> list.add(id.toHex()));
        return message;
    }

    private static ObjectNode mstRequest() {
        ObjectNode message = WirePeer.message("mst-request");
        message.putArray("paths").add("");
        return message;
    }
}
