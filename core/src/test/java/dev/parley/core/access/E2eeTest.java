package dev.parley.core.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.history.Verdict;
import dev.parley.core.reconcile.Golden;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/**
 * Encrypted nodes pass a server that has no key (spec 01 §14): they are ordinary nodes, on a key that every
 * subscription lets through and that a policy must list. The vectors are recomputed here with the JDK's own
 * cryptography.
 */
class E2eeTest {
    private static final JsonNode VECTORS = Golden.file("01-e2ee.json");
    private static final JsonNode REFERENCE = Golden.file("reference-core.json").get("e2ee");
    private static final String KEY = "\0e2ee";

    @Test
    void roomKeysComeFromTheRoomSeed() throws GeneralSecurityException {
        for (JsonNode vector : List.of(VECTORS, VECTORS.get("other_room_key"))) {
            assertThat(roomKey(Golden.bytes(vector.get("room_seed")))).isEqualTo(Golden.bytes(vector.get("room_key")));
        }
    }

    @Test
    void payloadsAreThoseOfTheVectors() throws GeneralSecurityException {
        byte[] roomKey = Golden.bytes(VECTORS.get("room_key"));
        for (JsonNode vector : VECTORS.get("vectors")) {
            byte[] nonce = nonce(roomKey, vector);
            byte[] payload = payload(roomKey, nonce, Golden.bytes(vector.get("plaintext")));

            assertThat(nonce).isEqualTo(Golden.bytes(vector.get("nonce")));
            assertThat(payload).isEqualTo(Golden.bytes(vector.get("payload")));
            assertThat(sentinelOps(payload)).isEqualTo(Golden.bytes(vector.get("sentinel_ops")));
        }
    }

    @Test
    void payloadsAreThoseOfTheReference() throws GeneralSecurityException {
        for (JsonNode vector : REFERENCE.get("cases")) {
            byte[] roomKey = Golden.bytes(vector.get("room_key"));
            byte[] payload = payload(roomKey, nonce(roomKey, vector), Golden.bytes(vector.get("plaintext_postcard")));

            assertThat(payload).isEqualTo(Golden.bytes(vector.get("payload")));
            assertThat(sentinelOps(payload)).isEqualTo(Golden.bytes(vector.get("wrapped_ops_postcard")));
        }
    }

    @Test
    void anEncryptedNodeIsAnOrdinaryNodeOnTheSystemKey() {
        for (byte[] bytes : List.of(
                Golden.bytes(VECTORS.get("node").get("bytes")),
                Golden.bytes(REFERENCE.get("signed_node").get("node_postcard")))) {
            Node node = switch (Nodes.decode(bytes, 0, bytes.length)) {
                case Decoded.Whole<Node>(Node whole) -> whole;
                case Decoded.Broken<Node> broken -> throw new AssertionError(broken);
            };

            assertThat(Nodes.verdict(node, Ed25519.best()))
                    .isEqualTo(new Verdict.Checked(node.id(), Verdict.SignatureState.VALID));
            assertThat(node.transaction().ops())
                    .hasSize(1)
                    .allMatch(op -> op instanceof Op.MapSet && op.key().equals(KEY));
            assertThat(new Subscription(List.of("world/**")).wants(node)).isTrue();
            WritePolicy closed = new WritePolicy(List.of(), WritePolicy.Fallback.DENY_ALL);
            assertThat(closed.mayWrite(node.transaction().author(), KEY)).isFalse();
            WritePolicy listed = new WritePolicy(
                    List.of(new WritePolicy.Rule(KEY, List.of(node.transaction().author()))),
                    WritePolicy.Fallback.DENY_ALL);
            assertThat(listed.mayWrite(node.transaction().author(), KEY)).isTrue();
        }
    }

    private static byte[] roomKey(byte[] seed) throws GeneralSecurityException {
        return derive(seed, "nodalmerge-e2ee-v1".getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] nonce(byte[] roomKey, JsonNode vector) throws GeneralSecurityException {
        ByteArrayOutputStream info = new ByteArrayOutputStream();
        info.writeBytes("nodalmerge-nonce-v1".getBytes(StandardCharsets.US_ASCII));
        info.writeBytes(Golden.bytes(vector.get("author")));
        info.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(Long.parseUnsignedLong(vector.get("lamport").asText()))
                .array());
        return Arrays.copyOf(derive(roomKey, info.toByteArray()), 12);
    }

    private static byte[] payload(byte[] roomKey, byte[] nonce, byte[] plaintext) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(roomKey, "AES"), new GCMParameterSpec(128, nonce));
        byte[] sealed = cipher.doFinal(plaintext);
        byte[] payload = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, payload, nonce.length, sealed.length);
        return payload;
    }

    /** HKDF-SHA256 without salt, first 32 bytes. */
    private static byte[] derive(byte[] key, byte[] info) throws GeneralSecurityException {
        byte[] expandable = hmac(new byte[32], key);
        byte[] block = Arrays.copyOf(info, info.length + 1);
        block[info.length] = 1;
        return hmac(expandable, block);
    }

    private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(message);
    }

    private static byte[] sentinelOps(byte[] payload) {
        return new PostcardWriter()
                .u64(1)
                .u32(0)
                .u32(0)
                .string(KEY)
                .bytes(payload)
                .toBytes();
    }
}
