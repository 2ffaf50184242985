package dev.parley.persistence.journal;

import dev.parley.persistence.journal.SnapshotRow.Numbered;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The statements on snapshots and their segments; none of them ends the transaction. */
final class SnapshotTable {
    private SnapshotTable() {}

    /** Which of a room's snapshots are meant: both ends belong to it. */
    record Range(long leastSeq, long mostSeq, long leastTimeMs, long mostTimeMs) {
        static final Range ALL = new Range(0, RoomSeq.SEQ_MAX, 0, Long.MAX_VALUE);
    }

    /** The seqs of the matching snapshots, newest first. */
    static List<Long> seqs(Connection connection, long room, Range range) throws SQLException {
        List<Long> seqs = new ArrayList<>();
        try (PreparedStatement ask =
                connection.prepareStatement("SELECT room_seq FROM parley_snapshot WHERE room_seq >= ? AND room_seq <= ?"
                        + " AND written_at >= ? AND written_at <= ? ORDER BY room_seq DESC")) {
            ask.setLong(1, RoomSeq.key(room, range.leastSeq()));
            ask.setLong(2, RoomSeq.key(room, range.mostSeq()));
            ask.setLong(3, range.leastTimeMs());
            ask.setLong(4, range.mostTimeMs());
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    seqs.add(RoomSeq.seq(row.getLong(1)));
                }
            }
        }
        return seqs;
    }

    static Optional<SnapshotRow> row(Connection connection, long room, long seq) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("SELECT written_at, manifest, serializer, segments,"
                + " payload, checksum FROM parley_snapshot WHERE room_seq = ?")) {
            ask.setLong(1, RoomSeq.key(room, seq));
            try (ResultSet row = ask.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                byte[] segments = row.getBytes(4);
                return Optional.of(new SnapshotRow(
                        seq,
                        row.getLong(1),
                        row.getString(2),
                        row.getInt(3),
                        segments == null ? List.of() : SnapshotRow.decode(segments),
                        segments != null,
                        row.getBytes(5),
                        row.getLong(6)));
            }
        }
    }

    /** The bytes of a segment as they are stored, unchecked. */
    static Optional<byte[]> segment(Connection connection, long room, Numbered segment) throws SQLException {
        try (PreparedStatement ask = connection.prepareStatement("SELECT payload FROM parley_segment WHERE room = ? AND"
                + " number = ? AND size = ? AND checksum = ?")) {
            bind(ask, room, segment);
            try (ResultSet row = ask.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes(1)) : Optional.empty();
            }
        }
    }

    static void addSegment(Connection connection, long room, Numbered segment, byte[] bytes) throws SQLException {
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO parley_segment (room, number, size,"
                + " checksum, payload) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")) {
            bind(add, room, segment);
            add.setBytes(5, bytes);
            add.executeUpdate();
        }
    }

    static void deleteSegment(Connection connection, long room, Numbered segment) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM parley_segment WHERE room = ? AND" + " number = ? AND size = ? AND checksum = ?")) {
            bind(delete, room, segment);
            delete.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, long room, Numbered segment) throws SQLException {
        statement.setLong(1, room);
        statement.setInt(2, segment.number());
        statement.setLong(3, segment.which().size());
        statement.setLong(4, segment.which().checksum());
    }

    /** Writes the row in place of one with the same seq. */
    static void put(Connection connection, long room, SnapshotRow row) throws SQLException {
        delete(connection, room, row.seq());
        try (PreparedStatement add = connection.prepareStatement("INSERT INTO parley_snapshot (room_seq, written_at,"
                + " manifest, serializer, segments, payload, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            add.setLong(1, RoomSeq.key(room, row.seq()));
            add.setLong(2, row.writtenAtMs());
            add.setString(3, row.manifest());
            add.setInt(4, row.serializer());
            add.setBytes(5, row.segmented() ? SnapshotRow.encode(row.segments()) : null);
            add.setBytes(6, row.payload());
            add.setLong(7, row.checksum());
            add.executeUpdate();
        }
    }

    static void delete(Connection connection, long room, long seq) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM parley_snapshot WHERE room_seq = ?")) {
            delete.setLong(1, RoomSeq.key(room, seq));
            delete.executeUpdate();
        }
    }

    /** Deletes the room's segments that no remaining snapshot names. */
    static void deleteUnused(Connection connection, long room) throws SQLException {
        List<List<Segment>> named = new ArrayList<>();
        for (long seq : seqs(connection, room, Range.ALL)) {
            row(connection, room, seq).map(SnapshotRow::segments).ifPresent(named::add);
        }
        for (Numbered segment : SnapshotRules.unused(storedSegments(connection, room), named)) {
            deleteSegment(connection, room, segment);
        }
    }

    /** The segments of a room that have a row, whatever its bytes are worth. */
    static Set<Numbered> storedSegments(Connection connection, long room) throws SQLException {
        Set<Numbered> stored = new HashSet<>();
        try (PreparedStatement ask =
                connection.prepareStatement("SELECT number, size, checksum FROM parley_segment WHERE room = ?")) {
            ask.setLong(1, room);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    stored.add(new Numbered(row.getInt(1), new Segment(row.getLong(2), row.getLong(3))));
                }
            }
        }
        return stored;
    }
}
