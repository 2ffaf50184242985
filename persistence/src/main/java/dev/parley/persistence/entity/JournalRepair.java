package dev.parley.persistence.entity;

import dev.parley.persistence.journal.StoredRoom;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.ToRelay;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads events that a relay missed from the journal and tells it each as a step, in order. */
final class JournalRepair {
    /** The setting that names the read journal. */
    static final String READ_JOURNAL = "parley.room.read-journal";

    private static final Logger LOG = LoggerFactory.getLogger(JournalRepair.class);

    private JournalRepair() {}

    /**
     * Tells the relay the steps {@code fromSeq} to {@code toSeq}; {@link ToRelay.CannotRepair} if one of them cannot be
     * had. Ends well in any case.
     */
    static CompletionStage<Done> run(
            ActorSystem<?> system, PersistenceId room, long fromSeq, long toSeq, RelayLinks.Link relay) {
        return events(system, room, fromSeq, toSeq)
                .runWith(
                        Sink.fold(fromSeq, (expected, envelope) -> {
                            if (envelope.sequenceNr() != expected) {
                                throw new IllegalStateException(
                                        "event " + expected + " is missing before " + envelope.sequenceNr());
                            }
                            relay.tell(RoomRules.step(expected, (RoomEvent) envelope.event()));
                            return expected + 1;
                        }),
                        system)
                .handle((next, failure) -> {
                    if (failure != null || next != toSeq + 1) {
                        LOG.atWarn()
                                .setMessage("events cannot be read again")
                                .addKeyValue("room", StoredRoom.of(room.id()))
                                .addKeyValue("from_seq", fromSeq)
                                .addKeyValue("to_seq", toSeq)
                                .setCause(failure)
                                .log();
                        relay.tell(new ToRelay.CannotRepair(toSeq));
                    }
                    return Done.getInstance();
                });
    }

    private static Source<EventEnvelope, ?> events(
            ActorSystem<?> system, PersistenceId room, long fromSeq, long toSeq) {
        try {
            return PersistenceQuery.get(system)
                    .getReadJournalFor(
                            CurrentEventsByPersistenceIdQuery.class,
                            system.settings().config().getString(READ_JOURNAL))
                    .currentEventsByPersistenceId(room.id(), fromSeq, toSeq);
        } catch (RuntimeException unusable) {
            return Source.failed(unusable);
        }
    }
}
