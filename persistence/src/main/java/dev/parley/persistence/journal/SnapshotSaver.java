package dev.parley.persistence.journal;

import dev.parley.persistence.journal.SnapshotRow.Numbered;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes and deletes snapshots on a connection of its own, in short transactions, so that the group writer waits for
 * one segment at most. A snapshot exists from its manifest's commit on; segments of one that never got that far are
 * used by the next, or deleted with it.
 *
 * <p>Thread-safe: one caller at a time, the others wait.
 *
 * <p>Errors: {@link JournalWriteFailed}; what was stored before stays as it was.
 */
final class SnapshotSaver {
    private final JournalDatabase database;
    private final JournalMeters meters;
    private boolean closed;

    SnapshotSaver(JournalDatabase database, JournalMeters meters) {
        this.database = database;
        this.meters = meters;
    }

    /** Writes what the database lacks of this snapshot, then its manifest, then drops what is no longer needed. */
    synchronized void save(String persistenceId, long seq, long writtenAtMs, SegmentedSnapshot snapshot) {
        long startedAt = System.nanoTime();
        List<Segment> segments = new ArrayList<>(snapshot.segmentCount());
        int[] written = {0};
        long[] bytesWritten = {0};
        inConnection(persistenceId, (connection, room) -> {
            Set<Numbered> stored = new HashSet<>();
            database.transaction(connection, () -> stored.addAll(SnapshotTable.storedSegments(connection, room)));
            for (int number = 0; number < snapshot.segmentCount(); number++) {
                byte[] bytes = snapshot.segment(number);
                Segment which = Segment.of(bytes);
                segments.add(which);
                if (!stored.contains(new Numbered(number, which))) {
                    add(connection, room, new Numbered(number, which), bytes);
                    written[0]++;
                    bytesWritten[0] += bytes.length;
                }
            }
            SnapshotRow row = SnapshotRow.segmented(seq, writtenAtMs, segments, snapshot.manifest());
            bytesWritten[0] += row.payload().length;
            database.transaction(connection, () -> {
                SnapshotTable.put(connection, room, row);
                deleteOld(connection, room);
                SnapshotTable.deleteUnused(connection, room);
            });
        });
        meters.snapshotSaved(Duration.ofNanos(System.nanoTime() - startedAt), written[0], bytesWritten[0]);
    }

    private void add(Connection connection, long room, Numbered segment, byte[] bytes) throws SQLException {
        database.transaction(connection, () -> {
            SnapshotTable.addSegment(connection, room, segment, bytes);
        });
    }

    private static void deleteOld(Connection connection, long room) throws SQLException {
        List<Long> seqs = SnapshotTable.seqs(connection, room, SnapshotTable.Range.ALL);
        Set<Long> segmented = new HashSet<>();
        for (long seq : seqs) {
            if (SnapshotTable.row(connection, room, seq)
                    .map(SnapshotRow::segmented)
                    .orElse(false)) {
                segmented.add(seq);
            }
        }
        for (long seq : SnapshotRules.superfluous(seqs, segmented::contains)) {
            SnapshotTable.delete(connection, room, seq);
        }
    }

    /** Writes a snapshot that is one object; how many of these are kept is up to whoever saves them. */
    synchronized void save(String persistenceId, SnapshotRow whole) {
        long startedAt = System.nanoTime();
        inConnection(
                persistenceId,
                (connection, room) -> database.transaction(connection, () -> {
                    SnapshotTable.put(connection, room, whole);
                }));
        meters.snapshotSaved(Duration.ofNanos(System.nanoTime() - startedAt), 0, whole.payload().length);
    }

    synchronized void delete(String persistenceId, SnapshotTable.Range range) {
        inConnection(
                persistenceId,
                (connection, room) -> database.transaction(connection, () -> {
                    for (long seq : SnapshotTable.seqs(connection, room, range)) {
                        SnapshotTable.delete(connection, room, seq);
                    }
                    SnapshotTable.deleteUnused(connection, room);
                }));
    }

    /**
     * Forgets a snapshot that cannot be read, and those of its segments that are damaged: the next save writes them.
     */
    synchronized void discard(String persistenceId, long seq, List<Numbered> torn) {
        inConnection(
                persistenceId,
                (connection, room) -> database.transaction(connection, () -> {
                    SnapshotTable.delete(connection, room, seq);
                    for (Numbered segment : torn) {
                        SnapshotTable.deleteSegment(connection, room, segment);
                    }
                }));
    }

    /** Waits for what is being written; from then on nothing is. */
    synchronized void close() {
        closed = true;
    }

    private interface RoomWork {
        void run(Connection connection, long room) throws SQLException;
    }

    private void inConnection(String persistenceId, RoomWork work) {
        if (closed) {
            throw new JournalWriteFailed(JournalWriteFailed.Why.CLOSED, "the snapshot store is closing");
        }
        try (Connection connection = database.openForSnapshots()) {
            long[] room = {0};
            database.transaction(connection, () -> {
                room[0] = EventTable.roomOrNew(connection, persistenceId);
            });
            work.run(connection, room[0]);
        } catch (SQLException e) {
            throw JournalWriteFailed.of(database.dialect().trouble(e), e);
        }
    }
}
