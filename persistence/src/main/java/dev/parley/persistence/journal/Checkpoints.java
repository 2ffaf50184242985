package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves what was committed from the database's log to its place, on a thread and a connection of its own, while the writers
 * go on: a commit that did this itself would hold up every room for as long as it takes.
 *
 * <p>When the log has grown in spite of that, it is begun anew in the writers' turn; by then next to nothing is left to
 * move. What fails is tried again after the next commit.
 */
final class Checkpoints implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration CLOSING_MAX = Duration.ofSeconds(5);

    private final JournalDatabase database;
    private final Semaphore written = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;
    private Connection connection;

    Checkpoints(JournalDatabase database) {
        this.database = database;
        this.thread = new Thread(this::run, "parley-journal-checkpoints");
        thread.setDaemon(true);
        thread.start();
    }

    /** Something was committed, perhaps. Cost: next to none. */
    void wrote() {
        if (written.availablePermits() == 0) {
            written.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                written.acquire();
                TimeUnit.MILLISECONDS.sleep(EVERY.toMillis()); // What is written meanwhile is moved too.
                written.drainPermits();
                turn();
            }
        } catch (InterruptedException e) {
            // It is being closed.
        } finally {
            drop();
        }
    }

    /** Does what is due; of the thread, or of a test that tells it nothing. */
    void turn() {
        try {
            if (connection == null) {
                connection = database.openForWriting();
            }
            if (database.dialect().moveLog(connection)) {
                database.inTurn(() -> database.dialect().emptyLog(connection));
            }
        } catch (SQLException e) {
            LOG.atDebug()
                    .setMessage("the log of the journal was not moved to its place, it will be later")
                    .addKeyValue("why", JournalWriteFailed.reason(e))
                    .log();
            drop();
        }
    }

    private void drop() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is being thrown away.
            }
            connection = null;
        }
    }

    @Override
    public void close() {
        closed = true;
        written.release();
        try {
            thread.join(CLOSING_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
