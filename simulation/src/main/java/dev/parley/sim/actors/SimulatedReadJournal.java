package dev.parley.sim.actors;

import dev.parley.sim.actors.RoomStore.Stored;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.Offset;
import org.apache.pekko.persistence.query.ReadJournalProvider;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.stream.javadsl.Source;

/** The read journal of a simulated actor system, streamed page by page from its {@link RoomStore}. */
public final class SimulatedReadJournal implements ReadJournalProvider {
    private static final int PAGE_EVENTS = 16;

    /** Who reads is not known here: a read for a member that has died ends like any other. */
    private static final String NOBODY = "";

    private final Query query;

    public SimulatedReadJournal(ExtendedActorSystem system) {
        query = new Query(StoreSetup.of(system), SerializationExtension.get(system));
    }

    @Override
    public org.apache.pekko.persistence.query.scaladsl.ReadJournal scaladslReadJournal() {
        throw new UnsupportedOperationException("read from Java");
    }

    @Override
    public Query javadslReadJournal() {
        return query;
    }

    /** The one query that rooms make. */
    public static final class Query implements CurrentEventsByPersistenceIdQuery {
        private final RoomStore store;
        private final Serialization serialization;

        private Query(RoomStore store, Serialization serialization) {
            this.store = store;
            this.serialization = serialization;
        }

        @Override
        public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
                String persistenceId, long fromSeq, long toSeq) {
            return Source.unfoldAsync(
                            fromSeq,
                            from -> store.page(NOBODY, persistenceId, from, toSeq, PAGE_EVENTS)
                                    .thenApply(page -> next(persistenceId, page)))
                    .mapConcat(page -> page);
        }

        private Optional<Pair<Long, List<EventEnvelope>>> next(String persistenceId, List<Stored> page) {
            if (page.isEmpty()) {
                return Optional.empty();
            }
            List<EventEnvelope> events = page.stream()
                    .map(event -> EventEnvelope.apply(
                            Offset.sequence(event.seq()),
                            persistenceId,
                            event.seq(),
                            SimulatedJournal.read(serialization, event),
                            0))
                    .toList();
            return Optional.of(Pair.create(page.getLast().seq() + 1, events));
        }
    }
}
