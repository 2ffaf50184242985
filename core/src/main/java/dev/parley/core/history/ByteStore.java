package dev.parley.core.history;

import java.util.Arrays;

/**
 * Byte strings one after the other in chunks. A string lies in one chunk, whole; its place is the number of the chunk
 * in the high 32 bits and the offset in the low ones. One writer appends; readers as in {@link IntColumn}.
 *
 * <p>Cost: appending copies the string and nothing else. A new chunk is an eighth of what there is, within bounds, and
 * a string of more than an eighth of that has a chunk of its own: so about a quarter is unused at worst.
 */
final class ByteStore {
    private static final int CHUNK_MIN = 1 << 10;
    /** Below half a region of the collector even in small heaps: larger arrays get whole regions to themselves. */
    private static final int CHUNK_MAX = 1 << 18;

    private byte[][] chunks = {new byte[CHUNK_MIN], null, null, null};
    private int chunkCount = 1;
    /** The chunk that is being filled. */
    private int open;

    private int used;
    private long capacity = CHUNK_MIN;

    byte[][] chunks() {
        return chunks;
    }

    /** Copies the bytes and returns their place. */
    long add(byte[] bytes) {
        if (chunks[open].length - used < bytes.length) {
            int usual = Math.clamp(capacity / 8, CHUNK_MIN, CHUNK_MAX);
            if (bytes.length > usual / 8) {
                int own = newChunk(bytes.length);
                System.arraycopy(bytes, 0, chunks[own], 0, bytes.length);
                return (long) own << 32;
            }
            open = newChunk(usual);
            used = 0;
        }
        System.arraycopy(bytes, 0, chunks[open], used, bytes.length);
        long place = ((long) open << 32) | used;
        used += bytes.length;
        return place;
    }

    private int newChunk(int sizeBytes) {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, 2 * chunkCount);
        }
        chunks[chunkCount] = new byte[sizeBytes];
        capacity += sizeBytes;
        return chunkCount++;
    }

    static byte[] chunk(byte[][] chunks, long place) {
        return chunks[(int) (place >>> 32)];
    }

    static int offset(long place) {
        return (int) place;
    }
}
