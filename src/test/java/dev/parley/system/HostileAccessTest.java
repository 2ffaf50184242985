package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.PeerId;
import dev.parley.system.WirePeer.Seen;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways to take what nobody gave: each is refused or harmless (spec 01 §17, 03 §13, 04 §2). */
class HostileAccessTest {
    private static final Signer ROOM_KEY = Tokens.signer(40);
    private static final String FORBIDDEN = "reject.control_plane_forbidden: command=set-policy requires=policy.admin";
    private static final String BAD_SIGNATURE = "auth: signature verification failed";
    private static final AtomicInteger ROOMS = new AtomicInteger();

    @TempDir
    static Path data;

    private static LocalServer server;
    private static Signer serverKey;

    private final String room = "hostile-" + ROOMS.incrementAndGet();

    @BeforeAll
    static void start() throws Exception {
        // No allowance above the rate, so that a session without a limit would be seen.
        server = LocalServer.start(data, "limits.initial-burst-nodes=0", "limits.initial-burst-bytes=0");
        serverKey = Ed25519.signer(Files.readAllBytes(data.resolve("server.key")));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Locks this test's room with {@link #ROOM_KEY}, and sets a policy if one is given. */
    private void lock(ObjectNode... policies) throws Exception {
        try (WirePeer admin =
                Tokens.join(server.room(room), 9, Tokens.token(room, 9, serverKey, "room.admin", "policy.admin"))) {
            for (ObjectNode policy : policies) {
                admin.send(policy);
                assertThat(admin.expect("policy-set").path("room").asText()).isEqualTo(room);
            }
            admin.send(WirePeer.message("set-room-key")
                    .put("pubkey", ROOM_KEY.peer().toHex()));
            admin.expect("room-locked");
        }
    }

    private static ObjectNode denyAll() {
        return WirePeer.message("set-policy").put("default", "deny");
    }

    private void assertRefused(WirePeer peer, JsonNode hello, String text) throws Exception {
        peer.send(hello);
        peer.expectError(text);
        assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(1008, text));
        peer.close();
    }

    private static void assertDenied(WirePeer peer) throws Exception {
        peer.send(denyAll());
        JsonNode denial = peer.expect("error");
        assertThat(denial.path("msg").asText()).isEqualTo(FORBIDDEN);
        assertThat(denial.path("reason_class").asText()).isEqualTo("reject.control_plane_forbidden");
        peer.expectQuiet();
    }

    @Test
    void theServersKeyInHelloGivesNothingInAnOpenRoom() throws Exception {
        try (WirePeer impostor = WirePeer.connect(server.room(room), 1)) {
            impostor.send(impostor.hello().put("pubkey", server.key().toHex()));
            impostor.expect("welcome");
            assertDenied(impostor);

            List<Node> flood = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                flood.add(impostor.write("k" + i, "v"));
            }
            impostor.sendPack(flood);
            assertThat(impostor.expectClose()).isEqualTo(new Seen.Closed(4008, "rate limit exceeded"));
        }
    }

    @Test
    void theServersKeyInHelloDoesNotOpenALockedRoom() throws Exception {
        lock();
        WirePeer impostor = WirePeer.connect(server.room(room), 1);
        ObjectNode claimed = impostor.hello().put("pubkey", server.key().toHex());

        assertRefused(impostor, claimed, "auth: room is locked — include a capability token in hello");
        assertRefused(
                WirePeer.connect(server.room(room), 1),
                claimed.deepCopy().set("token", Tokens.token(room, 1, ROOM_KEY, "policy.admin")),
                "auth: token peer_pubkey does not match connecting peer");
        // A token that the server's key signed for itself is of the wrong signer here.
        assertRefused(
                WirePeer.connect(server.room(room), 1),
                claimed.deepCopy().set("token", Tokens.token(room, server.key(), soon(), serverKey, "policy.admin")),
                BAD_SIGNATURE);
    }

    @Test
    void aStolenOrAlteredTokenOpensNoLockedRoom() throws Exception {
        lock();
        ObjectNode good = Tokens.token(room, 1, ROOM_KEY, "query.read");
        ObjectNode edited = good.deepCopy();
        edited.putArray("caps").add("query.read").add("room.admin");
        ObjectNode longer = good.deepCopy().put("expiry", good.path("expiry").asLong() + 1);
        ObjectNode zeros = good.deepCopy().put("sig", "00".repeat(64));
        ObjectNode forAnother = Tokens.token(room, 2, ROOM_KEY);
        ObjectNode renamed =
                forAnother.deepCopy().put("peer_pubkey", Tokens.signer(1).peer().toHex());

        String mismatch = "auth: token peer_pubkey does not match connecting peer";
        assertRefusedWith(edited, BAD_SIGNATURE);
        assertRefusedWith(longer, BAD_SIGNATURE);
        assertRefusedWith(zeros, BAD_SIGNATURE);
        assertRefusedWith(forAnother, mismatch);
        assertRefusedWith(renamed, BAD_SIGNATURE);
        assertRefusedWith(Tokens.token("another-" + room, 1, ROOM_KEY), BAD_SIGNATURE);
        assertRefusedWith(Tokens.token(room, 1, Tokens.signer(41)), BAD_SIGNATURE);
        assertRefusedWith(Tokens.token(room, 1, Tokens.signer(1)), BAD_SIGNATURE);
        // Of two spellings the first counts, so the second cannot bring in what was not signed.
        ObjectNode both = good.deepCopy();
        both.putArray("capabilities").add("room.admin").add("policy.admin");
        try (WirePeer peer = Tokens.join(server.room(room), 1, both)) {
            assertDenied(peer);
        }
    }

    private void assertRefusedWith(ObjectNode token, String text) throws Exception {
        WirePeer peer = WirePeer.connect(server.room(room), 1);
        assertRefused(peer, peer.hello().set("token", token), text);
    }

    @Test
    void aStolenOrAlteredTokenGivesNothingInAnOpenRoom() throws Exception {
        ObjectNode good = Tokens.token(room, 1, serverKey, "query.read");
        ObjectNode edited = good.deepCopy();
        edited.putArray("caps").add("policy.admin");
        List<ObjectNode> tokens = List.of(
                edited,
                Tokens.token(room, 2, serverKey, "policy.admin"),
                Tokens.token("another-" + room, 1, serverKey, "policy.admin"),
                Tokens.token(room, 1, ROOM_KEY, "policy.admin"),
                Tokens.token(room, Tokens.signer(1).peer(), 1, serverKey, "policy.admin"),
                Tokens.token(room, 1, serverKey, "policy.admin ", "POLICY.ADMIN", "policy.*", "**"));
        for (ObjectNode token : tokens) {
            try (WirePeer peer = Tokens.join(server.room(room), 1, token)) {
                assertDenied(peer);
            }
        }
        try (WirePeer admin = Tokens.join(server.room(room), 1, Tokens.token(room, 1, serverKey, "policy.admin"))) {
            admin.send(denyAll());
            admin.expect("policy-set");
        }
    }

    @Test
    void aTokenIsNoUseOnceItHasExpired() throws Exception {
        lock();
        ObjectNode old = Tokens.token(room, Tokens.signer(1).peer(), soon() - 7_200, ROOM_KEY, "room.admin");

        for (int i = 0; i < 2; i++) {
            try (WirePeer peer = WirePeer.connect(server.room(room), 1)) {
                peer.send(peer.hello().set("token", old));
                JsonNode error = peer.expect("error");
                assertThat(error.path("msg").asText()).isEqualTo("auth: token has expired");
                assertThat(error.path("status").asText()).isEqualTo("AuthViolation");
                assertThat(error.path("reason_class").asText()).isEqualTo("unauthorized.token_expired");
                assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(4002, "token expired"));
            }
        }
    }

    @Test
    void aNodeThatNobodySignedIsRefusedAndSeenByNobody() throws Exception {
        try (WirePeer watcher = WirePeer.join(server.room(room), 2);
                WirePeer forger = WirePeer.join(server.room(room), 1)) {
            watcher.expect("peer-joined");
            PeerId victim = Tokens.signer(2).peer();
            Node zeros = forged(victim, new byte[64], "k");
            byte[] garbage = new byte[64];
            garbage[5] = 7;
            Node garbled = forged(victim, garbage, "l");

            forger.sendPack(zeros, garbled);

            JsonNode error = forger.expect("error");
            assertThat(error.path("msg").asText())
                    .isEqualTo("invalid ed25519 signature on node " + zeros.id()
                            + "; invalid ed25519 signature on node " + garbled.id());
            assertThat(error.path("reason_class").asText()).isEqualTo("reject.invalid_signature");
            watcher.expectQuiet();
        }
    }

    /** A known id does not make another signature good, nor bring the node round again. */
    @Test
    void aKnownNodeUnderAnotherSignatureIsNotStoredAgain() throws Exception {
        try (WirePeer author = WirePeer.join(server.room(room), 1);
                WirePeer forger = WirePeer.join(server.room(room), 2)) {
            author.expect("peer-joined");
            Node real = author.write("k", "v");
            author.sendPack(real);
            author.expect("pack-ack");
            forger.expect("pack");

            forger.sendPack(Nodes.claimed(real.id(), real.transaction(), new byte[64]));

            JsonNode ack = forger.expect("pack-ack");
            assertThat(ack.path("accepted_count").asInt()).isEqualTo(1);
            author.expectQuiet();
            try (WirePeer late = WirePeer.connect(server.room(room), 3)) {
                late.send(late.hello());
                late.expect("welcome");
                assertThat(WirePeer.nodes(late.expect("pack")).getFirst().signature())
                        .isEqualTo(real.signature());
            }
        }
    }

    @Test
    void theSnapshotMarkerOpensNoWayAroundThePolicy() throws Exception {
        lock(denyAll());
        byte[] emptyFront = {0};
        Op hash = new Op.MapSet("\0snap:hash", new byte[32]);
        Op front = new Op.MapSet("\0snap:front", emptyFront);
        Op other = new Op.MapSet("world/x", "mine".getBytes(StandardCharsets.UTF_8));
        try (WirePeer peer = Tokens.join(server.room(room), 1, Tokens.token(room, 1, ROOM_KEY))) {
            assertDeniedKey(peer, peer.node(1, List.of(), other), "world/x");
            assertDeniedKey(peer, peer.node(1, List.of(), hash, other), "\0snap:hash");
            assertDeniedKey(peer, peer.node(1, List.of(), hash, front), "\0snap:hash");
            assertDeniedKey(peer, peer.node(1, List.of(), hash, front, other), "\0snap:hash");
            // In the server's name, but not by its hand.
            Node claimed = forged(server.key(), new byte[64], List.of(hash, front));
            peer.sendPack(claimed);
            peer.expectError("invalid ed25519 signature on node " + claimed.id());
            // Even the server's own key is exempt for snapshots alone.
            Node mixed =
                    Nodes.sign(new Transaction(server.key(), 1, 0, List.of(hash, front, other), List.of()), serverKey);
            assertDeniedKey(peer, mixed, "\0snap:hash");
        }
        try (WirePeer peer = Tokens.join(server.room(room), 1, Tokens.token(room, 1, ROOM_KEY))) {
            peer.sendPack(Nodes.sign(new Transaction(server.key(), 1, 0, List.of(hash, front), List.of()), serverKey));
            assertThat(peer.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
        }
    }

    /** Refusals come at once; the acknowledgements of packs that hold nothing else come later, and are not waited for. */
    private static void assertDeniedKey(WirePeer peer, Node node, String key) throws Exception {
        peer.sendPack(node);
        while (true) {
            if (peer.next() instanceof Seen.Message(var json)
                    && !json.path("type").asText().equals("pack-ack")) {
                assertThat(json.path("msg").asText())
                        .startsWith("policy violation: author [")
                        .endsWith("] not permitted to write key '" + key + "'");
                assertThat(json.path("reason_class").asText()).isEqualTo("reject.policy_violation");
                return;
            }
        }
    }

    private static Node forged(PeerId author, byte[] signature, String key) {
        return forged(author, signature, List.of(new Op.MapSet(key, new byte[] {1})));
    }

    private static Node forged(PeerId author, byte[] signature, List<Op> ops) {
        Transaction transaction = new Transaction(author, 1, 0, ops, List.of());
        return Nodes.claimed(Nodes.idOf(transaction), transaction, signature); // The id does not cover the signature.
    }

    private static long soon() {
        return Instant.now().getEpochSecond() + 3_600;
    }
}
