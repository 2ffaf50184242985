package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.system.WirePeer.Seen;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to the last field and texts to the last letter, as the specification spells them (spec 03). */
class ConformanceTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger ROOMS = new AtomicInteger();
    private static final String EMPTY_ROOT = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262";

    @TempDir
    static Path data;

    private static LocalServer server;

    private final String room = "conformance-" + ROOMS.incrementAndGet();

    @BeforeAll
    static void start() {
        server = LocalServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void theWelcomeOfAnEmptyRoomHasTheseFieldsAndNoOthers() throws Exception {
        try (WirePeer peer = connect(1)) {
            peer.send(peer.hello());
            JsonNode welcome = peer.expect("welcome");

            ObjectNode rest = welcome.deepCopy();
            assertThat(rest.remove("session_id").asLong()).isPositive().isLessThan(1L << 53);
            assertThat(rest).isEqualTo(json("""
                            {"type":"welcome","root":"%s","frontier":[],"missing":[],
                             "caps":{"supports_ibf":true,"supports_mst":true,"supports_postcard":true,
                                     "supports_encryption":true,"supports_webrtc":false,"max_tick_interval_ms":null,
                                     "supports_list_crdt":true,"supports_direct_blob_io":true},
                             "server_pubkey":"%s","peers":[],"mst_root":"%s","room":"%s"}""", EMPTY_ROOT, server.key().toHex(), "0".repeat(64), room));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                  | TTTTFTT
            {"supports_ibf":false}                                              | FTTTFTT
            {"supports_mst":false}                                              | TFTTFTT
            {"supports_postcard":false}                                         | TTFTFTT
            {"supports_encryption":false}                                       | TTTFFTT
            {"supports_webrtc":true}                                            | TTTTFTT
            {"supports_list_crdt":false}                                        | TTTTFFT
            {"supports_direct_blob_io":false}                                   | TTTTFTF
            {"max_tick_interval_ms":50,"supports_ibf":false}                    | FTTTFTT
            {"supports_ibf":false,"supports_mst":1}                             | TTTTFTT
            {"supports_ibf":false,"max_tick_interval_ms":"x"}                   | TTTTFTT
            7                                                                   | TTTTFTT
            """)
    void capabilitiesAreWhatBothSidesHave(String caps, String wanted) throws Exception {
        try (WirePeer peer = connect(1)) {
            peer.send(peer.hello().set("caps", json(caps)));
            JsonNode got = peer.expect("welcome").path("caps");

            StringBuilder flags = new StringBuilder();
            for (String name :
                    List.of("ibf", "mst", "postcard", "encryption", "webrtc", "list_crdt", "direct_blob_io")) {
                flags.append(got.get("supports_" + name).booleanValue() ? 'T' : 'F');
            }
            assertThat(flags).hasToString(wanted);
            assertThat(got.get("max_tick_interval_ms").isNull()).isTrue();
        }
    }

    @Test
    void aPackIsAcknowledgedAndRelayedWithTheseFieldsAndNoOthers() throws Exception {
        try (WirePeer author = join(1);
                WirePeer reader = joined(2, author)) {
            Node node = author.write("k", "v");
            author.sendPack(node);

            JsonNode ack = author.expect("pack-ack");
            ObjectNode relayed = reader.expect("pack").deepCopy();

            ObjectNode counts = ack.deepCopy();
            JsonNode parked = counts.remove("parked_count");
            assertThat(parked == null || parked.asInt() == 0).isTrue();
            assertThat(counts)
                    .isEqualTo(json(
                            "{\"type\":\"pack-ack\",\"room\":\"%s\",\"incoming_count\":1,\"accepted_count\":1,"
                                    + "\"rejected_count\":0}",
                            room));
            try (WirePeer late = connect(3)) {
                late.send(late.hello());
                JsonNode welcome = late.expect("welcome");
                assertThat(relayed.remove("root")).isEqualTo(welcome.get("root"));
                assertThat(relayed).isEqualTo(packOf(author.pubkey(), node));
                assertThat(welcome.path("frontier")).isEqualTo(json("[\"%s\"]", node.id()));
                assertThat(late.expect("pack")).isEqualTo(packOf("server", node));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "request-server-pack"})
    void knownIsTakenLiterallyAndTheReplyHasTheRoot(String type) throws Exception {
        try (WirePeer peer = join(1)) {
            Node first = peer.write("a", "1");
            Node second = peer.write("b", "2");
            peer.sendPack(first, second);
            peer.expect("pack-ack");
            ObjectNode request = WirePeer.message(type);
            request.putArray("known").add(second.id().toHex().toUpperCase(Locale.ROOT));
            peer.send(request);

            ObjectNode reply = peer.expect("pack").deepCopy();

            assertThat(reply.remove("root").asText()).matches("[0-9a-f]{64}");
            assertThat(reply).isEqualTo(packOf("server", first));
            peer.expectQuiet();
        }
    }

    @Test
    void theTreeIsServedThoughItWasNotNegotiated() throws Exception {
        try (WirePeer peer = connect(1)) {
            peer.send(peer.hello().set("caps", json("{\"supports_mst\":false}")));
            peer.expect("welcome");
            peer.sendPack(peer.write("a", "1"), peer.write("b", "2"));
            peer.expect("pack-ack");

            peer.sendText("{\"type\":\"mst-request\"}");
            assertThat(peer.expect("mst-response")).isEqualTo(json("{\"type\":\"mst-response\",\"nodes\":[]}"));
            peer.sendText("{\"type\":\"mst-request\",\"paths\":[\"\"]}");
            assertThat(peer.expect("mst-response").path("nodes")).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"ids\":[]}", "{\"ids\":[\"zz\",7,null]}", "{\"ids\":\"x\"}"})
    void anMstDoneThatNamesNothingHasNoReply(String fields) throws Exception {
        try (WirePeer peer = join(1)) {
            peer.send(((ObjectNode) json(fields)).put("type", "mst-done"));

            peer.expectQuiet();
        }
    }

    @Test
    void whoComesAndGoesIsToldWithTheseFieldsAndNoOthers() throws Exception {
        try (WirePeer here = join(1)) {
            try (WirePeer plain = connect(2)) {
                plain.send(plain.hello());
                plain.expect("welcome");
                assertThat(here.expect("peer-joined")).isEqualTo(coming(plain.pubkey(), plain.pubkey(), "ui"));
            }
            JsonNode left = here.expect("peer-left");
            String gone = Tokens.signer(2).peer().toHex();
            assertThat(left)
                    .isEqualTo(json(
                            "{\"type\":\"peer-left\",\"from\":\"%s\",\"room\":\"%s\",\"peer_id\":\"%s\","
                                    + "\"peer_type\":\"ui\"}",
                            gone, room, gone));
            try (WirePeer named = connect(3)) {
                named.send(named.hello().put("peer_id", "ann").put("peer_type", "persistent-agent"));
                assertThat(named.expect("welcome").path("peers")).isEqualTo(json("[\"%s\"]", here.pubkey()));
                assertThat(here.expect("peer-joined")).isEqualTo(coming(named.pubkey(), "ann", "persistent-agent"));
            }
        }
    }

    @Test
    void aKeyInUpperCaseIsTheSamePeerAndIsWrittenInLowerCase() throws Exception {
        try (WirePeer here = join(1);
                WirePeer shouting = connect(2)) {
            shouting.send(shouting.hello().put("pubkey", shouting.pubkey().toUpperCase(Locale.ROOT)));
            shouting.expect("welcome");

            assertThat(here.expect("peer-joined").path("from").asText()).isEqualTo(shouting.pubkey());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[]", "[\"a\",\"**\"]", "[7,null]", "\"a\"", "{}"})
    void whatNamesNoPatternSubscribesToEverything(String patterns) throws Exception {
        try (WirePeer writer = join(1);
                WirePeer reader = connect(2)) {
            reader.send(reader.hello().set("subscribe", json(patterns)));
            reader.expect("welcome");
            writer.expect("peer-joined");
            Node atHello = writer.write("x", "1");
            writer.sendPack(atHello);
            assertThat(WirePeer.ids(reader.expect("pack"))).containsExactly(atHello.id());

            reader.sendText("{\"type\":\"subscribe\",\"patterns\":[\"none\"]}");
            reader.expect("subscribe-ack");
            reader.send(WirePeer.message("subscribe").set("patterns", json(patterns)));
            reader.expect("subscribe-ack");
            writer.expect("pack-ack");
            Node after = writer.write("y", "2");
            writer.sendPack(after);
            assertThat(WirePeer.ids(reader.expect("pack"))).containsExactly(after.id());
        }
    }

    @Test
    void aNodeWithoutOpsPassesEverySubscription() throws Exception {
        try (WirePeer writer = join(1);
                WirePeer reader = connect(2)) {
            reader.send(reader.hello().set("subscribe", json("[\"none\"]")));
            reader.expect("welcome");
            writer.expect("peer-joined");
            Node bare = writer.node(1, List.of());
            writer.sendPack(bare, writer.write("other", "v"));

            assertThat(WirePeer.ids(reader.expect("pack"))).containsExactly(bare.id());
        }
    }

    @Test
    void lamportAtTheCeilingIsTakenAndWhatLiesBeyondAndADayAheadIsNamedInFull() throws Exception {
        try (WirePeer peer = join(1)) {
            Signer signer = Tokens.signer(1);
            long ahead = System.currentTimeMillis() + 25 * 3_600_000L;
            Node healthy = peer.write("k", "v");
            Node far = peer.node(1_048_576 + 10, List.of(), set("far"));
            Node future =
                    Nodes.sign(new Transaction(signer.peer(), 1, ahead, List.of(set("future")), List.of()), signer);
            peer.sendPack(healthy, far, future);

            String text = peer.expect("error").path("msg").asText();
            assertThat(text)
                    // Ours moved by the healthy node's 1, as 01 §8.5 recommends.
                    .contains("lamport ceiling exceeded on node " + far.id() + ": lamport=1048586, ceiling=1048577")
                    .containsPattern("wall clock skew on node " + future.id() + ": wall_ms=" + ahead
                            + " exceeds now=\\d{13} by more than 24h")
                    .contains("; ");
            assertThat(peer.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
        }
        try (WirePeer edge = WirePeer.join(server.room(room + "-edge"), 1)) {
            edge.sendPack(edge.node(1_048_576, List.of(), set("edge")));
            assertThat(edge.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
        }
    }

    @Test
    void aWrongHashIsNamedWithTheRightOne() throws Exception {
        try (WirePeer peer = join(1)) {
            Node node = peer.write("k", "v");
            byte[] wrong = node.encoded().clone();
            wrong[0] ^= 1;
            ByteArrayOutputStream pack = new ByteArrayOutputStream();
            pack.write(1);
            pack.writeBytes(wrong);
            peer.send(WirePeer.message("pack").put("nodes", Base64.getEncoder().encodeToString(pack.toByteArray())));

            peer.expectError("hash mismatch: expected " + node.id() + ", got " + NodeId.of(wrong, 0));
        }
    }

    @Test
    void aPolicyViolationNamesItsAuthorInDecimalBytesAndItsKey() throws Exception {
        Signer serverKey = Ed25519.signer(Files.readAllBytes(data.resolve("server.key")));
        try (WirePeer admin = Tokens.join(server.room(room), 1, Tokens.token(room, 1, serverKey, "policy.admin"))) {
            admin.sendText("{\"type\":\"set-policy\",\"default\":\"deny\"}");
            assertThat(admin.expect("policy-set")).isEqualTo(json("{\"type\":\"policy-set\",\"room\":\"%s\"}", room));
            admin.sendPack(admin.write("a/b", "v"));

            List<String> author = new ArrayList<>();
            for (byte part : HexFormat.of().parseHex(admin.pubkey())) {
                author.add(Integer.toString(part & 0xFF));
            }
            admin.expectError(
                    "policy violation: author [" + String.join(", ", author) + "] not permitted to write key 'a/b'");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"Noop\"}",
                "{\"type\":\" noop\"}",
                "{\"type\":7}",
                "{\"type\":null}",
                "{}",
                "[]",
                "\"noop\"",
                "7",
                "null",
                "{\"type\":\"map-set\",\"key\":\"k\",\"value\":1}",
                "{\"type\":\"map-get\",\"key\":\"k\"}",
                "{\"type\":\"text-insert\"}",
                "{\"type\":\"list-insert\"}",
                "{\"type\":\"blob-set\"}",
                "{\"type\":\"recent-conflicts\"}",
                "{\"type\":\"blob-upload\",\"blobs\":[]}",
                "{\"type\":\"blob-request\",\"hashes\":[]}",
                "{\"type\":\"request-upload\",\"hash\":\"x\"}",
                "{\"type\":\"blob-uploaded\",\"hash\":\"x\"}"
            })
    void whatIsNoMessageOfOursIsIgnoredInSilence(String text) throws Exception {
        try (WirePeer peer = join(1)) {
            peer.sendText(text);

            peer.expectQuiet();
        }
    }

    @Test
    void unpaddedBase64IsTakenAndTheUrlAlphabetIsNot() throws Exception {
        try (WirePeer peer = join(1)) {
            peer.sendText("{\"type\":\"pack\",\"nodes\":\"AA\",\"unknown\":{\"deep\":[1]}}");
            assertThat(peer.expect("pack-ack").path("incoming_count").asInt()).isZero();
            for (String wrong : List.of("A", "A=", "AA A", "A-__", "é")) {
                peer.send(WirePeer.message("pack").put("nodes", wrong));
                peer.expectError("invalid pack: bad base64");
            }
            peer.sendText("{\"type\":\"pack\",\"nodes\":7}");
            peer.expectError("invalid pack: bad postcard");
        }
    }

    @Test
    void broadcastsReachAllInOneOrderAndChildrenAfterTheirParents() throws Exception {
        try (WirePeer one = join(1);
                WirePeer two = joined(2, one);
                WirePeer first = WirePeer.join(server.room(room), 3);
                WirePeer second = WirePeer.join(server.room(room), 4)) {
            first.expect("peer-joined");
            for (int i = 0; i < 20; i++) {
                one.sendPack(one.write("a" + i, "v"));
                two.sendPack(two.write("b" + i, "v"));
            }
            List<NodeId> byFirst = forty(first);
            List<NodeId> bySecond = forty(second);

            assertThat(byFirst).isEqualTo(bySecond);
        }
    }

    @Test
    void aTokenIsIgnoredInAnOpenRoomEvenOneThatIsNone() throws Exception {
        for (String token : List.of("{}", "7", "{\"expiry\":1,\"sig\":\"x\"}")) {
            try (WirePeer peer = connect(1)) {
                peer.send(peer.hello().set("token", json(token)));

                peer.expect("welcome");
                peer.expectQuiet();
            }
        }
    }

    @Test
    void aSessionThatStaysIsNotTouchedByAnotherOfItsKeyThatEnds() throws Exception {
        try (WirePeer witness = join(1);
                WirePeer stays = joined(2, witness)) {
            try (WirePeer goes = WirePeer.join(server.room(room), 2)) {
                goes.send(WirePeer.message("close-session"));
                goes.expect("session-closed");
                assertThat(goes.expectClose()).isEqualTo(new Seen.Closed(1000, "session closed"));
            }
            witness.expectQuiet();
            stays.expectQuiet();
        }
    }

    private static List<NodeId> forty(WirePeer peer) throws Exception {
        List<NodeId> ids = new ArrayList<>();
        Set<NodeId> seen = new HashSet<>();
        while (ids.size() < 40) {
            if (!(peer.next() instanceof Seen.Message(var message))) {
                throw new AssertionError("the session ended");
            }
            if (!message.path("type").asText().equals("pack")) {
                continue;
            }
            for (Node node : WirePeer.nodes(message)) {
                assertThat(seen).containsAll(node.transaction().parents());
                seen.add(node.id());
                ids.add(node.id());
            }
        }
        return ids;
    }

    private WirePeer connect(int seed) throws Exception {
        return WirePeer.connect(server.room(room), seed);
    }

    private WirePeer join(int seed) throws Exception {
        return WirePeer.join(server.room(room), seed);
    }

    private WirePeer joined(int seed, WirePeer witness) throws Exception {
        WirePeer peer = join(seed);
        witness.expect("peer-joined");
        return peer;
    }

    private JsonNode coming(String pubkey, String peerId, String peerType) throws Exception {
        return json(
                "{\"type\":\"peer-joined\",\"from\":\"%s\",\"pubkey\":\"%s\",\"room\":\"%s\",\"peer_id\":\"%s\","
                        + "\"peer_type\":\"%s\"}",
                pubkey, pubkey, room, peerId, peerType);
    }

    private static ObjectNode packOf(String from, Node... nodes) {
        return WirePeer.pack(List.of(nodes)).put("from", from);
    }

    private static Op set(String key) {
        return new Op.MapSet(key, "v".getBytes(StandardCharsets.UTF_8));
    }

    private static JsonNode json(String text, Object... values) throws Exception {
        return JSON.readTree(values.length == 0 ? text : String.format(Locale.ROOT, text, values));
    }
}
