package dev.parley.persistence.room;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Joins the pieces of one sender's transfers, under a bound.
 *
 * <p>Pieces may come in any order and more than once. When all that is incomplete would exceed {@code bytesMax}, the
 * transfers that began first are dropped; whoever sent them asks or sends again. Not thread-safe.
 */
public final class Reassembly {
    private final long bytesMax;
    private final Map<Long, Transfer> incomplete = new LinkedHashMap<>();
    private long bytesHeld;

    public Reassembly(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** The whole message once its last missing piece is here. Pieces that cannot be are dropped. */
    public Optional<byte[]> add(long transfer, int index, int count, byte[] bytes) {
        if (count < 1 || index < 0 || index >= count || (long) count * 64 > bytesMax + 64) {
            return Optional.empty();
        }
        if (count == 1) {
            return Optional.of(bytes);
        }
        Transfer now = incomplete.get(transfer);
        if (now != null && now.pieces.length != count) {
            drop(transfer);
            now = null;
        }
        if (now == null) {
            now = new Transfer(count);
            incomplete.put(transfer, now);
            bytesHeld += now.sizeBytes;
        }
        if (now.pieces[index] != null) {
            return Optional.empty();
        }
        now.pieces[index] = bytes;
        now.missing--;
        now.sizeBytes += bytes.length;
        bytesHeld += bytes.length;
        if (now.missing == 0) {
            drop(transfer);
            return Optional.of(now.joined());
        }
        dropOldest();
        return Optional.empty();
    }

    /** What incomplete transfers hold, with 8 bytes for each piece awaited. */
    public long bytesHeld() {
        return bytesHeld;
    }

    private void drop(long transfer) {
        bytesHeld -= incomplete.remove(transfer).sizeBytes;
    }

    private void dropOldest() {
        Iterator<Transfer> oldest = incomplete.values().iterator();
        while (bytesHeld > bytesMax && oldest.hasNext()) {
            bytesHeld -= oldest.next().sizeBytes;
            oldest.remove();
        }
    }

    private static final class Transfer {
        private final byte[][] pieces;
        private int missing;
        private long sizeBytes;

        private Transfer(int count) {
            pieces = new byte[count][];
            missing = count;
            sizeBytes = 8L * count;
        }

        private byte[] joined() {
            int sum = 0;
            for (byte[] piece : pieces) {
                sum = Math.addExact(sum, piece.length);
            }
            byte[] whole = new byte[sum];
            int position = 0;
            for (byte[] piece : pieces) {
                System.arraycopy(piece, 0, whole, position, piece.length);
                position += piece.length;
            }
            return whole;
        }
    }
}
