package dev.parley.persistence.journal;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.stream.javadsl.Source;

/**
 * The read journal {@value #ID}: events and persistence ids as they are now, streamed page by page.
 *
 * <p>A page is read when the stream asks for more, and a room is never in memory as a whole. A stream ends with what
 * was there when it started.
 *
 * <p>Errors: the stream fails with {@link JournalReadFailed}.
 */
public final class JdbcReadJournal implements CurrentEventsByPersistenceIdQuery, CurrentPersistenceIdsQuery {
    public static final String ID = "parley.read-journal";
    private static final int IDS_PER_PAGE = 1_000;

    private final JournalDatabase database;
    private final JournalMeters meters;
    private final Payloads payloads;
    private final Executor readers;

    JdbcReadJournal(ExtendedActorSystem system) {
        JournalAccess access = JournalAccess.of(system);
        this.database = access.database();
        this.meters = access.meters();
        this.payloads = new Payloads(system);
        this.readers = system.dispatchers().lookup(JdbcJournal.READERS);
    }

    @Override
    public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(String persistenceId, long fromSeq, long toSeq) {
        return Source.lazySource(() -> events(persistenceId, fromSeq, toSeq))
                .mapMaterializedValue(later -> NotUsed.notUsed());
    }

    private Source<EventEnvelope, NotUsed> events(String persistenceId, long fromSeq, long toSeq) {
        return Source.completionStage(CompletableFuture.supplyAsync(() -> highestSeq(persistenceId), readers))
                .flatMapConcat(highest -> {
                    EventPages pages = new EventPages(
                            database, meters, persistenceId, fromSeq, Math.min(toSeq, highest), Long.MAX_VALUE);
                    return Source.unfoldAsync(pages, from -> CompletableFuture.supplyAsync(() -> step(from), readers));
                })
                .mapConcat(page -> page);
    }

    private long highestSeq(String persistenceId) {
        return database.read(connection -> {
            OptionalLong room = EventTable.room(connection, persistenceId);
            return room.isEmpty() ? 0L : EventTable.highestSeq(connection, room.getAsLong());
        });
    }

    private Optional<Pair<EventPages, List<EventEnvelope>>> step(EventPages pages) {
        List<EventEnvelope> page = pages.next().stream()
                .map(event -> envelope(pages.persistenceId(), event))
                .toList();
        return page.isEmpty() ? Optional.empty() : Optional.of(Pair.create(pages, page));
    }

    private EventEnvelope envelope(String persistenceId, StoredEvent event) {
        Object value = payloads.read(event.serializer(), event.manifest(), event.bytes());
        return EventEnvelope.apply(
                Offset.sequence(event.seq()), persistenceId, event.seq(), value, event.writtenAtMs());
    }

    @Override
    public Source<String, NotUsed> currentPersistenceIds() {
        return Source.unfoldAsync(0L, after -> CompletableFuture.supplyAsync(() -> ids(after), readers))
                .mapConcat(page -> page);
    }

    private Optional<Pair<Long, List<String>>> ids(long afterRoom) {
        List<EventTable.NumberedRoom> page =
                database.read(connection -> EventTable.rooms(connection, afterRoom, IDS_PER_PAGE));
        return page.isEmpty()
                ? Optional.empty()
                : Optional.of(Pair.create(
                        page.getLast().room(),
                        page.stream()
                                .map(EventTable.NumberedRoom::persistenceId)
                                .toList()));
    }
}
