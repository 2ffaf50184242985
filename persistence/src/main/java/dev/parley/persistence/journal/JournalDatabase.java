package dev.parley.persistence.journal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open database of one process: connections for whoever writes, a pool for whoever reads, and the writers' turn.
 *
 * <p>Shared by journal, snapshot store and read journal of an actor system. Thread-safe. Close it after the system that
 * uses it has terminated; one that a system opened by itself is closed with the system.
 */
public final class JournalDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalDatabase.class);

    private final JournalSettings settings;
    private final Dialect dialect;
    private final DataSource writers;
    private final HikariDataSource readers;
    private final JournalHealth health;
    private final ReentrantLock writersTurn = new ReentrantLock(true);
    private final Optional<Checkpoints> checkpoints;

    private JournalDatabase(JournalSettings settings, Dialect dialect, DataSource writers) {
        this.settings = settings;
        this.dialect = dialect;
        this.writers = writers;
        this.health = new JournalHealth(settings.writeTimeout());
        this.readers = new HikariDataSource(pool(dialect, settings));
        this.checkpoints = dialect.hasLog() ? Optional.of(new Checkpoints(this)) : Optional.empty();
    }

    /**
     * Opens the journal, making directory and tables where there are none.
     *
     * <p>Errors: {@link JournalUnusable}, a sentence for the operator; then nothing was changed in what was found.
     */
    public static JournalDatabase open(JournalSettings settings) {
        return open(settings, Dialect.of(settings));
    }

    /** The same with a dialect handed in, which may misbehave on purpose. */
    static JournalDatabase open(JournalSettings settings, Dialect dialect) {
        if (settings.kind() == JournalSettings.Kind.EMBEDDED) {
            try {
                Files.createDirectories(settings.directory());
            } catch (IOException e) {
                throw new JournalUnusable(
                        JournalUnusable.Reason.UNWRITABLE,
                        "the data directory " + settings.directory() + " cannot be created: " + e.getMessage(),
                        e);
            }
        }
        inspect(settings, dialect);
        DataSource writers = dialect.forWriting();
        try (Connection connection = writers.getConnection()) {
            Tables.ensure(connection, dialect, settings.place());
            dialect.weakness(connection)
                    .ifPresent(weakness -> LOG.atWarn()
                            .setMessage("the journal's place is not as it should be")
                            .addKeyValue("journal", settings.place())
                            .addKeyValue("why", weakness)
                            .log());
        } catch (SQLException e) {
            throw dialect.unusable(e);
        }
        return new JournalDatabase(settings, dialect, writers);
    }

    /** Looks without touching: opening a file for writing changes its header, and it may be somebody else's. */
    private static void inspect(JournalSettings settings, Dialect dialect) {
        if (settings.kind() != JournalSettings.Kind.EMBEDDED || !Files.exists(settings.path())) {
            return;
        }
        try (Connection connection = dialect.forReading().getConnection()) {
            Tables.arePresent(connection, dialect, settings.place());
        } catch (SQLException e) {
            throw dialect.unusable(e);
        }
    }

    private static HikariConfig pool(Dialect dialect, JournalSettings settings) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("parley-journal-readers");
        pool.setDataSource(dialect.forReading());
        pool.setMaximumPoolSize(dialect.readersMax());
        pool.setMinimumIdle(1);
        pool.setReadOnly(true);
        pool.setAutoCommit(!dialect.readsInTransaction());
        pool.setConnectionTimeout(Math.max(250, settings.writeTimeout().toMillis()));
        pool.setInitializationFailTimeout(-1); // It was reachable a moment ago; from here on failures are answers.
        return pool;
    }

    JournalSettings settings() {
        return settings;
    }

    Dialect dialect() {
        return dialect;
    }

    /** Whether it can be written. */
    JournalHealth health() {
        return health;
    }

    /** A new connection for a writer that keeps it. */
    Connection openForWriting() throws SQLException {
        return writers.getConnection();
    }

    /** The same for one who writes snapshots. */
    Connection openForSnapshots() throws SQLException {
        return dialect.forSnapshots().getConnection();
    }

    /** What a writer does with its connection. */
    interface Work {
        void run() throws SQLException;
    }

    /**
     * Lets one of this process' writers do a transaction. Where the database has a single write lock without a queue,
     * they take turns here, first come first served, instead of polling for it.
     */
    void inTurn(Work transaction) throws SQLException {
        if (!dialect.oneWriterAtATime()) {
            transaction.run();
            return;
        }
        writersTurn.lock();
        try {
            transaction.run();
        } finally {
            writersTurn.unlock();
            checkpoints.ifPresent(Checkpoints::wrote);
        }
    }

    /** Runs {@code statements} as one durable transaction, in turn; nothing of them stays if they fail. */
    void transaction(Connection connection, Work statements) throws SQLException {
        inTurn(() -> {
            dialect.begin(connection);
            try {
                statements.run();
                dialect.commit(connection);
            } catch (SQLException | RuntimeException e) {
                rollback(connection, e);
                throw e;
            }
        });
    }

    private void rollback(Connection connection, Exception because) {
        try {
            dialect.rollback(connection);
        } catch (SQLException e) {
            because.addSuppressed(e); // Ended already, or the connection is gone: nothing is left to undo.
        }
    }

    /** What a reader does with a connection. */
    interface Reading<T> {
        T from(Connection connection) throws SQLException;
    }

    /**
     * Reads with a pooled connection.
     *
     * <p>Errors: {@link JournalReadFailed} with the driver's exception as its cause.
     */
    <T> T read(Reading<T> reading) {
        try (Connection connection = readers.getConnection()) {
            T result = reading.from(connection);
            if (dialect.readsInTransaction()) {
                connection.rollback();
            }
            return result;
        } catch (SQLTransientConnectionException e) {
            throw new JournalReadFailed("no connection to the journal " + settings.place() + " was free in time", e);
        } catch (SQLException e) {
            throw new JournalReadFailed("the journal " + settings.place() + " could not be read: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        checkpoints.ifPresent(Checkpoints::close);
        readers.close();
        try {
            dialect.settle();
        } catch (SQLException e) {
            LOG.atWarn()
                    .setMessage("the journal was not tidied up at its end, nothing is lost")
                    .addKeyValue("journal", settings.place())
                    .setCause(e)
                    .log();
        }
    }
}
