package dev.parley.persistence.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Reads a journal without an actor system and without changing it, also beside the server that writes it: for the
 * commands {@code replay} and {@code rooms}.
 *
 * <p>Each call sees what was committed when it began, or later. One thread at a time.
 *
 * <p>Errors: {@link JournalUnusable} when the journal cannot be read at all, {@link JournalReadFailed} when one event
 * is damaged; both have a sentence for the operator.
 */
public final class JournalReader implements AutoCloseable {
    private final JournalSettings settings;
    private final Dialect dialect;
    private final Connection connection;

    private JournalReader(JournalSettings settings, Dialect dialect, Connection connection) {
        this.settings = settings;
        this.dialect = dialect;
        this.connection = connection;
    }

    /** Opens the embedded journal of a data directory. */
    public static JournalReader inDirectory(Path directory) {
        return open(JournalSettings.embedded(directory));
    }

    /** Opens the journal that these settings name; makes nothing. */
    public static JournalReader open(JournalSettings settings) {
        if (settings.kind() == JournalSettings.Kind.EMBEDDED && !Files.isRegularFile(settings.path())) {
            throw new JournalUnusable(JournalUnusable.Reason.NO_SUCH_FILE, "there is no journal at " + settings.path());
        }
        Dialect dialect = Dialect.of(settings);
        try {
            Connection connection = dialect.forReading().getConnection();
            try {
                if (!Tables.arePresent(connection, dialect, settings.place())) {
                    throw Tables.notOurs(settings.place());
                }
                connection.setAutoCommit(!dialect.readsInTransaction());
                return new JournalReader(settings, dialect, connection);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw dialect.unusable(e);
        }
    }

    /** All rooms with at least one event, by persistence id. Cost: a scan of the event table without the payloads. */
    public List<RoomSummary> rooms() {
        return read(() -> {
            List<RoomSummary> rooms = new ArrayList<>();
            try (Statement ask = connection.createStatement();
                    ResultSet row = ask.executeQuery("SELECT r.pid, e.highest, e.events, e.bytes, e.last FROM"
                            + " parley_room r JOIN (SELECT room_seq >> " + RoomSeq.SEQ_BITS
                            + " AS room, max(room_seq) AS highest, count(*) AS"
                            + " events, sum(octet_length(payload)) AS bytes, max(written_at) AS last FROM parley_event"
                            + " GROUP BY room_seq >> " + RoomSeq.SEQ_BITS + ") e ON e.room = r.room ORDER BY r.pid")) {
                while (row.next()) {
                    rooms.add(new RoomSummary(
                            row.getString(1),
                            RoomSeq.seq(row.getLong(2)),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5)));
                }
            }
            return rooms;
        });
    }

    /** The room's highest seq; empty if the journal has never seen this persistence id. */
    public OptionalLong highestSeq(String persistenceId) {
        return read(() -> {
            OptionalLong room = EventTable.room(connection, persistenceId);
            return room.isEmpty() ? room : OptionalLong.of(EventTable.highestSeq(connection, room.getAsLong()));
        });
    }

    /**
     * Gives the events from {@code fromSeq} to {@code toSeq}, both included, to {@code each} in order, page by page.
     */
    public void events(String persistenceId, long fromSeq, long toSeq, Consumer<StoredEvent> each) {
        long next = Math.max(1, fromSeq);
        while (next <= toSeq) {
            long from = next;
            List<StoredEvent> page = read(() -> {
                OptionalLong room = EventTable.room(connection, persistenceId);
                return room.isEmpty()
                        ? List.of()
                        : EventTable.page(connection, dialect, room.getAsLong(), from, toSeq, Long.MAX_VALUE);
            });
            if (page.isEmpty()) {
                return;
            }
            page.forEach(each);
            next = page.getLast().seq() + 1;
        }
    }

    private interface Query<T> {
        T answer() throws SQLException;
    }

    private <T> T read(Query<T> query) {
        try {
            T answer = query.answer();
            if (dialect.readsInTransaction()) {
                connection.rollback();
            }
            return answer;
        } catch (SQLException e) {
            throw dialect.unusable(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new JournalReadFailed("the journal " + settings.place() + " could not be closed", e);
        }
    }
}
