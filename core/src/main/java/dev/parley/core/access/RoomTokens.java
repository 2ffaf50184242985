package dev.parley.core.access;

import dev.parley.core.history.Signer;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Issues room tokens (spec 01 §12.2).
 *
 * <p>Layout of the signed bytes:
 *
 * <pre>
 * size        field
 * 24          "nodalmerge-room-token-v1"
 * 1           00
 * n           room id, UTF-8
 * 1           00
 * 32          the peer's public key
 * 8           expiry in seconds since the epoch, little-endian
 * 1           00
 * n           capabilities, ascending by UTF-8 bytes, joined by 0A
 * </pre>
 */
public final class RoomTokens {
    /** Size of a token's signature in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    /** Most capabilities of a token (spec 01 §16). */
    public static final int CAPABILITIES_MAX = 256;

    /** Longest capability, in bytes of UTF-8. */
    public static final int CAPABILITY_BYTES_MAX = 256;

    private static final byte[] DOMAIN = "nodalmerge-room-token-v1".getBytes(StandardCharsets.US_ASCII);

    private RoomTokens() {}

    /**
     * A token that admits {@code peer} to the room until {@code expirySeconds} (unsigned, since the epoch).
     *
     * <p>Errors: throws {@link IllegalArgumentException}, whose message says why, for capabilities that must not be
     * signed: one with a line feed equals two others, and there are bounds. A room id has no byte 00 to begin with.
     */
    public static RoomToken sign(
            RoomId room, PeerId peer, long expirySeconds, List<String> capabilities, Signer signer) {
        if (capabilities.stream().anyMatch(it -> it.indexOf('\n') >= 0)) {
            throw new IllegalArgumentException("a capability must not contain a line feed");
        }
        if (!withinBounds(capabilities)) {
            throw new IllegalArgumentException("a token has at most " + CAPABILITIES_MAX + " capabilities of at most "
                    + CAPABILITY_BYTES_MAX + " bytes");
        }
        byte[] signature = signer.signOver(signedBytes(room.value(), peer, expirySeconds, capabilities));
        return new RoomToken(
                Optional.of(Bytes.toHex(peer.toBytes())),
                Optional.of(expirySeconds),
                sorted(capabilities),
                Optional.of(Bytes.toHex(signature)),
                Optional.empty(),
                Optional.empty());
    }

    /** The bytes that a token's signature covers; the order of the capabilities does not matter. */
    static byte[] signedBytes(String room, PeerId peer, long expirySeconds, List<String> capabilities) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(DOMAIN);
        out.write(0);
        out.writeBytes(room.getBytes(StandardCharsets.UTF_8));
        out.write(0);
        out.writeBytes(peer.toBytes());
        out.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(expirySeconds)
                .array());
        out.write(0);
        out.writeBytes(String.join("\n", sorted(capabilities)).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    static boolean withinBounds(List<String> capabilities) {
        return capabilities.size() <= CAPABILITIES_MAX
                && capabilities.stream()
                        .allMatch(it -> it.getBytes(StandardCharsets.UTF_8).length <= CAPABILITY_BYTES_MAX);
    }

    private static List<String> sorted(List<String> capabilities) {
        return capabilities.stream().sorted(Bytes::compareUtf8).toList();
    }
}
