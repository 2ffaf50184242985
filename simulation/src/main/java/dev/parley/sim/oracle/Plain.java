package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;

/** What the plain rules share: the order of texts, and the hash. */
final class Plain {
    /** Texts by their bytes in UTF-8, unsigned (spec 05 §1). */
    static final Comparator<String> BYTE_ORDER = (left, right) -> Arrays.compareUnsigned(utf8(left), utf8(right));

    private Plain() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** BLAKE3 of these bytes. */
    static NodeId hash(byte[] bytes, int from, int to) {
        return finish(new Blake3Digest(), bytes, from, to);
    }

    /** BLAKE3 of these bytes under a key of 32 bytes. */
    static NodeId keyedHash(byte[] key, byte[] bytes) {
        Blake3Digest digest = new Blake3Digest();
        digest.init(Blake3Parameters.key(key));
        return finish(digest, bytes, 0, bytes.length);
    }

    private static NodeId finish(Blake3Digest digest, byte[] bytes, int from, int to) {
        digest.update(bytes, from, to - from);
        byte[] hash = new byte[NodeId.SIZE_BYTES];
        digest.doFinal(hash, 0);
        return NodeId.of(hash);
    }

    /** {@code one + more}, at most 2^64 - 1; both unsigned. */
    static long plusSaturating(long one, long more) {
        long sum = one + more;
        return Long.compareUnsigned(sum, one) < 0 ? -1L : sum;
    }

    static long max(long one, long other) {
        return Long.compareUnsigned(one, other) >= 0 ? one : other;
    }
}
