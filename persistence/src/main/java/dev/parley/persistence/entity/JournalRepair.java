package dev.parley.persistence.entity;

import dev.parley.persistence.journal.StoredRoom;
import dev.parley.persistence.room.RepairWalk;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.ToRelay;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.PersistenceQuery;
import org.apache.pekko.persistence.query.javadsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.stream.javadsl.Source;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a {@link RepairWalk} through the read journal. */
final class JournalRepair {
    /** The setting that names the read journal. */
    static final String READ_JOURNAL = "parley.room.read-journal";

    private static final Logger LOG = LoggerFactory.getLogger(JournalRepair.class);

    private JournalRepair() {}

    /** Tells the relay all that the walk gives. Ends well in any case. */
    static CompletionStage<Done> run(
            ActorSystem<?> system, PersistenceId room, RepairWalk walk, RelayLinks.Link<ActorRef<ToRelay>> relay) {
        return events(system, room, walk)
                .runForeach(
                        envelope -> relay.tell(walk.read(envelope.sequenceNr(), (RoomEvent) envelope.event())), system)
                // Scala's stages run what follows them in the common pool, if nobody says where.
                .handleAsync(
                        (done, failure) -> {
                            walk.end().ifPresent(lost -> {
                                LOG.atWarn()
                                        .setMessage("events cannot be read again")
                                        .addKeyValue("room", StoredRoom.of(room.id()))
                                        .addKeyValue("from_seq", walk.fromSeq())
                                        .addKeyValue("to_seq", walk.toSeq())
                                        .setCause(failure)
                                        .log();
                                relay.tell(lost);
                            });
                            return Done.getInstance();
                        },
                        system.executionContext());
    }

    private static Source<EventEnvelope, ?> events(ActorSystem<?> system, PersistenceId room, RepairWalk walk) {
        try {
            return PersistenceQuery.get(system)
                    .getReadJournalFor(
                            CurrentEventsByPersistenceIdQuery.class,
                            system.settings().config().getString(READ_JOURNAL))
                    .currentEventsByPersistenceId(room.id(), walk.fromSeq(), walk.toSeq());
        } catch (RuntimeException unusable) {
            return Source.failed(unusable);
        }
    }
}
