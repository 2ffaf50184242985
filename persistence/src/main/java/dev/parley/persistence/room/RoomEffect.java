package dev.parley.persistence.room;

import dev.parley.core.history.HistoryView;
import dev.parley.core.session.PullPlan;
import java.util.List;

/** What a {@link RoomDesk} wants done, in order. Whoever runs it, an actor or the simulator, decides nothing. */
public sealed interface RoomEffect {
    record Reply(RelayId relay, ToRelay message) implements RoomEffect {}

    /** The same message to all these relays, in this order: made once. */
    record Broadcast(List<RelayId> relays, ToRelay message) implements RoomEffect {
        public Broadcast {
            relays = List.copyOf(relays);
        }
    }

    /**
     * Write these events at once, all or none, evolve the state by them and call {@link RoomDesk#persisted}; until then
     * the desk takes nothing. If the write fails, or its outcome is unknown, the room ends here. {@code submits} and
     * {@code nodes} are what the group decided on, for the meters.
     */
    record Persist(List<RoomEvent> events, int submits, int nodes) implements RoomEffect {
        public Persist {
            events = List.copyOf(events);
        }
    }

    /** Call {@link RoomDesk#flush} after the messages that wait already: they join the group. */
    record FlushLater() implements RoomEffect {}

    /**
     * Read events {@code fromSeq} to {@code toSeq} from the journal, tell the relay each as a {@link ToRelay.Step} in
     * order, then call {@link RoomDesk#repaired}; if they cannot be read, {@link ToRelay.CannotRepair} is what it says.
     */
    record RepairFromJournal(RelayId relay, long fromSeq, long toSeq) implements RoomEffect {}

    /** Have a {@link ChunkReader} make the next chunk of this plan, away from the room's thread. */
    record MakeChunk(RelayId relay, long number, PullPlan plan, boolean closed, HistoryView view, long seq)
            implements RoomEffect {}

    /** Have {@link SentParents} find what this relay's sessions lack, away from the room's thread. */
    record FindParents(ToRoom.AskParents ask, HistoryView view) implements RoomEffect {}

    /** Answers {@link RoomDesk#lock}. */
    record AdminLockAnswered(boolean locked) implements RoomEffect {}

    /** Nothing more is said to this relay. */
    record Forget(RelayId relay) implements RoomEffect {}

    /** Nobody needs this room now: put it away, if nothing comes meanwhile. */
    record Passivate() implements RoomEffect {}

    /** A relay has seen what this room never wrote: another incarnation holds the journal. Stop at once. */
    record Superseded(long seq, long seqSeen) implements RoomEffect {}
}
