package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packs, acknowledgements, relays, pulls and refusals as a peer sees them on a real socket (spec 03 §3–§8). */
class SteadyStateTest {
    @TempDir
    static Path data;

    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static ServerProcess server;

    private final String room = "steady-" + ROOMS.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        server = ServerProcess.start(data, "parley.edge.max-message=64KiB");
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void packIsAcknowledgedAndRelayedToOthersButNotToItsSender() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(room), 1);
                WirePeer reader = WirePeer.join(server.room(room), 2)) {
            author.expect("peer-joined");
            Node node = author.write("k", "v");
            author.sendPack(node);

            JsonNode ack = author.expect("pack-ack");
            JsonNode relayed = reader.expect("pack");

            assertThat(ack.path("room").asText()).isEqualTo(room);
            assertThat(ack.path("incoming_count").asInt()).isEqualTo(1);
            assertThat(ack.path("accepted_count").asInt()).isEqualTo(1);
            assertThat(ack.path("rejected_count").asInt()).isZero();
            assertThat(relayed.path("from").asText()).isEqualTo(author.pubkey());
            assertThat(relayed.path("root").asText()).hasSize(64);
            assertThat(WirePeer.ids(relayed)).containsExactly(node.id());
            author.expectQuiet();
        }
    }

    @Test
    void twoSessionsOfOnePeerSeeEachOthersPacks() throws Exception {
        try (WirePeer first = WirePeer.join(server.room(room), 1);
                WirePeer second = WirePeer.join(server.room(room), 1)) {
            Node node = first.write("k", "v");
            first.sendPack(node);

            first.expect("pack-ack");
            assertThat(WirePeer.ids(second.expect("pack"))).containsExactly(node.id());
        }
    }

    @Test
    void packSentTwiceIsAcknowledgedTwiceAndRelayedOnce() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(room), 1);
                WirePeer reader = WirePeer.join(server.room(room), 2)) {
            author.expect("peer-joined");
            Node node = author.write("k", "v");
            author.sendPack(node);
            author.sendPack(node);

            assertThat(author.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            assertThat(author.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            reader.expect("pack");
            reader.expectQuiet();
        }
    }

    @Test
    void brokenPacksAreErrorsThatTheSessionSurvives() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(room), 1)) {
            peer.send(WirePeer.message("pack").put("nodes", "*"));
            peer.expectError("invalid pack: bad base64");
            peer.send(WirePeer.message("pack"));
            peer.expectError("invalid pack: bad postcard");
            peer.sendText("{oops");
            peer.expectError("invalid JSON");
            peer.sendBinary(new byte[10]);
            peer.expectError("text messages required");
            peer.sendText("{\"type\":\"pack\",\"nodes\":\"" + "A".repeat(70_000) + "\"}");
            peer.expectError("message too large");
            peer.sendText("{\"type\":\"no-such-type\"}");
            peer.sendText("[1,2]");
            peer.expectQuiet();
        }
    }

    @Test
    void messageFarOverTheLimitClosesWith1009() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(room), 1)) {
            peer.sendText("{\"type\":\"pack\",\"nodes\":\"" + "A".repeat(300_000) + "\"}");

            assertThat(peer.expectClose().code()).isEqualTo(1009);
        }
    }

    @Test
    void refusalsComeInTheSpecsOrderAndWordsAndTheRestIsStored() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(room), 1)) {
            Node good = peer.write("k", "v");
            Node farAhead = peer.node(1_048_577 + 5, List.of(), set("x"));
            byte[] forged = peer.write("y", "z").encoded().clone();
            forged[forged.length - 1] ^= 1;
            NodeId forgedId = NodeId.of(forged, 0);
            byte[] pack = concat(new byte[] {3}, good.encoded(), farAhead.encoded(), forged);
            peer.send(WirePeer.message("pack")
                    .put("nodes", java.util.Base64.getEncoder().encodeToString(pack)));

            String text = peer.expect("error").path("msg").asText();
            JsonNode ack = peer.expect("pack-ack");

            assertThat(text).contains("lamport ceiling exceeded on node " + farAhead.id() + ": lamport=1048582");
            assertThat(text).contains("invalid ed25519 signature on node " + forgedId);
            assertThat(ack.path("accepted_count").asInt()).isEqualTo(1);
            assertThat(ack.path("rejected_count").asInt()).isEqualTo(2);
            assertThat(ack.path("incoming_count").asInt()).isEqualTo(3);
        }
    }

    @Test
    void orphanIsParkedAndHealedByItsParent() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(room), 1);
                WirePeer reader = WirePeer.join(server.room(room), 2)) {
            author.expect("peer-joined");
            Node parent = author.write("a", "1");
            Node child = author.write("b", "2");
            author.sendPack(child);
            JsonNode parked = author.expect("pack-ack");
            author.sendPack(parent);
            author.expect("pack-ack");

            assertThat(parked.path("accepted_count").asInt()).isEqualTo(1);
            assertThat(parked.path("parked_count").asInt()).isEqualTo(1);
            List<NodeId> seen = new ArrayList<>(WirePeer.ids(reader.expect("pack")));
            while (seen.size() < 2) {
                seen.addAll(WirePeer.ids(reader.expect("pack")));
            }
            assertThat(seen).containsExactly(parent.id(), child.id());
        }
    }

    @Test
    void requestIsAlwaysAnswered() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(room), 1)) {
            peer.send(WirePeer.message("request"));
            JsonNode empty = peer.expect("pack");
            Node first = peer.write("a", "1");
            Node second = peer.write("b", "2");
            peer.sendPack(first, second);
            peer.expect("pack-ack");
            ObjectNode request = WirePeer.message("request");
            request.putArray("known").add(first.id().toHex()).add(7).add("zz");
            peer.send(request);
            JsonNode rest = peer.expect("pack");

            assertThat(empty.path("nodes").asText()).isEqualTo("AA==");
            assertThat(empty.path("from").asText()).isEqualTo("server");
            assertThat(empty.path("root").asText()).hasSize(64);
            assertThat(WirePeer.ids(rest)).containsExactly(second.id());
        }
    }

    @Test
    void mstRequestsAreAnsweredPathByPathAndMstDoneByNodes() throws Exception {
        try (WirePeer peer = WirePeer.join(server.room(room), 1)) {
            List<Node> nodes = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                nodes.add(peer.write("k" + i, "v"));
            }
            peer.sendPack(nodes);
            peer.expect("pack-ack");
            ObjectNode request = WirePeer.message("mst-request");
            request.putArray("paths").add("").add("xyz").add(3);
            peer.send(request);
            JsonNode answer = peer.expect("mst-response");
            ObjectNode done = WirePeer.message("mst-done");
            done.putArray("ids").add(nodes.get(3).id().toHex()).add("0".repeat(64));
            peer.send(done);
            JsonNode named = peer.expect("pack");
            ObjectNode unknown = WirePeer.message("mst-done");
            unknown.putArray("ids").add("0".repeat(64));
            peer.send(unknown);
            JsonNode none = peer.expect("pack");
            peer.send(WirePeer.message("mst-done"));

            assertThat(answer.path("nodes")).hasSize(1);
            assertThat(answer.path("nodes").get(0).path("path").asText()).isEmpty();
            assertThat(answer.path("nodes").get(0).path("children").size()).isGreaterThan(1);
            assertThat(WirePeer.ids(named)).containsExactly(nodes.get(3).id());
            assertThat(none.path("nodes").asText()).isEqualTo("AA==");
            peer.expectQuiet();
        }
    }

    @Test
    void subscribeReplacesThePatternsOfTheRelay() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(room), 1);
                WirePeer reader = WirePeer.join(server.room(room), 2)) {
            author.expect("peer-joined");
            ObjectNode subscribe = WirePeer.message("subscribe");
            subscribe.putArray("patterns").add("chat/*");
            reader.send(subscribe);
            reader.expect("subscribe-ack");
            Node other = author.write("other", "1");
            Node chat = author.write("chat/1", "2");
            author.sendPack(other);
            author.sendPack(chat);

            assertThat(WirePeer.ids(reader.expect("pack"))).containsExactly(chat.id());
            reader.expectQuiet();
        }
    }

    @Test
    void peersHearOfEachOtherOncePerIdentity() throws Exception {
        try (WirePeer first = WirePeer.join(server.room(room), 1)) {
            try (WirePeer second = WirePeer.connect(server.room(room), 2)) {
                second.send(second.hello());
                JsonNode welcome = second.expect("welcome");
                JsonNode joined = first.expect("peer-joined");
                assertThat(welcome.path("peers").get(0).asText()).isEqualTo(first.pubkey());
                assertThat(joined.path("pubkey").asText()).isEqualTo(second.pubkey());
                assertThat(joined.path("from").asText()).isEqualTo(second.pubkey());
                try (WirePeer again = WirePeer.join(server.room(room), 2)) {
                    first.expectQuiet();
                    again.cut();
                }
                first.expectQuiet();
            }
            assertThat(first.expect("peer-left").path("from").asText()).hasSize(64);
            first.expectQuiet();
        }
    }

    private static Op set(String key) {
        return new Op.MapSet(key, "v".getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] concat(byte[]... parts) {
        var all = new java.io.ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
