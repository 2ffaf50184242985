package dev.parley.persistence.entity;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.RoomId;
import dev.parley.core.session.PullPlan;
import dev.parley.persistence.room.ChunkReader;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.SentParents;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** Runs a {@link ChunkReader} away from the room's thread and answers the relays itself. */
final class CatchUpReader {
    /** The dispatcher that plans and chunks are made on. */
    static final String DISPATCHER = "parley.dispatchers.catch-up";

    /** What the reader is told. */
    sealed interface Command extends NoSerializationVerificationNeeded {}

    /** Make the next chunk of a plan, from the room as it is now. */
    record Read(
            RelayLinks.Link<ActorRef<ToRelay>> relay,
            long number,
            PullPlan plan,
            boolean closed,
            HistoryView view,
            long seq)
            implements Command {}

    /** Find what the filtered sessions of a relay lack, in the room as it is now. */
    record FindParents(RelayLinks.Link<ActorRef<ToRelay>> relay, ToRoom.AskParents ask, HistoryView view)
            implements Command {}

    private CatchUpReader() {}

    /** A failure costs the plans, which can be made again, and the pull, which is sent again. */
    static Behavior<Command> create(RoomId room, RoomSettings settings, RoomMeters meters) {
        return Behaviors.supervise(Behaviors.<Command>setup(actor -> {
                    ChunkReader reader = new ChunkReader(
                            settings.plans().countMax(), settings.plans().bytesMax());
                    return Behaviors.receiveMessage(command -> {
                        switch (command) {
                            case Read read -> answer(reader, read, room, meters);
                            case FindParents find -> find.relay().tell(SentParents.answer(find.ask(), find.view()));
                        }
                        return Behaviors.same();
                    });
                }))
                .onFailure(SupervisorStrategy.restart());
    }

    private static void answer(ChunkReader reader, Read read, RoomId room, RoomMeters meters) {
        ChunkReader.Reply reply = reader.reply(read.number(), read.plan(), read.closed(), read.view(), read.seq());
        reply.filtered().report(meters, room, RoomMeters.FilterStage.CATCHUP);
        read.relay().tell(reply.message());
    }
}
