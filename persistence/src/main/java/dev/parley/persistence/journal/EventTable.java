package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The statements that read events, and the numbering of rooms; events are written by {@link EventInserts}. */
final class EventTable {
    private EventTable() {}

    /** How much one page of events holds at most; the first event of a page always fits. */
    static final int PAGE_EVENTS_MAX = 512;

    static final long PAGE_BYTES_MAX = 4L << 20;

    static OptionalLong room(Connection connection, String pid) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("SELECT room FROM parley_room WHERE pid = ?")) {
            ask.setString(1, pid);
            try (ResultSet found = ask.executeQuery()) {
                return found.next() ? OptionalLong.of(found.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** The room's number, given to it now if it has none. */
    static long roomOrNew(Connection connection, String pid) throws SQLException {
        OptionalLong known = room(connection, pid);
        if (known.isPresent()) {
            return known.getAsLong();
        }
        try (PreparedStatement add =
                connection.prepareStatement("INSERT INTO parley_room (pid) VALUES (?) ON CONFLICT (pid) DO NOTHING")) {
            add.setString(1, pid);
            add.executeUpdate();
        }
        return room(connection, pid).orElseThrow(() -> new SQLException("the room was not numbered"));
    }

    /** The highest seq ever written for the room, deleted ones included; 0 if there is none. */
    static long highestSeq(Connection connection, long room) throws SQLException {
        try (PreparedStatement ask =
                connection.prepareStatement("SELECT (SELECT max(room_seq) FROM parley_event WHERE room_seq >= ? AND"
                        + " room_seq <= ?), (SELECT deleted_to FROM parley_room WHERE room = ?)")) {
            ask.setLong(1, RoomSeq.key(room, 0));
            ask.setLong(2, RoomSeq.key(room, RoomSeq.SEQ_MAX));
            ask.setLong(3, room);
            try (ResultSet found = ask.executeQuery()) {
                found.next();
                return Math.max(RoomSeq.seq(found.getLong(1)), found.getLong(2));
            }
        }
    }

    /**
     * The next events of a room from {@code fromSeq} on, in order, up to {@code toSeq} and the bounds of a page; empty
     * only if there are none.
     *
     * <p>Errors: {@link JournalReadFailed} at a row whose bytes do not have its checksum.
     */
    static List<StoredEvent> page(Connection connection, Dialect dialect, long room, long fromSeq, long toSeq, long max)
            throws SQLException {
        List<StoredEvent> page = new ArrayList<>();
        try (PreparedStatement ask = connection.prepareStatement("SELECT room_seq, manifest, serializer, adapter,"
                + " writer, written_at, checksum, payload FROM parley_event WHERE room_seq >= ? AND room_seq <= ?"
                + " ORDER BY room_seq LIMIT ?")) {
            ask.setFetchSize(dialect.fetchRows());
            ask.setLong(1, RoomSeq.key(room, fromSeq));
            ask.setLong(2, RoomSeq.key(room, toSeq));
            ask.setLong(3, Math.min(max, PAGE_EVENTS_MAX));
            long bytes = 0;
            try (ResultSet row = ask.executeQuery()) {
                while (bytes < PAGE_BYTES_MAX && row.next()) {
                    StoredEvent event = event(row);
                    bytes += event.bytes().length;
                    page.add(event);
                }
            }
        }
        return page;
    }

    private static StoredEvent event(ResultSet row) throws SQLException {
        byte[] bytes = row.getBytes(8);
        long key = row.getLong(1);
        if (bytes == null || Checksum.of(bytes) != row.getLong(7)) {
            throw new JournalReadFailed("event is damaged: room number " + RoomSeq.room(key) + ", seq "
                    + RoomSeq.seq(key) + ": its bytes do not have its checksum");
        }
        return new StoredEvent(
                RoomSeq.seq(key),
                row.getString(2),
                row.getInt(3),
                bytes,
                row.getString(4),
                row.getString(5),
                row.getLong(6));
    }

    /** Persistence ids after {@code afterRoom} in the order of their first write, with their room numbers. */
    static List<NumberedRoom> rooms(Connection connection, long afterRoom, int max) throws SQLException {
        List<NumberedRoom> rooms = new ArrayList<>();
        try (PreparedStatement ask =
                connection.prepareStatement("SELECT room, pid FROM parley_room WHERE room > ? ORDER BY room LIMIT ?")) {
            ask.setLong(1, afterRoom);
            ask.setInt(2, max);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    rooms.add(new NumberedRoom(row.getLong(1), row.getString(2)));
                }
            }
        }
        return rooms;
    }

    record NumberedRoom(long room, String persistenceId) {}
}
