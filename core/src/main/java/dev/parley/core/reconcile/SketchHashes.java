package dev.parley.core.reconcile;

import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import java.nio.charset.StandardCharsets;

/**
 * What a filter needs to know of an id, whatever its index rule: three words that choose cells, and a checksum.
 *
 * <p>Cost: 4 hashes. A room computes this once an id for both of its filters.
 */
record SketchHashes(NodeId id, byte[] bytes, long word0, long word1, long word2, int checksum) {
    private static final byte[] KEY_0 = key("nodalmerge-ibf-h0-00000000000000");
    private static final byte[] KEY_1 = key("nodalmerge-ibf-h1-00000000000000");
    private static final byte[] KEY_2 = key("nodalmerge-ibf-h2-00000000000000");

    static SketchHashes of(NodeId id) {
        byte[] bytes = id.toBytes();
        return new SketchHashes(
                id, bytes, word(KEY_0, bytes), word(KEY_1, bytes), word(KEY_2, bytes), checksum(bytes, 0));
    }

    /** The first 4 bytes of an id's unkeyed hash, as a big-endian word. */
    static int checksum(byte[] bytes, int offset) {
        return (int) (Blake3.hash(bytes, offset, NodeId.SIZE_BYTES).word(0) >>> 32);
    }

    private static long word(byte[] key, byte[] id) {
        return Long.reverseBytes(Blake3.keyed(key, id, 0, id.length).word(0));
    }

    private static byte[] key(String ascii) {
        return ascii.getBytes(StandardCharsets.US_ASCII);
    }
}
