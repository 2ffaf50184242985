package dev.parley.persistence.room;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * Cuts messages to what one link between members carries (Artery drops what exceeds its frame).
 *
 * <p>Shape: pieces of one transfer are numbered from 0, dense, each at most {@link #SIZE_BYTES_MAX} bytes of the
 * {@link RoomCodec}'s; a message that fits goes as it is. Cost: a message that may be too large is encoded once.
 */
public final class Fragments {
    /** The most bytes of a message in one piece. */
    public static final int SIZE_BYTES_MAX = 192 << 10;

    private Fragments() {}

    /** {@code transfer} is a number that this relay has not used for another message of this life. */
    public static List<ToRoom> forRoom(RelayId relay, long transfer, ToRoom message) {
        return forRoom(relay, transfer, message, SIZE_BYTES_MAX);
    }

    /** The same, for links that carry {@code pieceBytesMax} bytes. */
    public static List<ToRoom> forRoom(RelayId relay, long transfer, ToRoom message, int pieceBytesMax) {
        return cut(
                pieceBytesMax,
                message,
                MessageSize.of(message),
                () -> RoomCodec.encode(message),
                (index, count, bytes) -> new ToRoom.Fragment(relay, transfer, index, count, bytes));
    }

    /** {@code transfer} is a number that the sender has not used for another message to this relay. */
    public static List<ToRelay> forRelay(long transfer, ToRelay message) {
        return forRelay(transfer, message, SIZE_BYTES_MAX);
    }

    /** The same, for links that carry {@code pieceBytesMax} bytes. */
    public static List<ToRelay> forRelay(long transfer, ToRelay message, int pieceBytesMax) {
        return cut(
                pieceBytesMax,
                message,
                MessageSize.of(message),
                () -> RoomCodec.encode(message),
                (index, count, bytes) -> new ToRelay.Fragment(transfer, index, count, bytes));
    }

    private interface Piece<T> {
        T of(int index, int count, byte[] bytes);
    }

    private static <T> List<T> cut(
            int pieceBytesMax, T message, long sizeBytesAtMost, Supplier<byte[]> encoding, Piece<T> piece) {
        if (sizeBytesAtMost <= pieceBytesMax) {
            return List.of(message);
        }
        byte[] bytes = encoding.get();
        if (bytes.length <= pieceBytesMax) {
            return List.of(message);
        }
        int count = (bytes.length + pieceBytesMax - 1) / pieceBytesMax;
        List<T> pieces = new ArrayList<>(count);
        for (int index = 0; index < count; index++) {
            int from = index * pieceBytesMax;
            pieces.add(piece.of(
                    index, count, Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + pieceBytesMax))));
        }
        return pieces;
    }
}
