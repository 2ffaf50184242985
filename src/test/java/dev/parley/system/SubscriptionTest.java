package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Subscriptions on catch-up and relay, as the reference filters and with the ancestors of what passes (spec 03 §6). */
class SubscriptionTest {
    @TempDir
    static Path data;

    private static LocalServer strict;
    private static LocalServer closure;
    private static int rooms;

    private final String room = "subscriptions-" + ++rooms;

    @BeforeAll
    static void start() {
        strict = LocalServer.start(data.resolve("strict"));
        closure = LocalServer.start(data.resolve("closure"), "room.filtered-parents=closure");
    }

    @AfterAll
    static void stop() {
        strict.close();
        closure.close();
    }

    @Test
    void catchUpAndRelayHoldWhatMatchesAndNothingElse() throws Exception {
        try (WirePeer writer = WirePeer.join(strict.room(room), 1)) {
            Node first = writer.write("world/a", "1");
            Node other = writer.write("chat/a", "2");
            Node system = writer.write("\0snap", "3");
            writer.sendPack(first, other, system);
            writer.expect("pack-ack");
            try (WirePeer filtered = subscribed(strict, "world/**")) {
                writer.expect("peer-joined");
                JsonNode catchUp = filtered.expect("pack");
                assertThat(catchUp.path("from").asText()).isEqualTo("server");
                assertThat(WirePeer.ids(catchUp)).containsExactly(first.id(), system.id());

                Node unseen = writer.write("chat/b", "4");
                writer.sendPack(unseen);
                writer.expect("pack-ack");
                Node seen = writer.write("world/b", "5");
                Node beside = writer.write("chat/c", "6");
                writer.sendPack(seen, beside);
                writer.expect("pack-ack");
                JsonNode relayed = filtered.expect("pack");
                assertThat(relayed.path("from").asText()).isEqualTo(writer.pubkey());
                assertThat(relayed.path("root").asText()).hasSize(64);
                assertThat(WirePeer.ids(relayed)).containsExactly(seen.id());

                filtered.send(WirePeer.message("request"));
                assertThat(WirePeer.ids(filtered.expect("pack"))).hasSize(6);
            }
        }
        assertThat(strict.metricWhere("nodalmerge_filtered_nodes_total", "stage=\"catchup\""))
                .isGreaterThanOrEqualTo(1);
        assertThat(strict.metricWhere("nodalmerge_filtered_nodes_total", "stage=\"broadcast\""))
                .isGreaterThanOrEqualTo(2);
        assertThat(strict.metricWhere("nodalmerge_filtered_bytes_total", "stage=\"broadcast\""))
                .isGreaterThan(200);
        assertThat(strict.metricWhere("nodalmerge_filtered_pack_dropped_total", "reason=\"empty_after_filter\""))
                .isGreaterThanOrEqualTo(1);
    }

    @Test
    void anotherSubscriptionHoldsFromThenOn() throws Exception {
        try (WirePeer writer = WirePeer.join(strict.room(room), 1);
                WirePeer filtered = subscribed(strict, "world/**")) {
            writer.expect("peer-joined");
            writer.sendPack(writer.write("chat/a", "1"));
            writer.expect("pack-ack");
            writer.sendPack(writer.write("world/a", "1"));
            writer.expect("pack-ack");
            filtered.expect("pack"); // So the one before it was relayed too.

            filtered.send(subscribe("chat/*", "é"));
            JsonNode ack = filtered.expect("subscribe-ack");
            assertThat(ack.path("room").asText()).isEqualTo(room);
            assertThat(ack.path("session_id").isIntegralNumber()).isTrue();
            assertThat(ack.path("patterns")).isEqualTo(subscribe("chat/*", "é").path("patterns"));

            Node seen = writer.write("chat/b", "2");
            writer.sendPack(seen);
            assertThat(WirePeer.ids(filtered.expect("pack"))).containsExactly(seen.id()); // No catch-up before it.
            writer.expect("pack-ack");

            filtered.sendText("{\"type\":\"subscribe\",\"patterns\":7}");
            assertThat(filtered.expect("subscribe-ack").path("patterns").get(0).asText())
                    .isEqualTo("**");
            Node any = writer.write("elsewhere", "3");
            writer.sendPack(any);
            assertThat(WirePeer.ids(filtered.expect("pack"))).containsExactly(any.id());
        }
    }

    @Test
    void tooManyOrTooLongPatternsAreRefusedAndTheOldOnesStay() throws Exception {
        String refusal = "reject.protocol_invalid_field: subscribe";
        try (WirePeer writer = WirePeer.join(strict.room(room), 1);
                WirePeer filtered = subscribed(strict, "world/**")) {
            writer.expect("peer-joined");
            filtered.send(subscribe(Collections.nCopies(257, "a").toArray(String[]::new)));
            filtered.expectError(refusal);
            filtered.send(subscribe("é".repeat(512) + "a"));
            filtered.expectError(refusal);
            filtered.send(subscribe(Collections.nCopies(256, "é".repeat(512)).toArray(String[]::new)));
            filtered.expect("subscribe-ack");
            filtered.send(subscribe("world/**"));
            filtered.expect("subscribe-ack");
            writer.sendPack(writer.write("chat/a", "1"), writer.write("world/a", "2"));
            assertThat(WirePeer.ids(filtered.expect("pack"))).hasSize(1);
        }
        try (WirePeer greedy = WirePeer.connect(strict.room(room), 3)) {
            ObjectNode hello = greedy.hello();
            hello.set("subscribe", subscribe("é".repeat(512) + "a").path("patterns"));
            greedy.send(hello);
            greedy.expectError(refusal);
            assertThat(greedy.expectClose().code()).isEqualTo(1008);
        }
    }

    @Test
    void withClosureEachNodeComesAfterItsParents() throws Exception {
        try (WirePeer writer = WirePeer.join(closure.room(room), 1)) {
            for (int i = 0; i < 40; i++) {
                writer.sendPack(writer.write((i % 5 == 3 ? "world/" : "chat/") + i, "v"));
                writer.expect("pack-ack");
            }
            try (WirePeer filtered = subscribed(closure, "world/**");
                    WirePeer second = subscribed(closure, "world/**")) {
                writer.expect("peer-joined");
                Placed placed = new Placed();
                placed.take(filtered.expect("pack"));
                second.expect("pack");
                assertThat(placed.has).hasSize(39); // The last one, and only that, is nobody's ancestor.

                for (int i = 40; i < 60; i++) {
                    writer.sendPack(writer.write((i % 5 == 3 ? "world/" : "chat/") + i, "v"));
                    writer.expect("pack-ack");
                    if (i == 50) {
                        closure.moveRoom(room);
                    }
                }
                while (placed.has.size() < 59) {
                    placed.take(filtered.expect("pack"));
                }
                filtered.expectQuiet();

                filtered.send(subscribe("chat/**"));
                filtered.expect("subscribe-ack");
                Node unseen = writer.write("world/x", "1");
                Node seen = writer.write("chat/x", "2");
                writer.sendPack(unseen);
                writer.sendPack(seen);
                while (!placed.has.contains(seen.id())) {
                    placed.take(filtered.expect("pack"));
                }
                assertThat(placed.has).hasSize(62).contains(unseen.id());
            }
        }
    }

    @Test
    void withClosureMoreThanMayComeBesideAPackComesAsACatchUp() throws Exception {
        String value = "v".repeat(300_000);
        try (WirePeer writer = WirePeer.join(closure.room(room), 1);
                WirePeer filtered = subscribed(closure, "world/**")) {
            writer.expect("peer-joined");
            for (int i = 0; i < 5; i++) {
                writer.sendPack(writer.write("chat/" + i, value));
                writer.expect("pack-ack");
            }
            writer.sendPack(writer.write("world/1", "v"));
            writer.expect("pack-ack");

            WirePeer.Seen.Closed closed = filtered.expectClose();
            assertThat(closed.code()).isEqualTo(4001);
            try (WirePeer back = subscribed(closure, "world/**")) {
                Placed placed = new Placed();
                while (placed.has.size() < 6) {
                    placed.take(back.expect("pack"));
                }
            }
        }
    }

    /** What a peer has that drops nodes without their parents. */
    private static final class Placed {
        final Set<NodeId> has = new HashSet<>();

        void take(JsonNode pack) {
            for (Node node : WirePeer.nodes(pack)) {
                assertThat(has).containsAll(node.transaction().parents());
                has.add(node.id());
            }
        }
    }

    private WirePeer subscribed(LocalServer server, String... patterns) throws Exception {
        WirePeer peer = WirePeer.connect(server.room(room), 2);
        ObjectNode hello = peer.hello();
        hello.set("subscribe", subscribe(patterns).path("patterns"));
        peer.send(hello);
        peer.expect("welcome");
        return peer;
    }

    private static ObjectNode subscribe(String... patterns) {
        ObjectNode subscribe = WirePeer.message("subscribe");
        ArrayNode list = subscribe.putArray("patterns");
        List.of(patterns).forEach(list::add);
        return subscribe;
    }
}
