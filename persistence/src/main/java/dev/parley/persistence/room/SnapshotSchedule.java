package dev.parley.persistence.room;

/**
 * When a room is worth a new snapshot: once it has grown by {@code bytesMin} and by {@code growthPercent} since the
 * last, or by {@link #BYTES_MAX} whatever its size.
 *
 * <p>A snapshot writes new segments and a manifest of at most one segment's size, and compares the segments it has: with
 * growth in proportion all of that stays linear in the room's bytes, and what is replayed after the last snapshot is
 * bounded.
 */
public final class SnapshotSchedule {
    /** So much is always worth a snapshot: it bounds what a recovery replays. */
    public static final long BYTES_MAX = 64L << 20;

    private final long bytesMin;
    private final int growthPercent;
    private long bytesAtLast;

    public SnapshotSchedule(RoomSettings settings) {
        this.bytesMin = settings.snapshots().bytesMin();
        this.growthPercent = settings.snapshots().growthPercent();
    }

    /** The room was recovered from a snapshot with so many bytes of nodes. */
    public void recovered(long bytes) {
        bytesAtLast = bytes;
    }

    /** True if a snapshot is to be made of a room with so many bytes of nodes; it counts as made. */
    public boolean due(long bytes) {
        long grown = bytes - bytesAtLast;
        boolean due = grown >= BYTES_MAX || (grown >= bytesMin && grown >= bytesAtLast / 100 * growthPercent);
        if (due) {
            bytesAtLast = bytes;
        }
        return due;
    }
}
