package dev.parley.persistence.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.AtomicWrite;
import org.apache.pekko.persistence.PersistentRepr;
import org.apache.pekko.persistence.journal.Tagged;
import org.apache.pekko.persistence.journal.japi.AsyncWriteJournal;
import scala.concurrent.Future;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The journal plugin {@value #ID}: Pekko Persistence over {@link JournalWriter} and {@link EventTable}.
 *
 * <p>What a room asks to have written at once is one transaction; any reason not to commit it fails the whole call, so
 * the room stops. Only an event that no serializer takes is rejected. Tags are dropped: rooms have none.
 *
 * <p>The highest seq of a room is read only after its writes that are under way have ended, so that an incarnation
 * never starts in ignorance of one that its predecessor left behind.
 */
public final class JdbcJournal extends AsyncWriteJournal {
    public static final String ID = "parley.journal-plugin";
    static final String READERS = "parley.journal-readers";

    private final JournalDatabase database;
    private final JournalMeters meters;
    private final JournalWriter writer;
    private final Payloads payloads;
    private final Executor readers;
    private final long writeTimeoutNanos;
    private final Map<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

    public JdbcJournal() {
        JournalAccess access = JournalAccess.of(context().system());
        this.database = access.database();
        this.meters = access.meters();
        this.payloads = new Payloads(context().system());
        this.readers = context().system().dispatchers().lookup(READERS);
        this.writeTimeoutNanos = database.settings().writeTimeout().toNanos();
        this.writer = new JournalWriter(database, meters);
    }

    @Override
    public void postStop() throws Exception {
        writer.close();
        super.postStop();
    }

    @Override
    public Future<Iterable<Optional<Exception>>> doAsyncWriteMessages(Iterable<AtomicWrite> messages) {
        List<Optional<Exception>> answers = new ArrayList<>();
        List<StoredEvent> rows = new ArrayList<>();
        String persistenceId = "";
        String incarnation = "";
        long firstSeq = 0;
        long lastSeq = 0;
        for (AtomicWrite message : messages) {
            if (answers.isEmpty()) {
                persistenceId = message.persistenceId();
                incarnation = message.payload().head().writerUuid();
                firstSeq = message.lowestSequenceNr();
            }
            lastSeq = message.highestSequenceNr();
            try {
                rows.addAll(rows(message));
                answers.add(Optional.empty());
            } catch (Exception e) {
                answers.add(Optional.of(e));
            }
        }
        if (rows.isEmpty()) {
            return Answer.of(CompletableFuture.completedFuture(answers));
        }
        long bytes = 0;
        for (StoredEvent row : rows) {
            bytes += row.bytes().length;
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        String id = persistenceId;
        // A write that is refused at the door ends before those in front of it: wait for all.
        CompletableFuture<Void> ended = CompletableFuture.allOf(afterWrites(id), done.handle((none, failure) -> null));
        underWay.put(id, ended);
        ended.thenRun(() -> underWay.remove(id, ended));
        CompletionStage<Iterable<Optional<Exception>>> answered = done.thenApply(none -> answers);
        long expiresAt = System.nanoTime() + writeTimeoutNanos;
        writer.submit(new RoomWrite(id, incarnation, firstSeq, lastSeq, rows, bytes, expiresAt, done));
        return Answer.of(answered);
    }

    private List<StoredEvent> rows(AtomicWrite message) throws Exception {
        List<StoredEvent> rows = new ArrayList<>(message.size());
        for (PersistentRepr event : CollectionConverters.asJava(message.payload())) {
            Object value = event.payload() instanceof Tagged tagged ? tagged.payload() : event.payload();
            Payloads.Payload payload = payloads.write(value);
            rows.add(new StoredEvent(
                    event.sequenceNr(),
                    payload.manifest(),
                    payload.serializer(),
                    payload.bytes(),
                    event.manifest(),
                    event.writerUuid(),
                    event.timestamp() > 0 ? event.timestamp() : System.currentTimeMillis()));
        }
        return rows;
    }

    @Override
    public Future<Long> doAsyncReadHighestSequenceNr(String persistenceId, long fromSeq) {
        return Answer.of(afterWrites(persistenceId)
                .thenApplyAsync(
                        none -> database.read(connection -> {
                            OptionalLong room = EventTable.room(connection, persistenceId);
                            return room.isEmpty() ? 0L : EventTable.highestSeq(connection, room.getAsLong());
                        }),
                        readers));
    }

    private CompletableFuture<Void> afterWrites(String persistenceId) {
        return underWay.getOrDefault(persistenceId, CompletableFuture.completedFuture(null));
    }

    @Override
    public Future<Void> doAsyncReplayMessages(
            String persistenceId, long fromSeq, long toSeq, long max, Consumer<PersistentRepr> replay) {
        return Answer.of(CompletableFuture.runAsync(
                () -> replay(new EventPages(database, meters, persistenceId, fromSeq, toSeq, max), replay), readers));
    }

    private void replay(EventPages pages, Consumer<PersistentRepr> replay) {
        for (List<StoredEvent> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            for (StoredEvent event : page) {
                Object value = payloads.read(event.serializer(), event.manifest(), event.bytes());
                replay.accept(PersistentRepr.apply(
                                value,
                                event.seq(),
                                pages.persistenceId(),
                                event.adapterManifest(),
                                false,
                                ActorRef.noSender(),
                                event.writer())
                        .withTimestamp(event.writtenAtMs()));
            }
        }
    }

    @Override
    public Future<Void> doAsyncDeleteMessagesTo(String persistenceId, long toSeq) {
        return Answer.of(afterWrites(persistenceId)
                .thenRunAsync(() -> new EventDeletion(database).deleteTo(persistenceId, toSeq), readers));
    }
}
