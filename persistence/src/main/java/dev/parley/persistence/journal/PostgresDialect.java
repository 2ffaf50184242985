package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A PostgreSQL database, shared by all members.
 *
 * <p>Every wait is bounded: by {@code statement_timeout} in the server, and a little later by the socket timeout, after
 * which the outcome of what was sent is unknown.
 */
record PostgresDialect(JournalSettings settings) implements Dialect {
    private static final long TABLES_LOCK = 0x7061726c6579L; // "parley"

    @Override
    public DataSource forWriting() {
        PGSimpleDataSource source = source();
        source.setReWriteBatchedInserts(true);
        // Whatever the role's default is: an answer must mean that the commit is on the disk. And a member that was cut
        // off in the middle must not keep its keys locked.
        source.setOptions(source.getOptions() + " -c synchronous_commit=on -c idle_in_transaction_session_timeout="
                + 2 * settings.writeTimeout().toMillis());
        return source;
    }

    @Override
    public void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false); // The driver begins with the first statement.
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    @Override
    public boolean logIsTooLong() {
        return false; // The server looks after its own log.
    }

    @Override
    public void emptyLog(Connection connection) {}

    @Override
    public DataSource forReading() {
        return source();
    }

    private PGSimpleDataSource source() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(settings.postgres().url());
        if (!settings.postgres().user().isEmpty()) {
            source.setUser(settings.postgres().user());
        }
        if (!settings.postgres().password().isEmpty()) {
            source.setPassword(settings.postgres().password());
        }
        int seconds = Math.max(1, (int) settings.postgres().socketTimeout().toSeconds());
        source.setConnectTimeout(seconds);
        source.setSocketTimeout(seconds);
        source.setTcpKeepAlive(true);
        source.setApplicationName("parley");
        long inServerMs = Math.max(1, settings.postgres().socketTimeout().toMillis() * 3 / 4);
        String given = source.getOptions();
        source.setOptions((given == null ? "" : given + " ") + "-c statement_timeout=" + inServerMs
                + " -c lock_timeout=" + settings.busyTimeout().toMillis());
        return source;
    }

    @Override
    public void settle() {
        // The server keeps its files itself.
    }

    @Override
    public int readersMax() {
        return settings.postgres().poolSize();
    }

    @Override
    public boolean readsInTransaction() {
        return true;
    }

    @Override
    public int fetchRows() {
        return 32;
    }

    @Override
    public boolean oneWriterAtATime() {
        return false;
    }

    @Override
    public List<String> tables() {
        return Tables.create(
                "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BIGINT PRIMARY KEY", "TEXT COLLATE \"C\"", "BYTEA");
    }

    @Override
    public void lockTables(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
            lock.setLong(1, TABLES_LOCK);
            lock.execute();
        }
    }

    @Override
    public boolean hasTable(Connection connection, String name) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("SELECT to_regclass(?)")) {
            ask.setString(1, name);
            try (ResultSet found = ask.executeQuery()) {
                return found.next() && found.getString(1) != null;
            }
        }
    }

    @Override
    public boolean isForeign(Connection connection) {
        return false; // A schema may be shared: our tables carry our name.
    }

    @Override
    public Trouble trouble(SQLException e) {
        String state = state(e);
        if (state.equals("23505")) {
            return Trouble.KEY_TAKEN;
        }
        if (state.equals("53100")) {
            return Trouble.DISK_FULL;
        }
        return isLost(state) ? Trouble.CONNECTION_LOST : Trouble.OTHER;
    }

    @Override
    public boolean surelyNotCommitted(SQLException atCommit) {
        // The server answered with an error of its own: then it rolled back. Silence or a shutdown proves nothing.
        return !isLost(state(atCommit));
    }

    private static boolean isLost(String state) {
        return state.isEmpty() || state.startsWith("08") || state.startsWith("57P") || state.startsWith("58");
    }

    @Override
    public JournalUnusable unusable(SQLException e) {
        return new JournalUnusable(
                JournalUnusable.Reason.UNREACHABLE,
                "the database " + settings.place() + " cannot be used: " + JournalWriteFailed.reason(e),
                e);
    }

    /** The first SQL state along the chains of the exception; empty if there is none. */
    private static String state(SQLException e) {
        for (SQLException s = e; s != null; s = s.getNextException()) {
            if (s.getNextException() == null && s.getSQLState() != null) {
                return s.getSQLState();
            }
        }
        return e.getCause() instanceof SQLException cause && cause != e ? state(cause) : "";
    }

    @Override
    public Optional<String> weakness(Connection connection) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet fsync = ask.executeQuery("SHOW fsync")) {
            return fsync.next() && fsync.getString(1).equals("on")
                    ? Optional.empty()
                    : Optional.of("the database runs with fsync off: a power cut may lose what was acknowledged");
        }
    }
}
