package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** The writer's own connection with its statements prepared once; used by one thread. */
final class EventInserts implements AutoCloseable {
    private final Connection connection;
    private final Dialect dialect;
    private final PreparedStatement event;
    private boolean waiting;

    EventInserts(Connection connection, Dialect dialect) throws SQLException {
        this.connection = connection;
        this.dialect = dialect;
        this.event = connection.prepareStatement("INSERT INTO parley_event (room_seq, manifest, serializer, adapter,"
                + " writer, written_at, checksum, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
    }

    void begin() throws SQLException {
        dialect.begin(connection);
    }

    /** The room's number, given to it now if it has none. */
    long roomNumber(String persistenceId) throws SQLException {
        return EventTable.roomOrNew(connection, persistenceId);
    }

    long highestSeq(long roomNumber) throws SQLException {
        return EventTable.highestSeq(connection, roomNumber);
    }

    void add(long roomNumber, StoredEvent row) throws SQLException {
        event.setLong(1, RoomSeq.key(roomNumber, row.seq()));
        event.setString(2, row.manifest());
        event.setInt(3, row.serializer());
        event.setString(4, row.adapterManifest());
        event.setString(5, row.writer());
        event.setLong(6, row.writtenAtMs());
        event.setLong(7, Checksum.of(row.bytes()));
        event.setBytes(8, row.bytes());
        event.addBatch();
        waiting = true;
    }

    /** Sends all added rows to the database, within the transaction. */
    void flush() throws SQLException {
        if (waiting) {
            waiting = false;
            event.executeBatch();
        }
    }

    void commit() throws SQLException {
        dialect.commit(connection);
    }

    /** Forgets what was added and ends the transaction; an error means that the connection is of no more use. */
    void rollback() throws SQLException {
        waiting = false;
        event.clearBatch();
        dialect.rollback(connection);
    }

    void emptyLog() throws SQLException {
        dialect.emptyLog(connection);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            // It is being thrown away.
        }
    }
}
