package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.journal.JournalHealth.Problem;
import dev.parley.persistence.journal.JournalHealth.Trouble;
import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The watch on a real file whose disk a test can fill; the test is its clock. */
class JournalWatchTest {
    @TempDir
    Path folder;

    private int pagesMax = Integer.MAX_VALUE;
    private boolean broken;
    private JournalDatabase database;
    private DataDirectory directory;
    private JournalWatch watch;
    private long now = System.nanoTime();

    @BeforeEach
    void open() {
        JournalSettings settings = JournalSettings.embedded(folder);
        database = JournalDatabase.open(settings, onSmallDisk(Dialect.of(settings)));
        directory = DataDirectory.claim(folder, Instant.EPOCH);
        watch = new JournalWatch(database, directory);
    }

    @AfterEach
    void close() throws IOException {
        database.close();
        directory.close();
    }

    /** Every transaction begins by learning how large the file may become. */
    private Dialect onSmallDisk(Dialect real) {
        return (Dialect) Proxy.newProxyInstance(
                Dialect.class.getClassLoader(), new Class<?>[] {Dialect.class}, (proxy, method, args) -> {
                    if (method.getName().equals("begin")) {
                        if (broken) {
                            throw new IllegalStateException("a bug of the driver");
                        }
                        try (Statement limit = ((Connection) args[0]).createStatement()) {
                            limit.execute("PRAGMA max_page_count = " + pagesMax);
                        }
                    }
                    try {
                        return method.invoke(real, args);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private List<Problem> after(Duration time) {
        now += time.toNanos();
        watch.turn(now);
        return database.health().troubles(now).stream().map(Trouble::problem).toList();
    }

    @Test
    void aFullDiskIsSeenAndItsEndToo() throws SQLException {
        pagesMax = 1; // No smaller than the file is.
        database.health().writeFailed(Why.DISK_FULL, now);

        assertThat(after(Duration.ZERO)).containsExactly(Problem.DISK_FULL);
        assertThat(after(Duration.ofMillis(300))).containsExactly(Problem.DISK_FULL);

        pagesMax = 1_000_000;
        assertThat(after(Duration.ofSeconds(5))).isEmpty();
        assertThat(database.<Integer>read(connection -> {
                    try (var rows = connection.createStatement().executeQuery("SELECT count(*) FROM parley_event")) {
                        rows.next();
                        return rows.getInt(1);
                    }
                }))
                .as("what was tried is removed again")
                .isZero();
    }

    @Test
    void aBugInACheckIsTroubleThatIsLookedAtAgainAfterAPauseAndEnds() {
        broken = true;
        database.health().writeFailed(Why.DATABASE, now);

        assertThat(after(Duration.ZERO)).containsExactly(Problem.UNWRITABLE);
        assertThat(database.health().wantsProbe(now)).as("at once again").isFalse();
        broken = false;
        assertThat(after(Duration.ofSeconds(5))).isEmpty();
    }

    @Test
    void aWriteThatWasAtFaultItselfLeavesTheJournalGood() {
        database.health().writeFailed(Why.DATABASE, now);

        assertThat(after(Duration.ZERO)).isEmpty();
    }

    @Test
    void lowSpaceIsTroubleBeforeAnyWriteFails() throws IOException {
        JournalSettings greedy = Settings.freeBytesMin(JournalSettings.embedded(folder), 1L << 39);
        try (JournalDatabase other = JournalDatabase.open(greedy)) {
            watch = new JournalWatch(other, directory);
            watch.turn(System.nanoTime());

            assertThat(watch.freeBytes()).isPositive();
            assertThat(watch.troubles())
                    .singleElement()
                    .satisfies(trouble -> assertThat(trouble.problem()).isEqualTo(Problem.LOW_SPACE))
                    .satisfies(trouble -> assertThat(trouble.detail()).contains(" bytes free, 549755813888 are to be"));
        }
    }

    @Test
    void aFileThatIsTakenAwayIsMissedAndRecognisedWhenItIsBack() throws IOException {
        Path file = database.settings().path();
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(file, elsewhere);
        assertThat(after(Duration.ofSeconds(2))).containsExactly(Problem.REPLACED);

        Files.copy(elsewhere, file);
        assertThat(after(Duration.ofSeconds(2))).as("a copy is another file").containsExactly(Problem.REPLACED);

        Files.move(elsewhere, file, StandardCopyOption.REPLACE_EXISTING);
        assertThat(after(Duration.ofSeconds(2))).isEmpty();
    }

    @Test
    void aLockWhoseFileWasRemovedIsTakenAgainUnlessAnotherServerHasIt() throws IOException {
        Files.delete(folder.resolve("parley.lock"));
        assertThat(after(Duration.ofSeconds(2))).as("taken again").isEmpty();
        assertThat(Settings.refusal(() -> DataDirectory.claim(folder, Instant.EPOCH))
                        .reason())
                .isEqualTo(JournalUnusable.Reason.IN_USE);

        Files.delete(folder.resolve("parley.lock"));
        try (DataDirectory thief = DataDirectory.claim(folder, Instant.EPOCH)) {
            assertThat(thief.path()).isEqualTo(folder);
            assertThat(after(Duration.ofSeconds(2))).containsExactly(Problem.LOCK_LOST);
        }
        assertThat(after(Duration.ofSeconds(2))).isEmpty();
    }
}
