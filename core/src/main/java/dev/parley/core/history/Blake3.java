package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;

/**
 * The hash of the protocol: BLAKE3 with an output of 32 bytes, unkeyed or keyed (spec 01 §1).
 *
 * <p>Cost: some 100 ns for each started block of 64 bytes, more beyond 1 KiB; inputs are not copied. Thread-safe.
 */
public final class Blake3 {
    /** Size of a key in bytes. */
    public static final int KEY_BYTES = 32;

    private static final ThreadLocal<Blake3Digest> UNKEYED = ThreadLocal.withInitial(Blake3Digest::new);
    private static final ThreadLocal<Blake3Digest> KEYED = ThreadLocal.withInitial(Blake3Digest::new);

    private Blake3() {}

    /** The hash of the parts, one after the other. */
    public static NodeId hash(byte[]... parts) {
        if (parts.length == 1) {
            return hash(parts[0], 0, parts[0].length);
        }
        Blake3Digest digest = UNKEYED.get();
        digest.reset();
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        return finish(digest);
    }

    /** The hash of {@code length} bytes from {@code offset} on. */
    public static NodeId hash(byte[] bytes, int offset, int length) {
        if (length <= Blake3Chunk.BYTES_MAX) {
            return NodeId.of(Blake3Chunk.hash(bytes, offset, length), 0);
        }
        Blake3Digest digest = UNKEYED.get();
        digest.reset();
        digest.update(bytes, offset, length);
        return finish(digest);
    }

    /** The hash of {@code length} bytes from {@code offset} on under a key of 32 bytes. */
    public static NodeId keyed(byte[] key, byte[] bytes, int offset, int length) {
        if (length <= Blake3Chunk.BYTES_MAX) {
            return NodeId.of(Blake3Chunk.keyed(key, bytes, offset, length), 0);
        }
        Blake3Digest digest = KEYED.get();
        digest.init(Blake3Parameters.key(key));
        digest.update(bytes, offset, length);
        return finish(digest);
    }

    private static NodeId finish(Blake3Digest digest) {
        byte[] hash = new byte[NodeId.SIZE_BYTES];
        digest.doFinal(hash, 0);
        return NodeId.of(hash, 0);
    }
}
