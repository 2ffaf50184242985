package dev.parley.persistence.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Copies a journal, embedded or PostgreSQL, as it is at one moment into an embedded journal in a file of its own, also
 * while a server writes it.
 *
 * <p>One read transaction sees that moment; rows come in pages, with pauses that keep to a rate, and no lock is held that
 * a writer waits for. The file appears under its name only when it is whole, on the disk, and was opened and counted.
 */
public final class JournalCopy {
    private static final int PAGE_ROWS = 200;
    private static final long FIRST_ROOM_KEY = RoomSeq.key(1, 0);

    /** {@code damagedEvents} were copied as they are, though they do not have their checksum. */
    public record Copied(long rooms, long events, long bytes, long damagedEvents) {}

    /** Hears how many of how many events have been copied. */
    public interface Progress {
        void at(long events, long of);
    }

    /** A table, its key and its columns in order, the key's first; the last one is the payload. */
    private record Table(String name, String key, List<String> columns, long fromKey) {
        static final Table ROOMS = new Table("parley_room", "room", List.of("room", "pid", "deleted_to"), 0);
        static final Table EVENTS = new Table(
                "parley_event",
                "room_seq",
                List.of("room_seq", "manifest", "serializer", "adapter", "writer", "written_at", "checksum", "payload"),
                FIRST_ROOM_KEY - 1);
        static final Table SNAPSHOTS = new Table(
                "parley_snapshot",
                "room_seq",
                List.of("room_seq", "manifest", "serializer", "written_at", "checksum", "segments", "payload"),
                0);

        String page() {
            return "SELECT " + String.join(", ", columns) + " FROM " + name + " WHERE " + key + " > ? ORDER BY " + key
                    + " LIMIT " + PAGE_ROWS;
        }

        String insert() {
            return "INSERT INTO " + name + " (" + String.join(", ", columns) + ") VALUES (?"
                    + ", ?".repeat(columns.size() - 1) + ")";
        }
    }

    private final JournalSettings from;
    private final long bytesPerSecond;
    private final Progress progress;
    private final long startedNanos = System.nanoTime();
    private long bytes;
    private long damaged;
    private long eventsInAll;

    private JournalCopy(JournalSettings from, long bytesPerSecond, Progress progress) {
        this.from = from;
        this.bytesPerSecond = bytesPerSecond;
        this.progress = progress;
    }

    /**
     * Copies the journal of these settings to {@code file}; {@code bytesPerSecond} of 0 is as fast as it goes.
     *
     * <p>Errors: {@link FileAlreadyExistsException} if there is such a file, {@link IOException} if it cannot be written, {@link
     * JournalUnusable} or {@link JournalReadFailed} for the journal itself. Then no file of that name was made.
     */
    public static Copied to(Path file, JournalSettings from, long bytesPerSecond, Progress progress)
            throws IOException, InterruptedException {
        if (Files.exists(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        if (from.kind() == JournalSettings.Kind.EMBEDDED && !Files.isRegularFile(from.path())) {
            throw new JournalUnusable(JournalUnusable.Reason.NO_SUCH_FILE, "there is no journal at " + from.path());
        }
        Path folder = file.toAbsolutePath().getParent();
        Files.createDirectories(folder);
        Path draft = Files.createTempFile(folder, file.getFileName().toString() + ".", ".partial");
        try {
            Copied copied = new JournalCopy(from, bytesPerSecond, progress).into(draft);
            require(draft, copied);
            force(draft, StandardOpenOption.WRITE);
            Files.createLink(file, draft); // Unlike a move, this never replaces what somebody else put there meanwhile.
            force(folder, StandardOpenOption.READ);
            return copied;
        } catch (UnsupportedOperationException noLinks) {
            throw new IOException("the file system of " + folder + " has no hard links", noLinks);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private Copied into(Path draft) throws InterruptedException, IOException {
        Dialect dialect = Dialect.of(from);
        try (Connection source = dialect.forReading().getConnection()) {
            if (!Tables.arePresent(source, dialect, from.place())) {
                throw Tables.notOurs(from.place());
            }
            source.setAutoCommit(false);
            if (from.kind() == JournalSettings.Kind.POSTGRES) {
                source.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            eventsInAll = count(source, "parley_event WHERE room_seq >= " + FIRST_ROOM_KEY); // Fixes the moment.
            try (Connection target = target(draft)) {
                long rooms = copy(source, target, dialect, Table.ROOMS);
                long events = copy(source, target, dialect, Table.EVENTS);
                copy(source, target, dialect, Table.SNAPSHOTS);
                segments(source, target, dialect);
                return new Copied(rooms, events, bytes, damaged);
            } catch (SQLException unwritable) {
                throw new IOException(JournalWriteFailed.reason(unwritable), unwritable);
            } finally {
                source.rollback();
            }
        } catch (SQLException unreadable) {
            throw dialect.unusable(unreadable);
        }
    }

    /** Nobody reads the draft before it is whole, so it needs no log, and is made durable once at the end. */
    private static Connection target(Path draft) throws SQLException {
        JournalSettings settings =
                JournalSettings.embedded(draft.toAbsolutePath().getParent());
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + draft);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = OFF");
            statement.execute("PRAGMA synchronous = OFF");
        }
        Tables.ensure(connection, Dialect.of(settings), draft.toString());
        connection.setAutoCommit(false);
        return connection;
    }

    private long copy(Connection source, Connection target, Dialect dialect, Table table)
            throws SQLException, InterruptedException {
        long rows = 0;
        long after = table.fromKey();
        try (PreparedStatement page = source.prepareStatement(table.page());
                PreparedStatement insert = target.prepareStatement(table.insert())) {
            page.setFetchSize(dialect.fetchRows());
            while (true) {
                page.setLong(1, after);
                int ofPage = 0;
                try (ResultSet row = page.executeQuery()) {
                    while (row.next()) {
                        after = row.getLong(1);
                        put(row, insert, table);
                        ofPage++;
                    }
                }
                target.commit();
                rows += ofPage;
                if (table == Table.EVENTS) {
                    progress.at(rows, eventsInAll);
                }
                if (ofPage < PAGE_ROWS) {
                    return rows;
                }
                pace();
            }
        }
    }

    private void put(ResultSet row, PreparedStatement insert, Table table) throws SQLException {
        ResultSetMetaData columns = row.getMetaData();
        for (int i = 1; i <= columns.getColumnCount(); i++) {
            String name = table.columns().get(i - 1);
            if (name.equals("payload") || name.equals("segments")) {
                byte[] blob = row.getBytes(i);
                insert.setBytes(i, blob);
                bytes += blob == null ? 0 : blob.length;
                if (table == Table.EVENTS && row.getLong("checksum") != Checksum.of(blob)) {
                    damaged++;
                }
            } else {
                insert.setObject(i, row.getObject(i));
            }
        }
        insert.executeUpdate();
    }

    /** One by one: a segment may have several megabytes. */
    private void segments(Connection source, Connection target, Dialect dialect)
            throws SQLException, InterruptedException {
        try (Statement keys = source.createStatement();
                PreparedStatement ask = source.prepareStatement("SELECT payload FROM parley_segment WHERE room = ? AND"
                        + " number = ? AND size = ? AND checksum = ?");
                PreparedStatement insert = target.prepareStatement("INSERT INTO parley_segment (room, number, size,"
                        + " checksum, payload) VALUES (?, ?, ?, ?, ?)")) {
            keys.setFetchSize(dialect.fetchRows());
            try (ResultSet key = keys.executeQuery("SELECT room, number, size, checksum FROM parley_segment"
                    + " ORDER BY room, number, size, checksum")) {
                while (key.next()) {
                    for (int i = 1; i <= 4; i++) {
                        ask.setLong(i, key.getLong(i));
                        insert.setLong(i, key.getLong(i));
                    }
                    try (ResultSet segment = ask.executeQuery()) {
                        if (segment.next()) {
                            byte[] payload = segment.getBytes(1);
                            bytes += payload.length;
                            insert.setBytes(5, payload);
                            insert.executeUpdate();
                        }
                    }
                    target.commit();
                    pace();
                }
            }
        }
    }

    /** Pauses until no more has been copied than the rate allows. */
    private void pace() throws InterruptedException {
        if (bytesPerSecond == 0) {
            return;
        }
        long dueNanos = startedNanos + (long) (bytes * 1e9 / bytesPerSecond);
        Duration early = Duration.ofNanos(dueNanos - System.nanoTime());
        if (early.isPositive()) {
            Thread.sleep(early);
        }
    }

    private static long count(Connection connection, String what) throws SQLException {
        try (Statement ask = connection.createStatement();
                ResultSet answer = ask.executeQuery("SELECT count(*) FROM " + what)) {
            answer.next();
            return answer.getLong(1);
        }
    }

    /** Opens the copy anew, as a server would, and counts. */
    private static void require(Path draft, Copied copied) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + draft);
                Statement check = connection.createStatement();
                ResultSet verdict = check.executeQuery("PRAGMA quick_check(1)")) {
            if (!verdict.next() || !verdict.getString(1).equals("ok")) {
                throw new IOException("the copy is not sound: " + verdict.getString(1));
            }
            long events = count(connection, "parley_event");
            long rooms = count(connection, "parley_room");
            if (events != copied.events() || rooms != copied.rooms()) {
                throw new IOException("the copy has " + rooms + " rooms and " + events + " events instead of "
                        + copied.rooms() + " and " + copied.events());
            }
        } catch (SQLException unreadable) {
            throw new IOException("the copy cannot be read: " + JournalWriteFailed.reason(unreadable), unreadable);
        }
    }

    private static void force(Path path, StandardOpenOption how) throws IOException {
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
