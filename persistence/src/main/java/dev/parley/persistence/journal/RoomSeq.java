package dev.parley.persistence.journal;

/**
 * The key of an event or snapshot row: room number and {@code seq} in one 64-bit number, ordered by room, then seq.
 *
 * <pre>
 * bit      63   62..36        35..0
 * field    0    room number   seq
 * </pre>
 *
 * One integer key makes an SQLite table the index itself, clustered by room: a batch of many rooms touches one page for
 * each, and a replay reads pages in order. It is unique exactly if (room, seq) is, which is what fences a second
 * writer.
 */
final class RoomSeq {
    static final int SEQ_BITS = 36;
    static final long SEQ_MAX = (1L << SEQ_BITS) - 1;
    static final long ROOM_MAX = (1L << (63 - SEQ_BITS)) - 1;

    private RoomSeq() {}

    /** The key; a {@code seq} beyond {@link #SEQ_MAX} counts as that, so that it can stand for "no upper end". */
    static long key(long room, long seq) {
        if (room < 0 || room > ROOM_MAX) {
            throw new IllegalArgumentException("room number out of range: " + room);
        }
        return room << SEQ_BITS | Math.clamp(seq, 0, SEQ_MAX);
    }

    static long room(long key) {
        return key >>> SEQ_BITS;
    }

    static long seq(long key) {
        return key & SEQ_MAX;
    }
}
