package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.access.PolicyTimeline;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.RoomTokens;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.system.WirePeer.Seen;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks and tokens as peers and operators meet them (spec 03 §2.3, 04 §§2 and 4). */
class LockedRoomTest {
    private static final String NO_TOKEN = "auth: room is locked — include a capability token in hello";
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Signer ROOM_KEY = Ed25519.signer(seed(40));
    private static final Signer OTHER_KEY = Ed25519.signer(seed(41));
    private static final AtomicInteger ROOMS = new AtomicInteger();

    @TempDir
    static Path data;

    private static LocalServer server;

    private final String room = "locked-" + ROOMS.incrementAndGet();

    @BeforeAll
    static void start() {
        server = LocalServer.start(data);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void lockAndPolicySurviveAKillAndAreSeenByReplay(@TempDir Path own) throws Exception {
        try (ServerProcess killed = ServerProcess.start(own)) {
            assertThat(lock(killed.admin("/rooms/" + room + "/lock"))).startsWith("200 ");
            ObjectNode policy = WirePeer.message("set-policy").put("default", "deny");
            policy.putArray("rules").addObject().put("path_glob", "world/**");
            ObjectNode asAdmin = token(room, 2, inAnHour(), ROOM_KEY, "policy.admin");
            try (WirePeer admin = Tokens.join(killed.room(room), 2, asAdmin)) {
                admin.send(policy);
                assertThat(admin.expect("policy-set").path("room").asText()).isEqualTo(room);
            }
            killed.kill();
        }
        try (ServerProcess restarted = ServerProcess.start(own)) {
            assertRefused(restarted.room(room), null, NO_TOKEN);
            assertWelcome(restarted.room(room), token(room, 1, inAnHour(), ROOM_KEY));
            assertThat(lock(restarted.admin("/rooms/" + room + "/lock"))).startsWith("409 ");
            try (WirePeer peer =
                    Tokens.join(restarted.room(room), 3, token(room, 3, inAnHour(), ROOM_KEY, "policy.admin"))) {
                peer.sendPack(peer.write("world/a", "v"));
                assertThat(peer.expect("error").path("msg").asText())
                        .startsWith("policy violation: author [")
                        .endsWith("] not permitted to write key 'world/a'");
            }
            var replayed = Commands.run(
                    Duration.ofSeconds(60), "replay", room, "--data", own.toString(), "--verify", "--json");
            assertThat(replayed.exitCode()).as(replayed.errors()).isZero();
            JsonNode replay = new ObjectMapper().readTree(replayed.output());
            assertThat(replay.path("locked").asBoolean()).isTrue();
            assertThat(replay.path("policies").asInt()).isEqualTo(2);
            WritePolicy wanted = new WritePolicy(
                    List.of(new WritePolicy.Rule("world/**", List.of())), WritePolicy.Fallback.DENY_ALL);
            assertThat(replay.path("policy_timeline_hash").asText())
                    .isEqualTo(PolicyTimeline.START.plus(wanted).hash().toHex());
        }
    }

    @Test
    void openSessionsStayWhenTheirRoomIsLocked() throws Exception {
        try (WirePeer early = WirePeer.join(server.room(room), 1)) {
            lock();

            early.sendPack(early.write("k", "v"));
            assertThat(early.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            assertRefused(server.room(room), null, NO_TOKEN);
            early.expectQuiet();
        }
    }

    @Test
    void lockedRoomStaysLockedWhenItMoves() throws Exception {
        lock();
        try (WirePeer inside = WirePeer.connect(server.room(room), 2)) {
            inside.send(inside.hello().set("token", token(room, 2, inAnHour(), ROOM_KEY)));
            inside.expect("welcome");
            server.moveRoom(room);

            assertRefused(server.room(room), null, NO_TOKEN);
            inside.expectQuiet();
        }
    }

    @Test
    void wrongTokensAreRefusedInTheSpecsOrderAndWords() throws Exception {
        lock();
        ObjectNode good = token(room, 1, inAnHour(), ROOM_KEY);
        URI at = server.room(room);

        assertRefused(at, null, NO_TOKEN);
        assertRefused(at, without(good, "peer_pubkey", "expiry", "sig"), "auth: missing token.peer_pubkey");
        assertRefused(at, without(good, "expiry", "sig"), "auth: missing token.expiry");
        assertRefused(at, without(good, "sig"), "auth: missing token.sig");
        assertRefused(
                at, with(with(good, "peer_pubkey", "xyz"), "sig", "abc"), "auth: malformed token field: peer_pubkey");
        assertRefused(at, with(good, "sig", "abc"), "auth: malformed token field: sig");
        assertRefused(at, token(room, 2, 5, OTHER_KEY), "auth: token peer_pubkey does not match connecting peer");
        assertRefused(at, token(room, 1, inAnHour(), OTHER_KEY), "auth: signature verification failed");
        assertRefused(at, token("elsewhere", 1, inAnHour(), ROOM_KEY), "auth: signature verification failed");
        ObjectNode edited = good.deepCopy();
        edited.putArray("caps").add("room.admin");
        assertRefused(at, edited, "auth: signature verification failed");
        ObjectNode bare = with(good, "peer_pubkey", null);
        assertRefused(at, bare, "auth: missing token.peer_pubkey");
    }

    @Test
    void continuityThatDoesNotHoldIsRefusedInTheSpecsOrderAndWords() throws Exception {
        lock();
        String old = "aB".repeat(32);
        String self = key(Ed25519.signer(seed(1)).peer());

        assertContinuityRefused(null, null, "missing token.continuity.predecessor_peer_pubkey");
        assertContinuityRefused("xyz", null, "invalid token.continuity.predecessor_peer_pubkey");
        assertContinuityRefused(self, null, "token continuity predecessor must differ from current peer");
        assertContinuityRefused(old, null, "missing token.continuity.overlap_not_after");
        assertContinuityRefused(old, now() - 1, "token continuity overlap window expired", old);
        assertContinuityRefused(
                old, inAnHour(), "token continuity predecessor is revoked", old.toLowerCase(Locale.ROOT));

        ObjectNode holds = token(room, 1, inAnHour(), ROOM_KEY);
        continuity(holds, old, inAnHour(), self);
        assertWelcome(server.room(room), holds);
    }

    private void assertContinuityRefused(String predecessor, Long notAfter, String text, String... revoked)
            throws Exception {
        ObjectNode token = token(room, 1, inAnHour(), ROOM_KEY);
        continuity(token, predecessor, notAfter, revoked);
        assertRefused(server.room(room), token, "auth: " + text);
    }

    private static void continuity(ObjectNode token, String predecessor, Long notAfter, String... revoked) {
        ObjectNode claim = token.putObject("continuity");
        if (predecessor != null) {
            claim.put("predecessor_peer_pubkey", predecessor);
        }
        if (notAfter != null) {
            claim.put("overlap_not_after", notAfter);
        }
        ArrayNode list = claim.putArray("revoked_predecessors");
        List.of(revoked).forEach(list::add);
    }

    @Test
    void goodTokenIsTakenInBothSpellings() throws Exception {
        lock();
        ObjectNode token = token(room, 1, inAnHour(), ROOM_KEY);
        ObjectNode spelledOtherwise = WirePeer.message("ignored");
        spelledOtherwise.set("peer_pubkey_hex", token.path("peer_pubkey"));
        spelledOtherwise.set("expiry_secs", token.path("expiry"));
        spelledOtherwise.set("capabilities", token.path("caps"));
        spelledOtherwise.set("sig_hex", token.path("sig"));

        assertWelcome(server.room(room), token);
        assertWelcome(server.room(room), spelledOtherwise);
    }

    @Test
    void expiredTokenClosesWith4002AtHello() throws Exception {
        lock();
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            peer.send(peer.hello().set("token", token(room, 1, now() - 1, ROOM_KEY)));

            peer.expectError("auth: token has expired");
            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(4002, "token expired"));
        }
    }

    @Test
    void tokenThatExpiresInSessionClosesWith4002AndNothingBeforeIt() throws Exception {
        lock();
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            peer.send(peer.hello().set("token", token(room, 1, now() + 2, ROOM_KEY)));

            peer.expect("welcome");
            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(4002, "token expired"));
        }
    }

    @Test
    void tokenThatExpiresEndsItsSessionAndNoOtherOfItsKey() throws Exception {
        lock();
        try (WirePeer witness = admitted(3, now() + 60)) {
            try (WirePeer stays = admitted(1, now() + 60);
                    WirePeer expires = admitted(1, now() + 2)) {
                witness.expect("peer-joined");
                assertThat(expires.expectClose()).isEqualTo(new Seen.Closed(4002, "token expired"));
                stays.expectQuiet();
                witness.expectQuiet();
            }
            witness.expectQuietAfter("peer-left");
        }
    }

    private WirePeer admitted(int seed, long expiry) throws Exception {
        WirePeer peer = WirePeer.connect(server.room(room), seed);
        peer.send(peer.hello().set("token", token(room, seed, expiry, ROOM_KEY)));
        peer.expect("welcome");
        return peer;
    }

    @Test
    void tokenOfTheServersKeyGivesAdminRightsInAnOpenRoom() throws Exception {
        Signer serverKey = Ed25519.signer(Files.readAllBytes(data.resolve("server.key")));
        assertThat(serverKey.peer()).isEqualTo(server.key());
        try (WirePeer admin = WirePeer.connect(server.room(room), 1)) {
            admin.send(admin.hello().set("token", token(room, 1, inAnHour(), serverKey, "room.admin")));
            admin.expect("welcome");
            ObjectNode setKey = WirePeer.message("set-room-key");

            admin.send(setKey.deepCopy().put("pubkey", "xyz"));
            admin.expectError("set-room-key: invalid pubkey hex");
            admin.send(setKey.deepCopy().put("pubkey", key(ROOM_KEY.peer())));
            assertThat(admin.expect("room-locked").path("pubkey").asText()).isEqualTo(key(ROOM_KEY.peer()));
            admin.send(setKey.deepCopy().put("pubkey", key(ROOM_KEY.peer())));
            admin.expectError("room already locked");
        }
        assertRefused(server.room(room), null, NO_TOKEN);
        assertRefused(
                server.room(room),
                token(room, 1, inAnHour(), serverKey, "room.admin"),
                "auth: signature verification failed");
    }

    @Test
    void nobodyElseLocksAnOpenRoom() throws Exception {
        ObjectNode claimed = token(room, 1, inAnHour(), OTHER_KEY, "room.admin");
        try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
            peer.send(peer.hello().set("token", claimed));
            peer.expect("welcome");

            peer.send(WirePeer.message("set-room-key").put("pubkey", key(OTHER_KEY.peer())));
            JsonNode denial = peer.expect("error");
            assertThat(denial.path("msg").asText())
                    .isEqualTo("reject.control_plane_forbidden: command=set-room-key requires=room.admin");
            assertThat(denial.path("required_capability").asText()).isEqualTo("room.admin");
            peer.expectQuiet();
        }
        try (WirePeer impostor = WirePeer.connect(server.room(room), 1)) {
            impostor.send(impostor.hello().put("pubkey", key(server.key())));
            impostor.expect("welcome");
            impostor.send(WirePeer.message("set-room-key").put("pubkey", key(OTHER_KEY.peer())));

            assertThat(impostor.expect("error").path("msg").asText()).startsWith("reject.control_plane_forbidden");
        }
    }

    private void lock() throws Exception {
        assertThat(lock(server.admin("/rooms/" + room + "/lock"))).startsWith("200 ");
    }

    private static String lock(URI route) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(route)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"pubkey\":\"" + key(ROOM_KEY.peer()) + "\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    private static void assertRefused(URI room, JsonNode token, String text) throws Exception {
        try (WirePeer peer = WirePeer.connect(room, 1)) {
            peer.send(token == null ? peer.hello() : peer.hello().set("token", token));

            peer.expectError(text);
            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(1008, text));
        }
    }

    private static void assertWelcome(URI room, JsonNode token) throws Exception {
        try (WirePeer peer = WirePeer.connect(room, 1)) {
            peer.send(peer.hello().set("token", token));

            peer.expect("welcome");
            peer.expectQuiet();
        }
    }

    /** A token for the peer that {@link WirePeer} makes of {@code peerSeed}. */
    private static ObjectNode token(String room, int peerSeed, long expiry, Signer signer, String... caps) {
        PeerId peer = Ed25519.signer(seed(peerSeed)).peer();
        RoomToken token = RoomTokens.sign(new RoomId(room), peer, expiry, List.of(caps), signer);
        ObjectNode json = WirePeer.message("token")
                .put("peer_pubkey", key(peer))
                .put("expiry", expiry)
                .put("sig", token.signature().orElseThrow());
        token.capabilities().forEach(json.putArray("caps")::add);
        return json;
    }

    private static ObjectNode with(ObjectNode token, String field, String value) {
        return token.deepCopy().put(field, value);
    }

    private static ObjectNode without(ObjectNode token, String... fields) {
        ObjectNode rest = token.deepCopy();
        rest.remove(List.of(fields));
        return rest;
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private static long inAnHour() {
        return now() + 3_600;
    }

    private static String key(PeerId peer) {
        return peer.toHex();
    }

    private static byte[] seed(int value) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) value);
        return seed;
    }
}
