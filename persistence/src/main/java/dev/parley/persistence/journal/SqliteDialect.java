package dev.parley.persistence.journal;

import java.io.File;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The embedded journal: one SQLite file in WAL mode.
 *
 * <p>{@code synchronous=FULL} makes a commit wait for the disk, {@code BEGIN IMMEDIATE} takes the write lock before the
 * first statement so that a transaction never fails half way for want of it, and readers see the last commit without
 * holding up the writer.
 */
record SqliteDialect(JournalSettings settings) implements Dialect {
    private static final int LOG_BYTES_KEPT = 64 << 20;

    /** Pages of 4 KiB. So many are worth moving: few at a time, because what is synced at once holds up other syncs. */
    private static final int PAGES_TO_MOVE = 250;

    /** From so many on the log is begun anew, in turn, if it has not been between two writes. */
    private static final int PAGES_MAX = 16_000;

    private static final int MOVES_MAX = 4;
    private static final int ERROR = 1;
    private static final Set<SQLiteErrorCode> KEY_EXISTS = Set.of(
            SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY,
            SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE,
            SQLiteErrorCode.SQLITE_CONSTRAINT_ROWID);
    private static final int FULL = 13;
    private static final int IO_ERROR = 10;
    private static final int CORRUPT = 11;
    private static final int NOT_A_DATABASE = 26;

    @Override
    public DataSource forWriting() {
        return forWriting(SQLiteConfig.SynchronousMode.FULL);
    }

    /** What is not synced is still before all later commits in the one log, and so is lost only together with them. */
    @Override
    public DataSource forSnapshots() {
        return forWriting(SQLiteConfig.SynchronousMode.NORMAL);
    }

    private DataSource forWriting(SQLiteConfig.SynchronousMode synchronous) {
        SQLiteConfig config = config();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setJournalSizeLimit(LOG_BYTES_KEPT);
        config.setSynchronous(synchronous);
        config.setPragma(SQLiteConfig.Pragma.WAL_AUTOCHECKPOINT, "0"); // Not in a commit that rooms wait for.
        return source(config);
    }

    @Override
    public void begin(Connection connection) throws SQLException {
        execute(connection, "BEGIN IMMEDIATE");
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        execute(connection, "COMMIT");
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        try {
            execute(connection, "ROLLBACK");
        } catch (SQLException e) {
            if (code(e) != ERROR) {
                throw e;
            }
            // No transaction is active: a full disk and some other failures have ended it already.
        }
    }

    /** With autocommit off the driver would begin anew right after a commit, and hold the write lock while idle. */
    private static void execute(Connection connection, String transaction) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(transaction);
        }
    }

    @Override
    public boolean hasLog() {
        return true;
    }

    @Override
    public boolean moveLog(Connection connection) throws SQLException {
        Log log = checkpoint(connection, "NOOP");
        for (int move = 0; log.pagesToMove() >= PAGES_TO_MOVE && move < MOVES_MAX; move++) {
            checkpoint(connection, "PASSIVE");
            log = checkpoint(connection, "NOOP"); // While that went on, more came.
        }
        return log.pages() >= PAGES_MAX && log.pagesToMove() < PAGES_TO_MOVE;
    }

    /** How much is in the log, and how much of that is in its place. */
    private record Log(int pages, int pagesMoved) {
        int pagesToMove() {
            return pages - pagesMoved;
        }
    }

    private static Log checkpoint(Connection connection, String mode) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet done = statement.executeQuery("PRAGMA wal_checkpoint(" + mode + ")")) {
            return done.next() ? new Log(done.getInt(2), done.getInt(3)) : new Log(0, 0);
        }
    }

    @Override
    public boolean logIsTooLong() {
        return new File(settings.path() + "-wal").length() > LOG_BYTES_KEPT;
    }

    @Override
    public void emptyLog(Connection connection) throws SQLException {
        // SQLite's own checkpoints wait for nobody: as long as readers overlap, the log would grow for ever.
        execute(connection, "PRAGMA wal_checkpoint(RESTART)");
    }

    @Override
    public DataSource forReading() {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return source(config);
    }

    private SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(settings.busyTimeout().toMillis()));
        return config;
    }

    private DataSource source(SQLiteConfig config) {
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + settings.path());
        return source;
    }

    @Override
    public void settle() throws SQLException {
        // The last connection to close, if it may write, moves the log into the file and deletes it.
        forWriting().getConnection().close();
    }

    @Override
    public int readersMax() {
        return settings.readersMax();
    }

    @Override
    public boolean readsInTransaction() {
        return false;
    }

    @Override
    public int fetchRows() {
        return 0; // The driver steps through the result; a fetch size would cut it short.
    }

    @Override
    public boolean oneWriterAtATime() {
        return true;
    }

    @Override
    public List<String> tables() {
        return Tables.create("INTEGER PRIMARY KEY AUTOINCREMENT", "INTEGER PRIMARY KEY", "TEXT", "BLOB");
    }

    @Override
    public void lockTables(Connection connection) {
        // BEGIN IMMEDIATE has done it.
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (PreparedStatement ask =
                connection.prepareStatement("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?")) {
            ask.setString(1, name);
            try (ResultSet found = ask.executeQuery()) {
                return found.next();
            }
        }
    }

    @Override
    public boolean isForeign(Connection connection) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet found = ask.executeQuery("SELECT count(*) FROM sqlite_master")) {
            return found.next() && found.getInt(1) > 0;
        }
    }

    @Override
    public Optional<String> weakness(Connection connection) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet mode = ask.executeQuery("PRAGMA journal_mode")) {
            return mode.next() && mode.getString(1).equals("wal")
                    ? Optional.empty()
                    : Optional.of("the file system does not allow a write-ahead log: readers and the writer wait for"
                            + " one another");
        }
    }

    @Override
    public Trouble trouble(SQLException e) {
        if (KEY_EXISTS.contains(result(e))) {
            return Trouble.KEY_TAKEN; // Other constraints, such as a trigger's, are a refusal and no race.
        }
        return switch (code(e)) {
            case FULL -> Trouble.DISK_FULL;
            default -> Trouble.OTHER;
        };
    }

    @Override
    public boolean surelyNotCommitted(SQLException atCommit) {
        // When writing or syncing the log failed, the commit record may or may not be on the disk.
        int code = code(atCommit);
        return code != 0 && code != IO_ERROR;
    }

    @Override
    public JournalUnusable unusable(SQLException e) {
        return switch (code(e)) {
            case NOT_A_DATABASE ->
                new JournalUnusable(
                        JournalUnusable.Reason.NOT_A_JOURNAL,
                        settings.path() + " is not a journal of Parley: it is no SQLite file, or a damaged one",
                        e);
            case CORRUPT ->
                new JournalUnusable(
                        JournalUnusable.Reason.CORRUPT,
                        "the journal " + settings.path() + " is damaged; restore it from a backup",
                        e);
            default ->
                new JournalUnusable(
                        JournalUnusable.Reason.UNWRITABLE,
                        "the journal " + settings.path() + " cannot be opened: " + e.getMessage(),
                        e);
        };
    }

    /** The primary result code; 0 if the error is not SQLite's. */
    private static int code(SQLException e) {
        SQLiteErrorCode result = result(e);
        return (result == SQLiteErrorCode.UNKNOWN_ERROR ? e.getErrorCode() : result.code) & 0xff;
    }

    /** The whole result code, from wherever the driver put it. */
    private static SQLiteErrorCode result(SQLException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLiteException s) {
                return s.getResultCode();
            }
            if (t instanceof SQLException s && s.getNextException() != null) {
                return result(s.getNextException());
            }
        }
        return SQLiteErrorCode.UNKNOWN_ERROR;
    }
}
