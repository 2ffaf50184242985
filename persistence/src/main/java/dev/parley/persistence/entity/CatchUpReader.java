package dev.parley.persistence.entity;

import dev.parley.core.history.HistoryView;
import dev.parley.core.session.PullPlan;
import dev.parley.persistence.room.ChunkReader;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.ToRelay;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Runs a {@link ChunkReader} away from the room's thread and answers the relays itself. */
final class CatchUpReader {
    /** The dispatcher that plans and chunks are made on. */
    static final String DISPATCHER = "parley.dispatchers.catch-up";

    /** Make the next chunk of a plan, from the room as it is now. */
    record Read(RelayLinks.Link relay, long number, PullPlan plan, HistoryView view, long seq)
            implements NoSerializationVerificationNeeded {}

    private CatchUpReader() {}

    /** A failure costs the plans, which can be made again, and the pull, which is sent again. */
    static Behavior<Read> create(RoomSettings settings) {
        return Behaviors.supervise(Behaviors.<Read>setup(actor -> {
                    ChunkReader reader = new ChunkReader(settings.plansMax(), settings.planBytesMax());
                    return Behaviors.receiveMessage(read -> {
                        answer(reader, read);
                        return Behaviors.same();
                    });
                }))
                .onFailure(SupervisorStrategy.restart());
    }

    private static void answer(ChunkReader reader, Read read) {
        switch (reader.read(read.plan(), read.view(), read.seq())) {
            case ChunkReader.Answer.Made(var chunk) ->
                read.relay().tell(new ToRelay.Pulled(read.plan().session(), read.number(), chunk));
            case ChunkReader.Answer.Unknown u ->
                read.relay().tell(new ToRelay.PlanUnknown(read.plan().session(), read.number()));
        }
    }
}
