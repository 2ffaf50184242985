package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Presence of both families, and signalling, between real peers (spec 03 §§7.2–7.5, 12.3). */
class PresenceTest {
    @TempDir
    static Path data;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static LocalServer server;
    private static int rooms;

    private final String room = "presence-" + ++rooms;

    @BeforeAll
    static void start() {
        server = LocalServer.start(data, "limits.messages-per-second=0");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void thePresenceOfTheFirstFamilyIsRelayedAndNotKept() throws Exception {
        try (WirePeer here = join(1);
                WirePeer there = join(2)) {
            here.expect("peer-joined");
            here.sendText(
                    "{\"type\":\"presence\",\"data\":{\"x\":[1.50,\"é\"]},\"ttl_ms\":1000,\"now_unix_ms\":5,\"extra\":1}");

            JsonNode seen = there.expect("presence");
            assertThat(seen)
                    .isEqualTo(JSON.readTree("{\"type\":\"presence\",\"from\":\"" + here.pubkey()
                            + "\",\"data\":{\"x\":[1.50,\"é\"]}}"));
            assertThat(entries(there)).isEmpty();
            here.expectQuiet();
        }
    }

    @Test
    void eachFaultOfALeaseHasItsText() throws Exception {
        try (WirePeer here = join(1)) {
            String ttl = "reject.presence_lease_invalid:ttl_ms_must_be_positive_u64";
            String now = "reject.presence_lease_invalid:now_unix_ms_must_be_u64";
            for (String wrong : List.of("0", "-1", "1.5", "\"1\"", "null")) {
                here.sendText("{\"type\":\"presence\",\"data\":1,\"ttl_ms\":" + wrong + ",\"now_unix_ms\":5}");
                here.expectError(ttl);
            }
            here.sendText("{\"type\":\"presence\",\"data\":1,\"ttl_ms\":1,\"now_unix_ms\":null}");
            here.expectError(now);
            here.sendText("{\"type\":\"presence\",\"data\":1,\"ttl_ms\":1}");
            here.expectError("reject.presence_lease_invalid:ttl_ms_requires_now_unix_ms");
            here.sendText("{\"type\":\"presence\",\"data\":1,\"now_unix_ms\":1}");
            here.expectError("reject.presence_lease_invalid:now_unix_ms_requires_ttl_ms");
            here.expectQuiet();
        }
    }

    @Test
    void aValueOfTheStoreIsRelayedKeptAndLeftBehind() throws Exception {
        try (WirePeer there = join(2)) {
            long session;
            try (WirePeer here = joined(1, there)) {
                set(here, "{\"at\":1}", 500, 1_000);
                JsonNode first = there.expect("presence");
                session = first.path("session_id").asLong();
                assertThat(first.path("room").asText()).isEqualTo(room);
                assertThat(first.path("from").asText()).isEqualTo(here.pubkey());
                assertThat(first.path("joined").asBoolean()).isTrue();
                assertThat(first.path("data").path("at").asInt()).isEqualTo(1);

                here.sendText("{\"type\":\"presence-set\",\"data\":2}");
                JsonNode second = there.expect("presence");
                assertThat(second.path("joined").asBoolean(true)).isFalse();
                assertThat(second.path("data").asInt()).isEqualTo(2);

                JsonNode entry = entries(there).get(0);
                assertThat(entry)
                        .isEqualTo(JSON.readTree("{\"session_id\":" + session + ",\"from_peer_pubkey\":\""
                                + here.pubkey() + "\",\"data\":2,\"expires_at_unix_ms\":null}"));
                here.expectQuiet(); // A peer does not see its own.
            }
            JsonNode leave = there.expect("presence-leave");
            assertThat(leave.path("room").asText()).isEqualTo(room);
            assertThat(leave.path("session_id").asLong()).isEqualTo(session);
            assertThat(leave.path("reason").asText()).isEqualTo("leave");
            there.expect("peer-left");
            assertThat(entries(there)).isEmpty();
        }
    }

    @Test
    void aSweepTakesWhatHasExpiredAndTellsWhoAsked() throws Exception {
        try (WirePeer there = join(2);
                WirePeer here = joined(1, there)) {
            set(here, "1", 500, 1_000);
            there.expect("presence");
            there.sendText("{\"type\":\"presence-sweep\"}");
            there.expectError("presence-sweep.now_unix_ms is required");
            there.sendText("{\"type\":\"presence-sweep\",\"now_unix_ms\":1499}");
            there.expectQuiet();
            assertThat(entries(there).get(0).path("expires_at_unix_ms").asLong())
                    .isEqualTo(1_500);

            there.sendText("{\"type\":\"presence-sweep\",\"now_unix_ms\":1500}");

            JsonNode leave = there.expect("presence-leave");
            assertThat(leave.path("from").asText()).isEqualTo(here.pubkey());
            assertThat(leave.path("reason").asText()).isEqualTo("stale");
            assertThat(entries(there)).isEmpty();
            assertThat(entries(here)).isEmpty();
        }
    }

    @Test
    void bothFamiliesLiveInOneRoom() throws Exception {
        try (WirePeer document = join(1);
                WirePeer second = joined(2, document)) {
            document.sendText("{\"type\":\"presence\",\"data\":{\"cursor\":1}}");
            assertThat(second.expect("presence").path("data").path("cursor").asInt())
                    .isEqualTo(1);
            set(second, "{\"cursor\":2}", 1, 1);
            assertThat(document.expect("presence").path("data").path("cursor").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void aLargeValueIsRefusedAndTheSessionGoesOn() throws Exception {
        try (WirePeer here = join(1)) {
            String large = "\"" + "x".repeat(16 << 10) + "\"";
            here.sendText("{\"type\":\"presence\",\"data\":" + large + "}");
            here.expectError("reject.protocol_message_too_large: presence");
            here.sendText("{\"type\":\"presence-set\",\"data\":" + large + "}");
            here.expectError("reject.protocol_message_too_large: presence-set");
            here.expectQuiet();
        }
    }

    @Test
    void theStoreOutlivesAMoveOfTheRoomWithoutAWord() throws Exception {
        try (WirePeer there = join(2);
                WirePeer here = joined(1, there)) {
            set(here, "1", 500, 1_000);
            there.expect("presence");

            server.moveRoom(room);
            set(here, "2", 500, 1_000);

            JsonNode seen = there.expect("presence"); // No leave, no second first value before it.
            assertThat(seen.path("joined").asBoolean(true)).isFalse();
            assertThat(seen.path("data").asInt()).isEqualTo(2);
            assertThat(entries(there)).hasSize(1);
            assertThat(entries(here)).hasSize(1);
        }
    }

    @Test
    void whoEndsWhileTheRoomIsGoneIsMissedOnceItIsBack() throws Exception {
        try (WirePeer there = join(2)) {
            WirePeer here = joined(1, there);
            set(here, "1", 500, 1_000);
            there.expect("presence");

            server.stopRoom(room);
            here.close();

            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                JsonNode next = ((Seen.Message) there.next()).json();
                assertThat(next.path("from").asText()).isEqualTo(here.pubkey());
                seen.add(next.path("type").asText());
            }
            assertThat(seen).containsExactlyInAnyOrder("presence-leave", "peer-left");
            there.expectQuiet();
        }
    }

    @Test
    void aSignalGoesToThePeerItNames() throws Exception {
        try (WirePeer here = join(1);
                WirePeer there = joined(2, here);
                WirePeer twin = WirePeer.join(server.room(room), 2);
                WirePeer other = joined(3, here)) {
            there.expect("peer-joined");
            twin.expect("peer-joined");
            String fields = "\"to\":\"" + there.pubkey().toUpperCase()
                    + "\",\"sdp\":{\"a\":[1.50,12345678901234567890123,\"\\u00e9 \\ud83d\\ude80\"]},\"nested\":{\"from\":1}";
            here.sendText("{\"type\":\"webrtc-offer\",\"from\":\"someone else\"," + fields + "}");

            for (WirePeer named : List.of(there, twin)) {
                JsonNode seen = named.expect("webrtc-offer");
                assertThat(seen)
                        .isEqualTo(JSON.readTree(
                                "{\"type\":\"webrtc-offer\"," + fields + ",\"from\":\"" + here.pubkey() + "\"}"));
            }
            other.expectQuiet();
            here.expectQuiet();
        }
    }

    @Test
    void aSignalWithoutATargetGoesToAllAndOneToNoKeyToNobody() throws Exception {
        try (WirePeer here = join(1);
                WirePeer twin = WirePeer.join(server.room(room), 1);
                WirePeer there = joined(2, here);
                WirePeer other = joined(3, here)) {
            twin.expect("peer-joined");
            twin.expect("peer-joined");
            there.expect("peer-joined");
            here.sendText("{\"type\":\"webrtc-ice\",\"candidate\":null}");
            assertThat(there.expect("webrtc-ice").has("candidate")).isTrue();
            other.expect("webrtc-ice");
            here.sendText("{\"type\":\"webrtc-answer\",\"to\":\"nobody\",\"sdp\":1}");
            here.sendText("{\"type\":\"webrtc-answer\",\"to\":\"" + "0".repeat(64) + "\",\"sdp\":1}");
            here.expectQuiet();
            there.expectQuiet();
            other.expectQuiet();
            twin.expectQuiet(); // Of the same key as the sender.
        }
    }

    @Test
    void aFloodOfPresenceNeitherClosesAReaderThatSleepsNorHidesThePacks() throws Exception {
        String lagging = "relay-buffer-of-four";
        try (LocalServer small = LocalServer.start(
                        data.resolve(lagging), "edge.relay-buffer=4", "limits.messages-per-second=0");
                WirePeer loud = WirePeer.join(small.room(room), 1);
                WirePeer reader = WirePeer.join(small.room(room), 2)) {
            loud.expect("peer-joined");
            for (int i = 0; i < 2_000; i++) {
                ObjectNode presence = WirePeer.message("presence").put("data", i);
                loud.send(presence);
                if (i % 100 == 0) {
                    loud.sendText("{\"type\":\"presence-set\",\"data\":" + i + "}");
                    loud.sendText("{\"type\":\"webrtc-ice\",\"n\":" + i + "}");
                }
            }
            loud.sendPack(loud.write("k", "v"));

            loud.expect("pack-ack");
            List<String> kinds = new ArrayList<>();
            while (!kinds.contains("pack")) {
                Seen next = reader.next();
                assertThat(next).isInstanceOf(Seen.Message.class);
                kinds.add(((Seen.Message) next).json().path("type").asText());
            }
            reader.send(WirePeer.message("noop"));
            LocalServer.await("the newest presence", () -> {
                Seen next = reader.nextIfThere();
                return next instanceof Seen.Message(var json)
                        && (json.path("type").asText().equals("noop-ack")
                                || json.path("data").asInt() == 1_999);
            });
        }
    }

    private WirePeer join(int seed) throws Exception {
        return WirePeer.join(server.room(room), seed);
    }

    /** Joins, and lets {@code witness} see it. */
    private WirePeer joined(int seed, WirePeer witness) throws Exception {
        WirePeer peer = join(seed);
        witness.expect("peer-joined");
        return peer;
    }

    private static void set(WirePeer peer, String data, long ttlMs, long nowMs) throws Exception {
        peer.sendText("{\"type\":\"presence-set\",\"data\":" + data + ",\"ttl_ms\":" + ttlMs + ",\"now_unix_ms\":"
                + nowMs + "}");
    }

    private JsonNode entries(WirePeer peer) throws Exception {
        peer.send(WirePeer.message("presence-get"));
        JsonNode snapshot = peer.expect("presence-snapshot");
        assertThat(snapshot.path("room").asText()).isEqualTo(room);
        return snapshot.path("entries");
    }
}
