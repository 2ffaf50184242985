package dev.parley.persistence.journal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.OptionalLong;

/** Deletes the beginning of a room. Rooms never ask for it; Pekko's contract has it. The highest seq outlives it. */
final class EventDeletion {
    private final JournalDatabase database;

    EventDeletion(JournalDatabase database) {
        this.database = database;
    }

    /** Deletes the events up to {@code toSeq}, however high that is; durable when it returns. */
    void deleteTo(String persistenceId, long toSeq) {
        try (Connection connection = database.openForWriting()) {
            database.transaction(connection, () -> delete(connection, persistenceId, toSeq));
        } catch (SQLException e) {
            throw JournalWriteFailed.of(database.dialect().trouble(e), e);
        }
    }

    private static void delete(Connection connection, String persistenceId, long toSeq) throws SQLException {
        OptionalLong room = EventTable.room(connection, persistenceId);
        if (room.isEmpty()) {
            return;
        }
        long upTo = Math.min(toSeq, EventTable.highestSeq(connection, room.getAsLong()));
        try (PreparedStatement keep = connection.prepareStatement(
                        "UPDATE parley_room SET deleted_to = ? WHERE room = ? AND deleted_to < ?");
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM parley_event WHERE room_seq >= ? AND room_seq <= ?")) {
            keep.setLong(1, upTo);
            keep.setLong(2, room.getAsLong());
            keep.setLong(3, upTo);
            keep.executeUpdate();
            delete.setLong(1, RoomSeq.key(room.getAsLong(), 0));
            delete.setLong(2, RoomSeq.key(room.getAsLong(), upTo));
            delete.executeUpdate();
        }
    }
}
