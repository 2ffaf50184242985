package dev.parley.persistence.journal;

import dev.parley.persistence.journal.SnapshotRow.Numbered;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.Future;

/**
 * The snapshot plugin {@value #ID}, in the journal's database.
 *
 * <p>A {@link SegmentedSnapshot} costs its manifest and the segments that are not stored yet; the newest two are kept.
 * Any other object is stored whole, through its serializer, until it is deleted.
 *
 * <p>A snapshot is only ever a shortcut: one that fails its checksums or lacks a segment is logged, forgotten
 * and passed over; one that no serializer reads is logged and passed over for the one before it; without any the room
 * replays its whole journal. Failing to save one harms nothing.
 */
public final class JdbcSnapshotStore extends SnapshotStore {
    public static final String ID = "parley.snapshot-plugin";
    private static final Logger LOG = LoggerFactory.getLogger(JdbcSnapshotStore.class);
    private static final String SAVERS = "parley.snapshot-writer";

    private final JournalDatabase database;
    private final JournalMeters meters;
    private final SnapshotSaver saver;
    private final Payloads payloads;
    private final Executor readers;
    private final Executor savers;

    public JdbcSnapshotStore() {
        JournalAccess access = JournalAccess.of(context().system());
        this.database = access.database();
        this.meters = access.meters();
        this.saver = new SnapshotSaver(database, meters);
        this.payloads = new Payloads(context().system());
        this.readers = context().system().dispatchers().lookup(JdbcJournal.READERS);
        this.savers = context().system().dispatchers().lookup(SAVERS);
    }

    @Override
    public void postStop() throws Exception {
        saver.close();
        super.postStop();
    }

    @Override
    public Future<Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        return Answer.of(CompletableFuture.runAsync(() -> save(metadata, snapshot), savers)
                .whenComplete((none, failure) -> {
                    if (failure != null) {
                        meters.snapshotFailed();
                        warn(metadata, failure);
                    }
                }));
    }

    private static void warn(SnapshotMetadata metadata, Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String id = metadata.persistenceId();
        if (cause instanceof JournalWriteFailed failed) {
            LOG.atWarn()
                    .setMessage("snapshot was not saved")
                    .addKeyValue("room", StoredRoom.of(id))
                    .addKeyValue("seq", metadata.sequenceNr())
                    .addKeyValue("reason", failed.why())
                    .addKeyValue("why", failed.getMessage())
                    .log();
        } else {
            LOG.atWarn()
                    .setMessage("snapshot was not saved")
                    .addKeyValue("room", StoredRoom.of(id))
                    .addKeyValue("seq", metadata.sequenceNr())
                    .setCause(cause)
                    .log();
        }
    }

    private void save(SnapshotMetadata metadata, Object snapshot) {
        if (snapshot instanceof SegmentedSnapshot segmented) {
            saver.save(metadata.persistenceId(), metadata.sequenceNr(), metadata.timestamp(), segmented);
            return;
        }
        SnapshotRow row;
        try {
            row = SnapshotRow.whole(metadata.sequenceNr(), metadata.timestamp(), payloads.write(snapshot));
        } catch (Exception e) {
            throw new IllegalArgumentException("no serializer takes this snapshot", e);
        }
        saver.save(metadata.persistenceId(), row);
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return Answer.of(CompletableFuture.supplyAsync(() -> newestIntact(persistenceId, range(criteria)), readers));
    }

    private static SnapshotTable.Range range(SnapshotSelectionCriteria criteria) {
        return new SnapshotTable.Range(
                criteria.minSequenceNr(), criteria.maxSequenceNr(), criteria.minTimestamp(), criteria.maxTimestamp());
    }

    private Optional<SelectedSnapshot> newestIntact(String persistenceId, SnapshotTable.Range range) {
        OptionalLong room = database.read(connection -> EventTable.room(connection, persistenceId));
        if (room.isEmpty() || range.mostSeq() < range.leastSeq() || range.mostSeq() < 0) {
            return Optional.empty();
        }
        long number = room.getAsLong();
        for (long seq : database.read(connection -> SnapshotTable.seqs(connection, number, range))) {
            Optional<SnapshotRow> row = database.read(connection -> SnapshotTable.row(connection, number, seq));
            if (row.isEmpty()) {
                continue; // Replaced by a newer one in between.
            }
            try {
                SnapshotMetadata metadata =
                        new SnapshotMetadata(persistenceId, seq, row.get().writtenAtMs(), scala.Option.empty());
                return Optional.of(SelectedSnapshot.create(metadata, value(number, row.get())));
            } catch (Torn torn) {
                skip(persistenceId, seq, torn);
            }
        }
        return Optional.empty();
    }

    private Object value(long room, SnapshotRow row) throws Torn {
        return switch (SnapshotRules.read(
                row, segment -> database.read(connection -> SnapshotTable.segment(connection, room, segment)))) {
            case SnapshotRules.Reading.Intact(StoredSnapshot snapshot) -> snapshot;
            case SnapshotRules.Reading.Torn(String why, List<Numbered> segments) -> throw new Torn(why, segments, true);
            case SnapshotRules.Reading.Whole w -> {
                try {
                    yield payloads.read(row.serializer(), row.manifest(), row.payload());
                } catch (JournalReadFailed e) {
                    throw new Torn(e.getMessage(), List.of(), false); // Another version of this server may read it.
                }
            }
        };
    }

    private void skip(String persistenceId, long seq, Torn torn) {
        LOG.atWarn()
                .setMessage("snapshot skipped, an older one or the whole journal is used")
                .addKeyValue("room", StoredRoom.of(persistenceId))
                .addKeyValue("seq", seq)
                .addKeyValue("why", torn.getMessage())
                .log();
        meters.snapshotSkipped();
        if (!torn.forGood) {
            return;
        }
        CompletableFuture.runAsync(() -> saver.discard(persistenceId, seq, torn.segments), savers)
                .whenComplete((none, failure) -> {
                    if (failure != null) {
                        LOG.atWarn()
                                .setMessage("skipped snapshot was not removed")
                                .addKeyValue("room", StoredRoom.of(persistenceId))
                                .addKeyValue("seq", seq)
                                .setCause(failure)
                                .log();
                    }
                });
    }

    @Override
    public Future<Void> doDeleteAsync(SnapshotMetadata metadata) {
        // A timestamp of 0 means: whenever it was taken.
        boolean anyTime = metadata.timestamp() == 0;
        return delete(
                metadata.persistenceId(),
                new SnapshotTable.Range(
                        metadata.sequenceNr(),
                        metadata.sequenceNr(),
                        anyTime ? 0 : metadata.timestamp(),
                        anyTime ? Long.MAX_VALUE : metadata.timestamp()));
    }

    @Override
    public Future<Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        return delete(persistenceId, range(criteria));
    }

    private Future<Void> delete(String persistenceId, SnapshotTable.Range range) {
        return Answer.of(CompletableFuture.runAsync(() -> saver.delete(persistenceId, range), savers));
    }

    /** Why a snapshot cannot be used, which of its segments are to blame, and whether nobody can ever use it. */
    private static final class Torn extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient List<Numbered> segments;
        private final boolean forGood;

        Torn(String why, List<Numbered> segments, boolean forGood) {
            super(why, null, false, false);
            this.segments = segments;
            this.forGood = forGood;
        }
    }
}
