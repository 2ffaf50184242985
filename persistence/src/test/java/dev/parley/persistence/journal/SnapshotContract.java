package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.persistence.DeleteSnapshotSuccess;
import org.apache.pekko.persistence.DeleteSnapshotsSuccess;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the snapshot store promises, whatever database is under it; asserts what Pekko's own snapshot TCK does, and
 * more.
 */
abstract class SnapshotContract {
    private static final String ROOM = "room|alpha";
    private static final SnapshotSelectionCriteria LATEST = SnapshotSelectionCriteria.latest();

    private JournalSettings settings;
    private PluginProbe plugins;

    /** An empty journal, never given out before. */
    abstract JournalSettings fresh();

    @BeforeEach
    void open() {
        settings = fresh();
        plugins = new PluginProbe(settings);
    }

    @AfterEach
    void close() {
        plugins.close();
    }

    /** A snapshot as a room makes them: full segments, and a manifest for the rest. */
    private record Cut(List<byte[]> parts, byte[] manifest) implements SegmentedSnapshot {
        static Cut of(String manifest, String... parts) {
            List<byte[]> bytes = new ArrayList<>();
            for (String part : parts) {
                bytes.add(part.getBytes(StandardCharsets.UTF_8));
            }
            return new Cut(bytes, manifest.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public int segmentCount() {
            return parts.size();
        }

        @Override
        public byte[] segment(int index) {
            return parts.get(index);
        }
    }

    private static String text(StoredSnapshot stored) {
        StringBuilder text = new StringBuilder(new String(stored.manifest(), StandardCharsets.UTF_8));
        for (byte[] segment : stored.segments()) {
            text.append(' ').append(new String(segment, StandardCharsets.UTF_8));
        }
        return text.toString();
    }

    private Object save(long seq, Object snapshot) {
        SnapshotMetadata metadata = new SnapshotMetadata(ROOM, seq, scala.Option.empty());
        return plugins.askSnapshots(new SnapshotProtocol.SaveSnapshot(metadata, snapshot));
    }

    private void saved(long seq, Object snapshot) {
        assertThat(save(seq, snapshot)).isInstanceOf(SaveSnapshotSuccess.class);
    }

    private void saveFive() {
        for (int i = 1; i <= 5; i++) {
            saved(i * 10L, "s-" + i);
        }
    }

    private Optional<String> loaded() {
        return plugins.load(ROOM, LATEST).map(SelectedSnapshot::snapshot).map(snapshot -> switch (snapshot) {
            case StoredSnapshot stored -> text(stored);
            default -> snapshot.toString();
        });
    }

    private int count(String table) throws SQLException {
        try (Connection connection = plugins.database.openForWriting();
                Statement ask = connection.createStatement();
                ResultSet found = ask.executeQuery("SELECT count(*) FROM " + table)) {
            found.next();
            return found.getInt(1);
        }
    }

    private void change(String statement) throws SQLException {
        try (Connection connection = plugins.database.openForWriting();
                Statement change = connection.createStatement()) {
            plugins.database.transaction(
                    connection,
                    () -> assertThat(change.executeUpdate(statement)).isPositive());
        }
    }

    @Test
    void aRoomWithoutSnapshotsHasNone() {
        assertThat(plugins.load(ROOM, LATEST)).isEmpty();
        saveFive();
        assertThat(plugins.load("room|other", LATEST)).isEmpty();
        assertThat(plugins.load(ROOM, SnapshotSelectionCriteria.none())).isEmpty();
    }

    @ParameterizedTest(name = "seq {0} to {1}, time {2} to {3}: {4}")
    @CsvSource({
        "0, 9999, 0, 9999, s-5",
        "0, 30, 0, 9999, s-3",
        "0, 34, 0, 9999, s-3",
        "0, 9999, 0, 200, s-2",
        "0, 30, 0, 100, s-1",
        "40, 9999, 0, 9999, s-5",
        "0, 9, 0, 9999, ",
        "0, 9999, 0, 99, ",
        "51, 9999, 0, 9999, ",
    })
    void theNewestThatMatchesIsLoaded(long leastSeq, long mostSeq, long leastTime, long mostTime, String expected)
            throws SQLException {
        saveFive();
        change("UPDATE parley_snapshot SET written_at = 10 * (room_seq - " + RoomSeq.key(1, 0) + ")");

        Optional<SelectedSnapshot> loaded =
                plugins.load(ROOM, SnapshotSelectionCriteria.create(mostSeq, mostTime, leastSeq, leastTime));

        assertThat(loaded.map(SelectedSnapshot::snapshot)).isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    void metadataComesBack() throws SQLException {
        saveFive();
        change("UPDATE parley_snapshot SET written_at = 10 * (room_seq - " + RoomSeq.key(1, 0) + ")");

        SnapshotMetadata metadata = plugins.load(ROOM, LATEST).orElseThrow().metadata();

        assertThat(metadata.persistenceId()).isEqualTo(ROOM);
        assertThat(metadata.sequenceNr()).isEqualTo(50);
        assertThat(metadata.timestamp()).isEqualTo(500);
    }

    @Test
    void aSnapshotOfTheSameSeqReplacesTheFirst() {
        saved(10, "one");
        saved(10, "two");

        assertThat(loaded()).contains("two");
    }

    @Test
    void aSingleSnapshotIsDeleted() {
        saveFive();

        SnapshotMetadata newest = new SnapshotMetadata(ROOM, 50, 0, scala.Option.empty());
        assertThat(plugins.askSnapshots(new SnapshotProtocol.DeleteSnapshot(newest)))
                .isInstanceOf(DeleteSnapshotSuccess.class);

        assertThat(loaded()).contains("s-4");
    }

    @Test
    void snapshotsThatMatchAreDeleted() {
        saveFive();

        assertThat(plugins.askSnapshots(new SnapshotProtocol.DeleteSnapshots(
                        ROOM, SnapshotSelectionCriteria.create(30, Long.MAX_VALUE, 0, 0))))
                .isInstanceOf(DeleteSnapshotsSuccess.class);

        assertThat(plugins.load(ROOM, SnapshotSelectionCriteria.create(30, Long.MAX_VALUE)))
                .isEmpty();
        assertThat(loaded()).contains("s-5");
    }

    @Test
    void aSnapshotOfSegmentsComesBackWhole() {
        saved(10, Cut.of("m-1", "aaa", "bbb"));

        assertThat(loaded()).contains("m-1 aaa bbb");
    }

    @Test
    void aSnapshotWithoutSegmentsComesBackToo() {
        saved(10, Cut.of("m-1"));

        assertThat(loaded()).contains("m-1");
    }

    @Test
    void segmentsAreWrittenOnce() {
        saved(10, Cut.of("m-1", "aaa"));
        saved(20, Cut.of("m-2", "aaa", "bbb"));
        saved(30, Cut.of("m-3", "aaa", "bbb"));

        assertThat(loaded()).contains("m-3 aaa bbb");
        assertThat(plugins.meters.segmentsWritten).hasValue(2);
        assertThat(plugins.meters.snapshotBytes).hasValue(6 + 9);
    }

    @Test
    void segmentsThatWereCutDifferentlyDoNotMix() {
        saved(10, Cut.of("m-1", "aaa", "bbb"));
        saved(20, Cut.of("m-2", "aaab", "bb"));

        assertThat(loaded()).contains("m-2 aaab bb");
        assertThat(plugins.load(ROOM, SnapshotSelectionCriteria.create(10, Long.MAX_VALUE))
                        .orElseThrow()
                        .snapshot())
                .isInstanceOfSatisfying(
                        StoredSnapshot.class, stored -> assertThat(text(stored)).isEqualTo("m-1 aaa bbb"));
    }

    @Test
    void theNewestTwoAreKeptAndNoSegmentsOfOthers() throws SQLException {
        saved(10, Cut.of("m-1", "old"));
        saved(20, Cut.of("m-2", "aaa"));
        saved(30, Cut.of("m-3", "aaa", "bbb"));

        assertThat(count("parley_snapshot")).isEqualTo(2);
        assertThat(count("parley_segment")).isEqualTo(2);
    }

    @Test
    void aTornManifestIsPassedOverForTheOneBefore() throws SQLException {
        saved(10, Cut.of("m-1", "aaa"));
        saved(20, Cut.of("m-2", "aaa", "bbb"));
        change("UPDATE parley_snapshot SET checksum = checksum + 1 WHERE room_seq = " + RoomSeq.key(1, 20));

        assertThat(loaded()).contains("m-1 aaa");
        assertThat(plugins.meters.snapshotsSkipped).hasValue(1);
    }

    @Test
    void aDamagedSegmentIsPassedOverAndWrittenAgainByTheNextSave() throws SQLException {
        saved(10, Cut.of("m-1", "aaa"));
        saved(20, Cut.of("m-2", "aaa", "bbb"));
        change("UPDATE parley_segment SET payload = (SELECT payload FROM parley_segment WHERE number = 0)"
                + " WHERE number = 1");

        assertThat(loaded()).contains("m-1 aaa");
        saved(30, Cut.of("m-3", "aaa", "bbb")); // Saves and removals queue up behind one another.
        assertThat(loaded()).contains("m-3 aaa bbb");
    }

    @Test
    void aMissingSegmentIsPassedOverToo() throws SQLException {
        saved(10, Cut.of("m-1", "aaa"));
        saved(20, Cut.of("m-2", "aaa", "bbb"));
        change("DELETE FROM parley_segment WHERE number = 1");

        assertThat(loaded()).contains("m-1 aaa");
    }

    @Test
    void withoutAnyIntactSnapshotThereIsNone() throws SQLException {
        saved(10, Cut.of("m-1", "aaa"));
        saved(20, Cut.of("m-2", "aaa", "bbb"));
        change("DELETE FROM parley_segment WHERE number = 0");

        assertThat(loaded()).isEmpty();
        assertThat(plugins.meters.snapshotsSkipped).hasValue(2);
    }

    @Test
    void aSaveThatIsCutShortLeavesTheOneBefore() {
        saved(10, Cut.of("m-1", "aaa"));
        int[] commits = {0};
        plugins.faults.onCommit((real, connection) -> {
            if (++commits[0] == 4) { // Number, list of segments, one segment; then the manifest.
                throw new SQLException("crashed", "08006");
            }
            real.run();
        });

        Object answer = save(20, Cut.of("m-2", "aaa", "bbb"));
        plugins.faults.onCommit((real, connection) -> real.run());

        assertThat(answer).isInstanceOf(SaveSnapshotFailure.class);
        assertThat(plugins.meters.snapshotsFailed).hasValue(1);
        assertThat(loaded()).contains("m-1 aaa");
        assertThat(plugins.write(ROOM, "w", 1, "e").isStored()).isTrue();
        saved(20, Cut.of("m-2", "aaa", "bbb"));
        assertThat(loaded()).contains("m-2 aaa bbb");
    }

    @Test
    void anObjectThatNobodyCanSerializeFailsAndHarmsNothing() {
        saved(10, "s-1");

        assertThat(save(20, PluginProbe.UNSERIALIZABLE)).isInstanceOf(SaveSnapshotFailure.class);

        assertThat(loaded()).contains("s-1");
    }

    @Test
    void snapshotsAreThereAfterReopening() {
        saved(10, Cut.of("m-1", "aaa", "bbb"));

        plugins.close();
        plugins = new PluginProbe(settings);

        assertThat(loaded()).contains("m-1 aaa bbb");
    }
}
