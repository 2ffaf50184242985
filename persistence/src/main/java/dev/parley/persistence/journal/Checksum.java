package dev.parley.persistence.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC32C of stored bytes, as an unsigned 32-bit number: finds torn and rotten rows, not forged ones. */
final class Checksum {
    private Checksum() {}

    static long of(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return crc.getValue();
    }

    /** Over the length of each part and its bytes, so that moving a border between parts changes it. */
    static long of(byte[] first, byte[] second) {
        CRC32C crc = new CRC32C();
        for (byte[] part : new byte[][] {first, second}) {
            crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.length));
            crc.update(part);
        }
        return crc.getValue();
    }
}
