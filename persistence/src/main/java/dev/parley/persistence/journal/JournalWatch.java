package dev.parley.persistence.journal;

import dev.parley.persistence.journal.JournalHealth.Problem;
import dev.parley.persistence.journal.JournalHealth.Trouble;
import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the journal from a thread of its own: every second whether there is space and whether lock and file are
 * still there; after a failed write, whether the journal takes one again. Says in the log when something changes.
 *
 * <p>The write that is tried is a row of {@value #PROBE_BYTES} bytes under a key that no room has, removed again; so it
 * fails when a write of a room would, and leaves nothing.
 */
public final class JournalWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int ASK_EVERY_LOOKS = 5;
    private static final long PROBE_KEY = RoomSeq.key(0, 0);
    private static final int PROBE_BYTES = 64 << 10;

    private final JournalDatabase database;
    private final DataDirectory directory;
    private final JournalHealth health;
    private final Object journalKey;
    private final Thread thread;
    private volatile boolean closed;
    private TreeSet<Problem> said = new TreeSet<>();
    private long lookDueNanos = System.nanoTime();
    private int looks;

    /** Not started: {@link #turn} is left to the caller. */
    JournalWatch(JournalDatabase database, DataDirectory directory) {
        this.database = database;
        this.directory = directory;
        this.health = database.health();
        this.journalKey = embedded() ? key(database.settings().path()) : null;
        this.thread = new Thread(this::run, "parley-journal-watch");
        thread.setDaemon(true);
    }

    /** Watches until closed; {@code directory} is the one that this process holds. */
    public static JournalWatch start(JournalDatabase database, DataDirectory directory) {
        JournalWatch watch = new JournalWatch(database, directory);
        watch.thread.start();
        return watch;
    }

    /** What is wrong now; empty if the journal is good. Cost: none to speak of. */
    public List<Trouble> troubles() {
        return health.troubles(System.nanoTime());
    }

    /** What is free where the journal is, in bytes; -1 if that is not known here, as for a database elsewhere. */
    public long freeBytes() {
        if (!embedded()) {
            return -1;
        }
        try {
            return Files.getFileStore(directory.path()).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    private void run() {
        while (!closed) {
            try {
                turn(System.nanoTime());
                health.awaitDoubt(LOOK_EVERY, System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Does what is due at this time. */
    void turn(long nowNanos) {
        try {
            check(nowNanos);
        } catch (RuntimeException bug) {
            LOG.atError()
                    .setMessage("watching the journal failed")
                    .setCause(bug)
                    .log();
            health.probeFailed(Why.DATABASE, "not known: " + bug, nowNanos); // Tried again, with a back-off.
        }
    }

    private void check(long nowNanos) {
        if (nowNanos - lookDueNanos >= 0) {
            lookDueNanos = nowNanos + LOOK_EVERY.toNanos();
            look();
        }
        if (health.wantsProbe(nowNanos)) {
            probe();
        }
        say(nowNanos);
    }

    private void look() {
        health.looked(Problem.LOCK_LOST, directory.hold());
        if (embedded()) {
            health.looked(Problem.LOW_SPACE, space());
            health.looked(
                    Problem.REPLACED,
                    Objects.equals(key(database.settings().path()), journalKey)
                            ? ""
                            : database.settings().path() + " is gone or another file");
        } else if (looks++ % ASK_EVERY_LOOKS == 0) {
            ask();
        }
    }

    private boolean embedded() {
        return database.settings().kind() == JournalSettings.Kind.EMBEDDED;
    }

    /** Good again only when an eighth more is free, so that readiness does not flutter at the edge. */
    private String space() {
        long free = freeBytes();
        long min = database.settings().freeBytesMin();
        boolean low = said.contains(Problem.LOW_SPACE);
        return free < 0 || free >= min + (low ? min / 8 : 0) ? "" : free + " bytes free, " + min + " are to be";
    }

    private static Object key(Path file) {
        try {
            return Objects.requireNonNullElse(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey(), "a file");
        } catch (IOException gone) {
            return "none";
        }
    }

    /** A database elsewhere can be gone without anybody writing. */
    private void ask() {
        try {
            database.read(connection -> database.dialect().hasTable(connection, "parley_journal"));
        } catch (JournalReadFailed gone) {
            health.writeFailed(Why.UNREACHABLE, System.nanoTime());
        }
    }

    private void probe() {
        try (Connection connection = database.openForWriting()) {
            database.transaction(connection, () -> {
                remove(connection);
                try (PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO parley_event (room_seq, manifest, serializer, adapter,"
                                + " writer, written_at, checksum, payload) VALUES (?, 'probe', 0, '', '', 0, 0, ?)")) {
                    insert.setLong(1, PROBE_KEY);
                    insert.setBytes(2, new byte[PROBE_BYTES]);
                    insert.executeUpdate();
                }
            });
            database.transaction(connection, () -> remove(connection));
            health.probed();
        } catch (SQLException e) {
            JournalWriteFailed why = JournalWriteFailed.of(database.dialect().trouble(e), e);
            if (why.why() == Why.SEQ_TAKEN) {
                health.probed(); // Another member tries at this very moment: the database takes writes.
            } else {
                health.probeFailed(why.why(), why.getMessage(), System.nanoTime());
            }
        }
    }

    private static void remove(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM parley_event WHERE room_seq = ?")) {
            delete.setLong(1, PROBE_KEY);
            delete.executeUpdate();
        }
    }

    private void say(long nowNanos) {
        TreeSet<Problem> now = new TreeSet<>();
        for (Trouble trouble : health.troubles(nowNanos)) {
            now.add(trouble.problem());
            if (!said.contains(trouble.problem())) {
                LOG.atWarn()
                        .setMessage("the journal has trouble, this server is not ready")
                        .addKeyValue("problem", trouble.problem().word())
                        .addKeyValue("why", trouble.detail())
                        .log();
            }
        }
        if (now.isEmpty() && !said.isEmpty()) {
            LOG.atInfo().setMessage("the journal is good again").log();
        }
        said = now;
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join(LOOK_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
