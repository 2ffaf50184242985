package dev.parley.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.access.RoomToken;
import dev.parley.core.access.RoomTokens;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Room tokens as {@code hello.token} takes them. */
final class Tokens {
    private Tokens() {}

    /** The key made of {@code seed} alone, as {@link WirePeer} makes its own. */
    static Signer signer(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return Ed25519.signer(bytes);
    }

    /** A token for the peer that {@link WirePeer} makes of {@code peerSeed}, good for an hour. */
    static ObjectNode token(String room, int peerSeed, Signer by, String... caps) {
        return token(room, signer(peerSeed).peer(), Instant.now().getEpochSecond() + 3_600, by, caps);
    }

    static ObjectNode token(String room, PeerId peer, long expirySeconds, Signer by, String... caps) {
        RoomToken token = RoomTokens.sign(new RoomId(room), peer, expirySeconds, List.of(caps), by);
        ObjectNode json = WirePeer.message("token")
                .put("peer_pubkey", peer.toHex())
                .put("expiry", expirySeconds)
                .put("sig", token.signature().orElseThrow());
        token.capabilities().forEach(json.putArray("caps")::add);
        return json;
    }

    /** A peer that has said hello with this token and has its welcome. */
    static WirePeer join(URI at, int peerSeed, ObjectNode token) throws Exception {
        WirePeer peer = WirePeer.connect(at, peerSeed);
        peer.send(peer.hello().set("token", token));
        peer.expect("welcome");
        return peer;
    }
}
