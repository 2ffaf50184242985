package dev.parley.persistence.journal;

import dev.parley.persistence.journal.JournalWriteFailed.Why;
import dev.parley.persistence.journal.Tails.Tail;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit: one thread writes whatever waits, of all rooms, in one transaction, and answers when it is durable.
 *
 * <p><b>One culprit.</b> When a merged transaction fails, each write is tried again in one of its own, so that only the
 * one at fault fails; so is a single one whose connection was lost before its commit was sent. If the outcome of the
 * commit is unknown none is tried again: all of them fail, their rooms stop and read what is there.
 *
 * <p><b>One incarnation.</b> The unique key lets one writer have a {@code seq}. It does not keep out what an
 * incarnation decided on top of a write that failed, so two more things are refused: a write that does not begin right
 * after the room's last one (a hole), and any write of an incarnation of which one has failed.
 *
 * <p><b>Waiting is bounded.</b> A write that its caller has given up on is failed without being tried; when the
 * database stands still, the rest of a group runs out of time instead of being tried one after the other.
 *
 * <p>Cost: one durable commit a group; two short queries at a room's first write, none later.
 */
final class JournalWriter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournalWriter.class);
    private static final Duration CLOSING_MAX = Duration.ofSeconds(5);
    private static final Duration LOG_EMPTIED_EVERY = Duration.ofSeconds(30);
    private static final int WARNINGS_MAX = 5;
    private static final Duration WARNINGS_PERIOD = Duration.ofSeconds(10);

    private final JournalDatabase database;
    private final JournalMeters meters;
    private final WriteQueue queue;
    private final Thread thread;
    private final Tails tails = new Tails();
    private final WriteFence fence = new WriteFence();
    private final Map<Why, WarningBudget> warnings = budgets();
    private EventInserts inserts;
    private long logEmptiedAtNanos = System.nanoTime() - LOG_EMPTIED_EVERY.toNanos();

    JournalWriter(JournalDatabase database, JournalMeters meters) {
        this.database = database;
        this.meters = meters;
        this.queue = new WriteQueue(
                database.settings().queueWritesMax(), database.settings().queueBytesMax());
        this.thread = new Thread(this::run, "parley-journal-writer");
        thread.setDaemon(true);
        thread.start();
    }

    /** Takes a write in, or fails it at once if there is no room for it; any thread. Order is kept for each room. */
    void submit(RoomWrite write) {
        switch (queue.offer(write)) {
            case QUEUED -> {}
            case FULL -> fail(write, new JournalWriteFailed(Why.QUEUE_FULL, "too many writes wait for the journal"));
            case CLOSED -> fail(write, new JournalWriteFailed(Why.CLOSED, "the journal is closing"));
        }
    }

    /** Writes what waits, then ends the thread; bounded in time. */
    @Override
    public void close() {
        queue.close();
        try {
            if (!thread.join(CLOSING_MAX)) {
                LOG.atWarn()
                        .setMessage("journal writer is still busy, leaving it behind")
                        .log();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        JournalSettings settings = database.settings();
        while (true) {
            List<RoomWrite> group = queue.takeGroup(settings.batchWritesMax(), settings.batchBytesMax(), meters);
            if (group.isEmpty()) {
                drop();
                return;
            }
            try {
                write(group);
                boundLog();
            } catch (RuntimeException | Error e) {
                LOG.atError()
                        .setMessage("journal writer failed on a group of writes")
                        .addKeyValue("writes", group.size())
                        .setCause(e)
                        .log();
                drop();
                group.forEach(write -> fail(write, new JournalWriteFailed(Why.OUTCOME_UNKNOWN, "writer failed", e)));
            }
        }
    }

    private void write(List<RoomWrite> group) {
        List<RoomWrite> timely = timely(group);
        if (timely.isEmpty()) {
            return;
        }
        JournalWriteFailed failure = attempt(timely);
        if (failure == null) {
            return;
        }
        // A connection that died while nothing was written says nothing about the write: it gets a new one.
        boolean again = timely.size() > 1 || failure.why() == Why.UNREACHABLE;
        if (!again || failure.why() == Why.OUTCOME_UNKNOWN) {
            timely.forEach(write -> fail(write, failure));
            return;
        }
        LOG.atInfo()
                .setMessage("transaction failed, trying its writes one by one")
                .addKeyValue("writes", timely.size())
                .addKeyValue("why", failure.getMessage())
                .log();
        meters.splitUp(timely.size());
        for (RoomWrite alone : timely) {
            if (alone.done().isDone()) {
                continue;
            }
            List<RoomWrite> still = timely(List.of(alone));
            if (!still.isEmpty()) {
                JournalWriteFailed own = attempt(still);
                if (own != null) {
                    fail(alone, own);
                }
            }
        }
    }

    /** Seldom, since it may hold up the writes: those that are already committed have been answered. */
    private void boundLog() {
        long now = System.nanoTime();
        if (inserts == null
                || now - logEmptiedAtNanos < LOG_EMPTIED_EVERY.toNanos()
                || !database.dialect().logIsTooLong()) {
            return;
        }
        logEmptiedAtNanos = now;
        EventInserts of = inserts;
        try {
            database.inTurn(of::emptyLog);
        } catch (SQLException e) {
            LOG.atInfo()
                    .setMessage("the log of the journal was not emptied, it will be later")
                    .addKeyValue("why", JournalWriteFailed.reason(e))
                    .log();
        }
    }

    /** Those whose callers still wait; the others are failed. */
    private List<RoomWrite> timely(List<RoomWrite> writes) {
        long now = System.nanoTime();
        List<RoomWrite> timely = new ArrayList<>(writes.size());
        for (RoomWrite write : writes) {
            if (write.expiresAtNanos() - now > 0) {
                timely.add(write);
            } else {
                fail(write, new JournalWriteFailed(Why.EXPIRED, "the journal did not get to this write in time"));
            }
        }
        return timely;
    }

    /**
     * One transaction with these writes; those that are refused by what precedes them are failed on the way and the
     * others go on. Completes the writes if it was committed.
     *
     * @return why nothing was committed, or null if all is well
     */
    private JournalWriteFailed attempt(List<RoomWrite> writes) {
        List<RoomWrite> included = new ArrayList<>(writes.size());
        Map<String, Tail> moved = new HashMap<>();
        boolean[] committing = {false};
        long startedAt = System.nanoTime();
        database.health().writeBegins(startedAt);
        try {
            database.inTurn(() -> {
                EventInserts into = inserts();
                into.begin();
                for (RoomWrite write : writes) {
                    if (include(write, into, moved)) {
                        included.add(write);
                    }
                }
                if (included.isEmpty()) {
                    into.rollback();
                    return;
                }
                into.flush();
                committing[0] = true;
                into.commit();
            });
        } catch (SQLException e) {
            writes.forEach(write -> tails.forget(write.persistenceId()));
            boolean unknown = committing[0] && !database.dialect().surelyNotCommitted(e);
            abandon(e, unknown);
            return unknown
                    ? JournalWriteFailed.unanswered(e)
                    : JournalWriteFailed.of(database.dialect().trouble(e), e);
        } finally {
            database.health().writeEnds();
        }
        tails.committed(moved);
        if (!included.isEmpty()) {
            database.health().committed(System.nanoTime());
        }
        report(included, Duration.ofNanos(System.nanoTime() - startedAt));
        included.forEach(write -> write.done().complete(null));
        return null;
    }

    private boolean include(RoomWrite write, EventInserts into, Map<String, Tail> moved) throws SQLException {
        if (write.done().isDone()) {
            return false;
        }
        String id = write.persistenceId();
        if (fence.hasFailed(write.incarnation())) {
            fail(write, new JournalWriteFailed(Why.EARLIER_WRITE_FAILED, id + ": an earlier write failed"));
            return false;
        }
        Tail tail = moved.get(id);
        if (tail == null) {
            tail = tails.of(id).orElse(null);
            if (tail == null || tail.seq() + 1 != write.firstSeq()) {
                long room = tail == null ? into.roomNumber(id) : tail.room();
                tail = new Tail(room, into.highestSeq(room));
            }
        }
        Optional<Why> refusal = fence.refusal(write.incarnation(), write.firstSeq(), tail.seq());
        if (refusal.isPresent()) {
            tails.forget(id);
            fail(
                    write,
                    new JournalWriteFailed(
                            refusal.get(), id + ": seq " + write.firstSeq() + " after seq " + tail.seq()));
            return false;
        }
        for (StoredEvent row : write.rows()) {
            into.add(tail.room(), row);
        }
        moved.put(id, new Tail(tail.room(), write.lastSeq()));
        return true;
    }

    private EventInserts inserts() throws SQLException {
        if (inserts == null) {
            inserts = new EventInserts(database.openForWriting(), database.dialect());
        }
        return inserts;
    }

    /** Ends a failed transaction; a connection that cannot even do that is replaced at the next write. */
    private void abandon(SQLException e, boolean unknown) {
        boolean lost = unknown || database.dialect().trouble(e) == Dialect.Trouble.CONNECTION_LOST;
        if (inserts == null || lost) {
            drop();
            return;
        }
        try {
            inserts.rollback();
        } catch (SQLException broken) {
            drop();
        }
    }

    private void drop() {
        if (inserts != null) {
            inserts.close();
            inserts = null;
        }
    }

    private void fail(RoomWrite write, JournalWriteFailed failure) {
        if (write.done().isDone()) {
            return; // It was refused before the transaction around it failed.
        }
        database.health().writeFailed(failure.why(), System.nanoTime());
        fence.failed(write.incarnation());
        warn(write, failure);
        meters.writeFailed(failure.why());
        write.done().completeExceptionally(failure);
    }

    /** A full disk fails every write of every room, again and again: the log is spared what says nothing new. */
    private void warn(RoomWrite write, JournalWriteFailed failure) {
        OptionalLong heldBack = warnings.get(failure.why()).take(System.nanoTime());
        if (heldBack.isPresent()) {
            LOG.atWarn()
                    .setMessage("journal write failed")
                    .addKeyValue("room", StoredRoom.of(write.persistenceId()))
                    .addKeyValue("from_seq", write.firstSeq())
                    .addKeyValue("to_seq", write.lastSeq())
                    .addKeyValue("reason", failure.why())
                    .addKeyValue("why", failure.getMessage())
                    .addKeyValue("not_logged", heldBack.getAsLong())
                    .log();
        }
    }

    private static Map<Why, WarningBudget> budgets() {
        Map<Why, WarningBudget> budgets = new EnumMap<>(Why.class);
        for (Why why : Why.values()) {
            budgets.put(why, new WarningBudget(WARNINGS_MAX, WARNINGS_PERIOD));
        }
        return budgets;
    }

    private void report(List<RoomWrite> committed, Duration took) {
        int events = 0;
        long bytes = 0;
        for (RoomWrite write : committed) {
            events += write.rows().size();
            bytes += write.payloadBytes();
        }
        if (!committed.isEmpty()) {
            meters.committed(took, committed.size(), events, bytes);
        }
    }
}
