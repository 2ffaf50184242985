package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables, and their version.
 *
 * <pre>
 * parley_journal   name, value                the row "version" holds the layout's number, now 1
 * parley_room      room, pid, deleted_to      a number for each persistence id; seqs up to deleted_to were deleted
 * parley_event     room_seq, …                one row an event, keyed as {@link RoomSeq} says
 * parley_snapshot  room_seq, …                one row a snapshot; segments is the list it needs, or null if it is whole
 * parley_segment   room, number, checksum, …  immutable pieces of snapshots
 * </pre>
 */
final class Tables {
    static final int VERSION = 1;

    private Tables() {}

    static List<String> create(String roomNumber, String key, String pid, String blob) {
        return List.of(
                "CREATE TABLE parley_journal (name VARCHAR(64) PRIMARY KEY, value TEXT NOT NULL)",
                "CREATE TABLE parley_room (room " + roomNumber + ", pid " + pid
                        + " NOT NULL UNIQUE, deleted_to BIGINT NOT NULL DEFAULT 0)",
                "CREATE TABLE parley_event (room_seq " + key + ", manifest TEXT NOT NULL, serializer INTEGER NOT NULL,"
                        + " adapter TEXT NOT NULL, writer TEXT NOT NULL, written_at BIGINT NOT NULL,"
                        + " checksum BIGINT NOT NULL, payload " + blob + " NOT NULL)",
                "CREATE TABLE parley_snapshot (room_seq " + key
                        + ", manifest TEXT NOT NULL, serializer INTEGER NOT NULL,"
                        + " written_at BIGINT NOT NULL, checksum BIGINT NOT NULL, segments " + blob + ", payload "
                        + blob + " NOT NULL)",
                "CREATE TABLE parley_segment (room BIGINT NOT NULL, number INTEGER NOT NULL, size BIGINT NOT NULL,"
                        + " checksum BIGINT NOT NULL, payload " + blob
                        + " NOT NULL, PRIMARY KEY (room, number, size, checksum))");
    }

    /** Makes the tables in an empty database, or checks the version of those that are there; commits. */
    static void ensure(Connection connection, Dialect dialect, String place) throws SQLException {
        dialect.begin(connection);
        dialect.lockTables(connection);
        if (arePresent(connection, dialect, place)) {
            dialect.rollback(connection);
            return;
        }
        try (Statement make = connection.createStatement()) {
            for (String table : dialect.tables()) {
                make.executeUpdate(table);
            }
            make.executeUpdate("INSERT INTO parley_journal (name, value) VALUES ('version', '" + VERSION + "')");
        }
        dialect.commit(connection);
    }

    /**
     * Whether the tables are there; false if the database is empty.
     *
     * <p>Errors: {@link JournalUnusable} for tables of a newer version or of somebody else.
     */
    static boolean arePresent(Connection connection, Dialect dialect, String place) throws SQLException {
        if (dialect.hasTable(connection, "parley_journal")) {
            check(connection, place);
            return true;
        }
        if (dialect.isForeign(connection)) {
            throw notOurs(place);
        }
        return false;
    }

    private static void check(Connection connection, String place) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("SELECT value FROM parley_journal WHERE name = ?")) {
            ask.setString(1, "version");
            try (ResultSet found = ask.executeQuery()) {
                int version = found.next() ? number(found.getString(1)) : 0;
                if (version < 1) {
                    throw notOurs(place);
                }
                if (version > VERSION) {
                    throw new JournalUnusable(
                            JournalUnusable.Reason.NEWER_VERSION,
                            "the journal " + place + " was written by a newer Parley (journal version " + version
                                    + ", this one reads up to " + VERSION + "); use that version, or another journal");
                }
            }
        }
    }

    static JournalUnusable notOurs(String place) {
        return new JournalUnusable(
                JournalUnusable.Reason.NOT_A_JOURNAL, place + " is a database, but not a journal of Parley");
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
