package dev.parley.system;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import dev.parley.persistence.room.Run;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.zip.CRC32C;

/** A second hand on the embedded journal: holds its lock, has it refuse writes, or writes an event before the room does. */
final class JournalIntruder implements AutoCloseable {
    private static final int SEQ_BITS = 36;
    private static final long ORIGIN = 1L << 50; // The session of another member.

    private final Connection journal;

    JournalIntruder(Path data) throws SQLException {
        journal = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("journal.db"));
        execute("PRAGMA busy_timeout = 30000");
    }

    /** Nobody else can write from now on. */
    void lock() throws SQLException {
        execute("BEGIN IMMEDIATE");
    }

    void unlock() throws SQLException {
        execute("ROLLBACK");
    }

    /** Every write of an event is refused from now on. */
    void refuseWrites() throws SQLException {
        execute("CREATE TRIGGER refusal BEFORE INSERT ON parley_event BEGIN SELECT RAISE(ABORT, 'refused'); END");
    }

    void acceptWrites() throws SQLException {
        execute("DROP TRIGGER refusal");
    }

    /** Events can be neither read nor written from now on. */
    void takeAway() throws SQLException {
        execute("ALTER TABLE parley_event RENAME TO away");
    }

    void giveBack() throws SQLException {
        execute("ALTER TABLE away RENAME TO parley_event");
    }

    /** What the room's journal holds, checked: every node once, parents first, and each stored root right. */
    HistoryView read(String room) throws SQLException {
        return replay(number(room)).history.view();
    }

    /** Takes the room's next seq, as a second incarnation would that has just decided a new node of this author. */
    Node writeFirst(String room, Signer author, String key) throws SQLException {
        return inTurn(room, replayed -> {
            HistoryView view = replayed.history.view();
            Op op = new Op.MapSet(key, "intruder".getBytes(StandardCharsets.UTF_8));
            Transaction transaction = new Transaction(author.peer(), view.clock() + 1, 0, List.of(op), view.heads());
            return new Run(new SessionId(ORIGIN), author.peer(), List.of(Nodes.sign(transaction, author)));
        });
    }

    /** Stores a session's pack as the room itself is going to: a write that was committed, but whose answer was lost. */
    void writeAhead(String room, SessionId origin, Node node) throws SQLException {
        inTurn(room, replayed -> new Run(origin, node.transaction().author(), List.of(node)));
    }

    /** Stores what the room itself is going to: the same, for any event. */
    void writeAhead(String room, RoomEvent event) throws SQLException {
        lock();
        try {
            long number = number(room);
            Replayed replayed = replay(number);
            insert(number << SEQ_BITS | (replayed.seq + 1), replayed.serializer, event);
            execute("COMMIT");
        } catch (SQLException | RuntimeException e) {
            unlock();
            throw e;
        }
    }

    /** What happened in the room last. */
    RoomEvent lastEvent(String room) throws SQLException {
        return replay(number(room)).last;
    }

    /** Stores the run of one node that is made for the room as it is, while nobody else can write. */
    private Node inTurn(String room, Function<Replayed, Run> making) throws SQLException {
        lock();
        try {
            long number = number(room);
            Replayed replayed = replay(number);
            Run run = making.apply(replayed);
            run.nodes().forEach(replayed.history::append);
            RoomEvent event = new RoomEvent.NodesAppended(
                    List.of(run), replayed.history.view().root());
            insert(number << SEQ_BITS | (replayed.seq + 1), replayed.serializer, event);
            execute("COMMIT");
            return run.nodes().getFirst();
        } catch (SQLException | RuntimeException e) {
            unlock();
            throw e;
        }
    }

    private void insert(long key, int serializer, RoomEvent event) throws SQLException {
        byte[] bytes = RoomEventForm.encode(event);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        try (PreparedStatement insert = journal.prepareStatement("INSERT INTO parley_event (room_seq, manifest,"
                + " serializer, adapter, writer, written_at, checksum, payload) VALUES (?, ?, ?, '', ?, ?, ?, ?)")) {
            insert.setLong(1, key);
            insert.setString(2, RoomEventForm.manifest(event));
            insert.setInt(3, serializer);
            insert.setString(4, UUID.randomUUID().toString());
            insert.setLong(5, System.currentTimeMillis());
            insert.setLong(6, checksum.getValue());
            insert.setBytes(7, bytes);
            insert.executeUpdate();
        }
    }

    /** Flips one bit in the middle of a stored event. */
    void damage(String room, long seq) throws SQLException {
        long key = number(room) << SEQ_BITS | seq;
        byte[] bytes;
        try (PreparedStatement ask = journal.prepareStatement("SELECT payload FROM parley_event WHERE room_seq = ?")) {
            ask.setLong(1, key);
            try (ResultSet found = ask.executeQuery()) {
                bytes = found.getBytes(1);
            }
        }
        bytes[bytes.length / 2] ^= 1;
        try (PreparedStatement change =
                journal.prepareStatement("UPDATE parley_event SET payload = ? WHERE room_seq = ?")) {
            change.setBytes(1, bytes);
            change.setLong(2, key);
            change.executeUpdate();
        }
    }

    private long number(String room) throws SQLException {
        try (PreparedStatement ask = journal.prepareStatement("SELECT room FROM parley_room WHERE pid = ?")) {
            ask.setString(1, "room|" + room);
            try (ResultSet found = ask.executeQuery()) {
                if (!found.next()) {
                    throw new AssertionError("the journal has no room " + room);
                }
                return found.getLong(1);
            }
        }
    }

    private record Replayed(History history, long seq, int serializer, RoomEvent last) {}

    private Replayed replay(long number) throws SQLException {
        History history = new History();
        long seq = 0;
        int serializer = 0;
        RoomEvent last = null;
        try (PreparedStatement ask = journal.prepareStatement("SELECT room_seq, manifest, serializer, payload FROM"
                + " parley_event WHERE room_seq > ? AND room_seq < ? ORDER BY room_seq")) {
            ask.setLong(1, number << SEQ_BITS);
            ask.setLong(2, (number + 1) << SEQ_BITS);
            try (ResultSet row = ask.executeQuery()) {
                while (row.next()) {
                    seq++;
                    if (row.getLong(1) != (number << SEQ_BITS | seq)) {
                        throw new AssertionError("a hole before seq " + (row.getLong(1) & (1L << SEQ_BITS) - 1));
                    }
                    serializer = row.getInt(3);
                    last = apply(history, RoomEventForm.decode(row.getString(2), row.getBytes(4)));
                }
            }
        }
        return new Replayed(history, seq, serializer, last);
    }

    private static RoomEvent apply(History history, Decoded<RoomEvent> decoded) {
        if (!(decoded instanceof Decoded.Whole<RoomEvent>(var event))) {
            throw new AssertionError(decoded.toString());
        }
        if (event instanceof RoomEvent.NodesAppended(var runs, var rootAfter)) {
            for (Run run : runs) {
                for (Node node : run.nodes()) {
                    if (history.view().contains(node.id())) {
                        throw new AssertionError(node.id() + " is stored twice");
                    }
                    history.append(node);
                }
            }
            if (!history.view().root().equals(rootAfter)) {
                throw new AssertionError("the stored root is another");
            }
        }
        return event;
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = journal.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        journal.close();
    }
}
