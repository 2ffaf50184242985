package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/** What differs between the databases; all other statements are the same text for both. */
interface Dialect {

    /** What an exception of the driver says about the statement or connection it came from. */
    enum Trouble {
        /** The key exists: somebody else wrote that row. */
        KEY_TAKEN,
        DISK_FULL,
        /** No connection, or none that can go on. */
        CONNECTION_LOST,
        OTHER
    }

    static Dialect of(JournalSettings settings) {
        return switch (settings.kind()) {
            case EMBEDDED -> new SqliteDialect(settings);
            case POSTGRES -> new PostgresDialect(settings);
        };
    }

    /** Connections whose commit is durable when it returns. */
    DataSource forWriting();

    /**
     * Connections for what may be lost in a crash, as long as nothing committed after it survives without it: a snapshot
     * can be made again. Such a commit need not wait for the disk.
     */
    default DataSource forSnapshots() {
        return forWriting();
    }

    /** Starts a transaction that writes; the first thing that is done with the connection, and after each end. */
    void begin(Connection connection) throws SQLException;

    void commit(Connection connection) throws SQLException;

    void rollback(Connection connection) throws SQLException;

    /** Whether {@link #moveLog} has anything to do, ever. */
    default boolean hasLog() {
        return false;
    }

    /**
     * Moves what was committed from the log to its place, if it is worth it, while readers and writers go on.
     *
     * @return true if the log should be begun anew by {@link #emptyLog}, in a writer's turn
     */
    default boolean moveLog(Connection connection) throws SQLException {
        return false;
    }

    /** Whether what was committed waits in a log that has grown too long, as when readers always keep it in use. */
    boolean logIsTooLong();

    /**
     * Empties the log, so that it is written from its beginning again. Called by a writer in its turn and between
     * transactions; waits a bounded time for those who read from the log, and does what it can.
     */
    void emptyLog(Connection connection) throws SQLException;

    /** Connections that only read; the pool sets autocommit by {@link #readsInTransaction()}. */
    DataSource forReading();

    /** After all connections are closed: leaves the database in as few files as it can. */
    void settle() throws SQLException;

    int readersMax();

    /** Whether the driver streams a result only within a transaction. */
    boolean readsInTransaction();

    /** Rows to fetch at once from a streamed result; 0 where the driver streams anyway. */
    int fetchRows();

    /** Whether writers of this process must take turns, because the database has one write lock and no queue for it. */
    boolean oneWriterAtATime();

    /** The statements that make the tables of version 1 if they are missing. */
    List<String> tables();

    /** Keeps another process from making the tables at the same time, until the transaction ends. */
    void lockTables(Connection connection) throws SQLException;

    boolean hasTable(Connection connection, String name) throws SQLException;

    /** Whether the database holds anything that is not ours to build beside. */
    boolean isForeign(Connection connection) throws SQLException;

    /** What an operator should know about how this database keeps its word, in one sentence; empty if it does. */
    Optional<String> weakness(Connection connection) throws SQLException;

    Trouble trouble(SQLException e);

    /** Whether an error that {@code commit} gave proves that nothing was committed. */
    boolean surelyNotCommitted(SQLException atCommit);

    /** The operator's sentence for an error while opening. */
    JournalUnusable unusable(SQLException e);
}
