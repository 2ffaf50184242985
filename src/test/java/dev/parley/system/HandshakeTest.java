package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hello, welcome and catch-up as a peer sees them on a real socket (spec 03 §2). */
class HandshakeTest {
    @TempDir
    static Path data;

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static ServerProcess server;

    private final String room = "handshake-" + ROOMS.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        server = ServerProcess.start(data, "parley.edge.hello-timeout=2s", "parley.edge.max-message=64KiB");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            not json at all                             | expected hello
            {"type":"noop"}                             | expected hello
            {"type":"Hello"}                            | expected hello
            []                                          | expected hello
            {"type":"hello"}                            | hello.pubkey is required
            {"type":"hello","pubkey":"abc"}             | hello.pubkey is required
            {"type":"hello","pubkey":17}                | hello.pubkey is required
            """)
    void wrongFirstMessageIsRefusedWithItsText(String first, String text) throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            peer.sendText(first);

            peer.expectError(text);
            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(1008, text));
        }
    }

    @Test
    void silenceIsEndedAfterTheHelloTimeoutWithoutAMessage() throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            assertThat(peer.next()).isInstanceOf(Seen.Closed.class);
        }
    }

    @Test
    void emptyRoomWelcomesAndSendsNoPack() throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            peer.send(peer.hello());

            JsonNode welcome = peer.expect("welcome");

            assertThat(welcome.path("root").asText())
                    .isEqualTo("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
            assertThat(welcome.path("mst_root").asText()).isEqualTo("0".repeat(64));
            assertThat(welcome.path("frontier")).isEmpty();
            assertThat(welcome.path("missing")).isEmpty();
            assertThat(welcome.path("peers").isArray()).isTrue();
            assertThat(welcome.path("peers")).isEmpty();
            assertThat(welcome.path("room").asText()).isEqualTo(room);
            assertThat(welcome.path("session_id").isIntegralNumber()).isTrue();
            assertThat(welcome.path("server_pubkey").asText()).hasSize(64);
            assertThat(welcome.path("caps")).hasSize(8);
            assertThat(welcome.path("caps").path("max_tick_interval_ms").isNull())
                    .isTrue();
            peer.expectQuiet();
        }
    }

    @Test
    void mstRootIsLeftOutWhenNotNegotiated() throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            ObjectNode hello = peer.hello();
            hello.putObject("caps").put("supports_mst", false);
            peer.send(hello);

            assertThat(peer.expect("welcome").has("mst_root")).isFalse();
        }
    }

    @Test
    void joinerWithoutAFilterGetsAllNodesParentsFirst() throws Exception {
        List<Node> written = fill(5);
        try (WirePeer peer = WirePeer.join(server.room(room), 2)) {
            assertThat(WirePeer.ids(peer.expect("pack")))
                    .isEqualTo(written.stream().map(Node::id).toList());
            peer.expectQuiet();
        }
    }

    @Test
    void joinerThatKnowsTheHeadsGetsNothing() throws Exception {
        List<Node> written = fill(5);
        try (WirePeer peer = WirePeer.connect(server.room(room), 2)) {
            ObjectNode hello = peer.hello();
            hello.putArray("frontier").add(written.getLast().id().toHex());
            peer.send(hello);

            peer.expect("welcome");
            peer.expectQuiet();
        }
    }

    @Test
    void joinerThatKnowsAnEarlierHeadGetsWhatCameAfter() throws Exception {
        List<Node> written = fill(5);
        try (WirePeer peer = WirePeer.connect(server.room(room), 2)) {
            ObjectNode hello = peer.hello();
            hello.putArray("frontier").add(written.get(2).id().toHex()).add("not hex");
            peer.send(hello);

            peer.expect("welcome");
            assertThat(WirePeer.ids(peer.expect("pack")))
                    .containsExactly(written.get(3).id(), written.get(4).id());
        }
    }

    @Test
    void decodedFilterGivesExactListsOnBothSides() throws Exception {
        List<Node> written = fill(30);
        try (WirePeer peer = WirePeer.connect(server.room(room), 2)) {
            Node own = peer.write("mine", "1");
            Ibf filter = new Ibf(IndexRule.WIDE_64);
            written.subList(0, 27).forEach(node -> filter.add(node.id()));
            filter.add(own.id());
            peer.send(peer.hello().put("ibf", Base64.getEncoder().encodeToString(filter.encode())));

            JsonNode welcome = peer.expect("welcome");

            assertThat(welcome.path("missing")).hasSize(1);
            assertThat(welcome.path("missing").get(0).asText())
                    .isEqualTo(own.id().toHex());
            assertThat(WirePeer.ids(peer.expect("pack")))
                    .isEqualTo(written.subList(27, 30).stream().map(Node::id).toList());
        }
    }

    @Test
    void filterOfTheThirtyTwoBitRuleIsReadButAsksForNothing() throws Exception {
        List<Node> written = fill(30);
        try (WirePeer peer = WirePeer.connect(server.room(room), 2)) {
            Node own = peer.write("mine", "1");
            Ibf filter = new Ibf(IndexRule.NARROW_32);
            written.subList(0, 25).forEach(node -> filter.add(node.id()));
            filter.add(own.id());
            peer.send(peer.hello().put("ibf", Base64.getEncoder().encodeToString(filter.encode())));

            assertThat(peer.expect("welcome").path("missing")).isEmpty();
            assertThat(WirePeer.ids(peer.expect("pack")))
                    .isEqualTo(written.subList(25, 30).stream().map(Node::id).toList());
        }
    }

    @Test
    void badFilterCountsAsNoneAndLeavesOutWhatTheHeadsReach() throws Exception {
        List<Node> written = fill(4);
        try (WirePeer peer = WirePeer.connect(server.room(room), 2)) {
            ObjectNode hello = peer.hello().put("ibf", "%%%");
            hello.putArray("frontier").add(written.get(1).id().toHex());
            peer.send(hello);

            assertThat(peer.expect("welcome").path("missing")).isEmpty();
            assertThat(WirePeer.ids(peer.expect("pack")))
                    .containsExactly(written.get(2).id(), written.get(3).id());
        }
    }

    @Test
    void framesSentBeforeTheWelcomeAreTakenInOrderAfterIt() throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            Node first = peer.write("a", "1");
            Node second = peer.write("b", "2");
            peer.send(peer.hello());
            peer.sendPack(first);
            peer.sendPack(second);
            peer.send(WirePeer.message("request"));

            peer.expect("welcome");
            assertThat(peer.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            assertThat(peer.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            assertThat(WirePeer.ids(peer.expect("pack"))).containsExactly(first.id(), second.id());
        }
    }

    @Test
    void secondHelloIsAnErrorAndTheSessionGoesOn() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(room), 1)) {
            peer.send(peer.hello());

            peer.expectError("hello already processed for this connection");
            peer.expectQuiet();
        }
    }

    @Test
    void largeRoomIsSentInSeveralPacksInOrder() throws Exception {
        List<NodeId> written = new ArrayList<>();
        String value = "x".repeat(20_000);
        try (WirePeer author = WirePeer.join(server.room(room), 1)) {
            for (int i = 0; i < 60; i++) {
                Node node = author.write("k" + i, value);
                written.add(node.id());
                author.sendPack(node);
                author.expect("pack-ack");
            }
        }
        try (WirePeer peer = WirePeer.join(server.room(room), 2)) {
            List<NodeId> got = new ArrayList<>();
            int packs = 0;
            while (got.size() < written.size()) {
                got.addAll(WirePeer.ids(peer.expect("pack")));
                packs++;
            }
            assertThat(got).isEqualTo(written);
            assertThat(packs).isGreaterThan(1);
        }
    }

    @Test
    void catchUpIsFilteredBySubscriptionAndRequestIsNot() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(room), 1)) {
            author.sendPack(author.write("world/a", "1"), author.write("other", "2"), author.write("world", "3"));
            author.expect("pack-ack");
        }
        try (WirePeer peer = WirePeer.connect(server.room(room), 2)) {
            ObjectNode hello = peer.hello();
            hello.putArray("subscribe").add("world/**");
            peer.send(hello);

            peer.expect("welcome");
            assertThat(WirePeer.ids(peer.expect("pack"))).hasSize(2);
            peer.send(WirePeer.message("request"));
            assertThat(WirePeer.ids(peer.expect("pack"))).hasSize(3);
        }
    }

    @Test
    void tooManyPatternsAreRefusedAtHello() throws Exception {
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            ObjectNode hello = peer.hello();
            var patterns = hello.putArray("subscribe");
            for (int i = 0; i < 257; i++) {
                patterns.add("p" + i);
            }
            peer.send(hello);

            peer.expectError("reject.protocol_invalid_field: subscribe");
            assertThat(peer.expectClose().code()).isEqualTo(1008);
        }
    }

    private List<Node> fill(int nodes) throws Exception {
        List<Node> written = new ArrayList<>();
        try (WirePeer author = WirePeer.join(server.room(room), 1)) {
            for (int i = 0; i < nodes; i++) {
                written.add(author.write("k" + i, "v" + i));
            }
            author.sendPack(written);
            assertThat(author.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(nodes);
        }
        return written;
    }
}
