package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.testkit.javadsl.TestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a journal in a file has: its durability settings, a full disk, and files that are something else. */
class EmbeddedJournalTest {
    private static final String ROOM = "room|alpha";

    @TempDir
    Path directory;

    private JournalSettings settings() {
        return JournalSettings.embedded(directory);
    }

    @Test
    void aJournalThatWasClosedIsOneFile() throws IOException {
        try (PluginProbe journal = new PluginProbe(settings())) {
            journal.write(ROOM, "w", 1, "1");
            journal.replay(ROOM);
        }

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(settings().path());
        }
    }

    @Test
    void aSystemOpensTheJournalOfItsSettingsAndClosesItAtItsEnd() throws IOException {
        Config config = ConfigFactory.parseMap(Map.of(
                        "parley.journal.directory",
                        directory.toString(),
                        "pekko.loglevel",
                        "ERROR",
                        "pekko.actor.provider",
                        "local"))
                .withFallback(ConfigFactory.defaultReference());
        RecordingMeters meters = new RecordingMeters();
        ActorSystem system = ActorSystem.create(
                "self", ActorSystemSetup.create(BootstrapSetup.create(config), JournalSetup.metered(meters)));
        try {
            Persistence.get(system).journalFor(JdbcJournal.ID, ConfigFactory.empty());
            List<String> ids = PersistenceQuery.get(system)
                    .getReadJournalFor(JdbcReadJournal.class, JdbcReadJournal.ID)
                    .currentPersistenceIds()
                    .runWith(Sink.seq(), system)
                    .toCompletableFuture()
                    .join();
            assertThat(ids).isEmpty();
        } finally {
            TestKit.shutdownActorSystem(system);
        }

        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(settings().path());
        }
    }

    private static String ask(Connection connection, String pragma) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet found = ask.executeQuery("PRAGMA " + pragma)) {
            found.next();
            return found.getString(1);
        }
    }

    @Test
    void aCommitWaitsForTheDisk() throws SQLException {
        try (JournalDatabase database = JournalDatabase.open(settings());
                Connection connection = database.openForWriting()) {
            assertThat(ask(connection, "journal_mode")).isEqualTo("wal");
            assertThat(ask(connection, "synchronous")).as("FULL").isEqualTo("2");
        }
    }

    @Test
    void theLogIsEmptiedThoughReadersFollowEachOtherWithoutAGap() throws Exception {
        try (JournalDatabase database = JournalDatabase.open(settings());
                Connection writer = database.openForWriting()) {
            Connection first = reader();
            fill(writer, 66 << 20);
            Connection second = reader();
            first.close();
            fill(writer, 1);
            assertThat(database.dialect().logIsTooLong()).isTrue();

            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> close(second));
            database.inTurn(() -> database.dialect().emptyLog(writer));
            ended.join();
            fill(writer, 1);

            assertThat(database.dialect().logIsTooLong()).isFalse();
        }
    }

    @Test
    void aSnapshotDoesNotWaitForTheDiskAndNoCommitTidiesUpTheLog() throws SQLException {
        try (JournalDatabase database = JournalDatabase.open(settings());
                Connection snapshots = database.openForSnapshots();
                Connection writer = database.openForWriting()) {
            assertThat(ask(snapshots, "journal_mode")).isEqualTo("wal");
            assertThat(ask(snapshots, "synchronous")).as("NORMAL").isEqualTo("1");
            assertThat(ask(snapshots, "wal_autocheckpoint")).isEqualTo("0");
            assertThat(ask(writer, "wal_autocheckpoint")).isEqualTo("0");
        }
    }

    @Test
    void theLogIsMovedToItsPlaceWhileAWriterIsAtWork() throws SQLException {
        try (JournalDatabase database = JournalDatabase.open(settings());
                Connection writer = database.openForWriting();
                Connection mover = database.openForWriting()) {
            fill(writer, 8 << 20);
            database.dialect().begin(writer);
            fill(writer, 1);

            assertThat(database.dialect().moveLog(mover)).as("to be begun anew").isFalse();

            assertThat(pagesToMove(mover)).isZero();
            database.dialect().commit(writer);
            assertThat(pagesToMove(mover)).isPositive();
        }
    }

    @Test
    void aLogThatGrewInSpiteOfThatIsBegunAnew() throws SQLException {
        try (JournalDatabase database = JournalDatabase.open(settings());
                Checkpoints checkpoints = new Checkpoints(database);
                Connection writer = database.openForWriting()) {
            fill(writer, 66 << 20);
            assertThat(pages(writer)).isGreaterThan(16_000);

            checkpoints.turn();

            fill(writer, 1);
            assertThat(pages(writer)).isLessThan(100);
        }
    }

    private static int pages(Connection connection) throws SQLException {
        return log(connection, 2);
    }

    private static int pagesToMove(Connection connection) throws SQLException {
        return log(connection, 2) - log(connection, 3);
    }

    private static int log(Connection connection, int column) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet log = ask.executeQuery("PRAGMA wal_checkpoint(NOOP)")) {
            assertThat(log.next()).isTrue();
            return log.getInt(column);
        }
    }

    /** Sees what is committed now until it is closed. */
    private Connection reader() throws SQLException {
        Connection reader =
                DriverManager.getConnection("jdbc:sqlite:" + settings().path());
        reader.setAutoCommit(false);
        try (Statement ask = reader.createStatement();
                ResultSet found = ask.executeQuery("SELECT count(*) FROM parley_segment")) {
            assertThat(found.next()).isTrue();
        }
        return reader;
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void fill(Connection writer, int bytes) throws SQLException {
        try (Statement insert = writer.createStatement()) {
            insert.executeUpdate("INSERT INTO parley_segment (room, number, size, checksum, payload) VALUES"
                    + " ((SELECT count(*) FROM parley_segment), 0, 0, 0, zeroblob(" + bytes + "))");
        }
    }

    @Test
    void anIdleWriterHoldsNoLock() throws SQLException {
        try (PluginProbe journal = new PluginProbe(settings())) {
            journal.write(ROOM, "w", 1, "1");
            try (Connection other = DriverManager.getConnection(
                            "jdbc:sqlite:" + settings().path());
                    Statement lock = other.createStatement()) {
                lock.execute("PRAGMA busy_timeout = 0");
                lock.execute("BEGIN IMMEDIATE");
                lock.execute("ROLLBACK");
            }
        }
    }

    @Test
    void aFullDiskFailsWhatDoesNotFitAndNothingElse() throws SQLException, InterruptedException {
        try (PluginProbe journal = new PluginProbe(settings())) {
            AtomicReference<Connection> writer = new AtomicReference<>();
            journal.faults.onNextCommit((real, connection) -> {
                writer.set(connection);
                real.run();
            });
            journal.write(ROOM, "w", 1, "1");
            int pages = Integer.parseInt(ask(writer.get(), "page_count"));
            ask(writer.get(), "max_page_count = " + (pages + 8));

            Faults.Held held = journal.faults.holdNextCommit();
            PluginProbe.Pending first = journal.begin("room|first", "w0", 1, "e");
            held.awaitReached();
            PluginProbe.Pending large = journal.begin(ROOM, "w", 2, "x".repeat(100_000));
            PluginProbe.Pending small = journal.begin("room|small", "w1", 1, "e");
            journal.begin("room|x", "wx", 1, PluginProbe.UNSERIALIZABLE).await();
            held.release();

            assertThat(first.await().isStored()).isTrue();
            assertThat(large.await().why()).isEqualTo(Why.DISK_FULL);
            assertThat(small.await().isStored()).isTrue();

            ask(writer.get(), "max_page_count = 1000000");
            assertThat(journal.write(ROOM, "next", 2, "x".repeat(100_000)).isStored())
                    .isTrue();
            assertThat(journal.replay(ROOM).seqs()).containsExactly(1L, 2L);
            assertThat(journal.replay("room|small").seqs()).containsExactly(1L);
        }
    }

    @Test
    void aCopyOfTheFilesTakenWhileRunningHasAllThatWasAnswered() throws IOException {
        Path copy = directory.resolve("copy");
        try (PluginProbe journal = new PluginProbe(settings())) {
            journal.write(ROOM, "w", 1, "1");
            journal.write(ROOM, "w", 2, "2", "3");
            Files.createDirectory(copy);
            for (String file : new String[] {"journal.db", "journal.db-wal"}) { // What a kill leaves behind.
                Files.copy(directory.resolve(file), copy.resolve(file));
            }
        }

        try (JournalReader reader = JournalReader.inDirectory(copy)) {
            assertThat(reader.highestSeq(ROOM)).hasValue(3);
        }
        try (PluginProbe journal = new PluginProbe(JournalSettings.embedded(copy))) {
            assertThat(journal.replay(ROOM).payloads()).containsExactly("1", "2", "3");
            assertThat(journal.write(ROOM, "next", 4, "4").isStored()).isTrue();
        }
    }

    @Test
    void aClosedJournalIsReadWithoutAServer() {
        try (PluginProbe journal = new PluginProbe(settings())) {
            journal.write(ROOM, "w", 1, "1");
        }

        try (JournalReader reader = JournalReader.open(settings())) {
            assertThat(reader.rooms()).extracting(RoomSummary::highestSeq).containsExactly(1L);
        }
    }

    @Test
    void aMissingJournalIsSaidAndNotMade() throws IOException {
        JournalUnusable refusal = Settings.refusal(() -> JournalReader.inDirectory(directory.resolve("none")));

        assertThat(refusal.reason()).isEqualTo(JournalUnusable.Reason.NO_SUCH_FILE);
        assertThat(refusal).hasMessageStartingWith("there is no journal at ");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsRefusedUntouched() throws IOException {
        String text = "Dear diary, this is not a database at all.\n".repeat(100);
        Files.writeString(settings().path(), text);

        assertThat(Settings.refusal(() -> JournalDatabase.open(settings())).reason())
                .isEqualTo(JournalUnusable.Reason.NOT_A_JOURNAL);
        assertThat(Settings.refusal(() -> JournalReader.open(settings())).reason())
                .isEqualTo(JournalUnusable.Reason.NOT_A_JOURNAL);
        assertThat(settings().path()).hasContent(text);
    }

    @Test
    void aDatabaseOfSomebodyElseIsRefusedUntouched() throws SQLException, IOException {
        try (Connection other =
                        DriverManager.getConnection("jdbc:sqlite:" + settings().path());
                Statement make = other.createStatement()) {
            make.execute("CREATE TABLE recipes (name TEXT)");
        }
        byte[] theirs = Files.readAllBytes(settings().path());

        assertThat(Settings.refusal(() -> JournalDatabase.open(settings())).reason())
                .isEqualTo(JournalUnusable.Reason.NOT_A_JOURNAL);
        assertThat(Settings.refusal(() -> JournalReader.open(settings())).reason())
                .isEqualTo(JournalUnusable.Reason.NOT_A_JOURNAL);
        assertThat(settings().path()).hasBinaryContent(theirs);
    }

    @Test
    void aTruncatedJournalIsRefusedUntouched() throws IOException {
        try (PluginProbe journal = new PluginProbe(settings())) {
            journal.write(ROOM, "w", 1, "x".repeat(50_000));
        }
        byte[] half = new byte[8_192];
        System.arraycopy(Files.readAllBytes(settings().path()), 0, half, 0, half.length);
        Files.write(settings().path(), half);

        assertThat(Settings.refusal(() -> {
                            try (JournalReader reader = JournalReader.open(settings())) {
                                reader.rooms();
                            }
                        })
                        .reason())
                .isEqualTo(JournalUnusable.Reason.CORRUPT);
        assertThat(Settings.refusal(() -> JournalDatabase.open(settings())).reason())
                .isEqualTo(JournalUnusable.Reason.CORRUPT);
        assertThat(settings().path()).hasBinaryContent(half);
    }

    @Test
    void aDirectoryThatCannotBeMadeIsSaid() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in the way");

        JournalUnusable refusal =
                Settings.refusal(() -> JournalDatabase.open(JournalSettings.embedded(file.resolve("data"))));

        assertThat(refusal.reason()).isEqualTo(JournalUnusable.Reason.UNWRITABLE);
        assertThat(refusal.getMessage()).contains("cannot be created").doesNotContain("\n");
    }
}
