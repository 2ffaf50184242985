package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.params.Blake3Parameters;
import org.junit.jupiter.api.Test;

class Blake3Test {
    private static final int LENGTH_MAX = 2 * Blake3Chunk.BYTES_MAX + 3;
    private static final byte[] BYTES = counted(LENGTH_MAX + 5);
    private static final byte[] KEY = counted(Blake3.KEY_BYTES);

    @Test
    void hashesOfEveryLengthAgreeWithAnotherImplementation() {
        for (int length = 0; length <= LENGTH_MAX; length++) {
            Blake3Digest digest = new Blake3Digest();
            digest.update(BYTES, 5, length);

            assertThat(Blake3.hash(BYTES, 5, length)).as("length %d", length).isEqualTo(result(digest));
        }
    }

    @Test
    void keyedHashesOfEveryLengthAgreeWithAnotherImplementation() {
        for (int length = 0; length <= LENGTH_MAX; length++) {
            Blake3Digest digest = new Blake3Digest();
            digest.init(Blake3Parameters.key(KEY));
            digest.update(BYTES, 5, length);

            assertThat(Blake3.keyed(KEY, BYTES, 5, length))
                    .as("length %d", length)
                    .isEqualTo(result(digest));
        }
    }

    private static NodeId result(Blake3Digest digest) {
        byte[] hash = new byte[NodeId.SIZE_BYTES];
        digest.doFinal(hash, 0);
        return NodeId.of(hash, 0);
    }

    private static byte[] counted(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + i / 251);
        }
        return bytes;
    }
}
