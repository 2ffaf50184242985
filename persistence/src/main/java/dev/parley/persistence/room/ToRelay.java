package dev.parley.persistence.room;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Input;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a room says to a relay. One FIFO link carries it all, so relays, welcomes and chunks keep their order. */
public sealed interface ToRelay extends RelayMessage {
    /**
     * Answers {@link ToRoom.Attach}. {@code seq} is the room's last; {@code expects} the number of the submit it wants
     * next from this relay: not above the relay's first unanswered one means that batch never came.
     */
    record Head(long incarnation, long seq, long expects) implements ToRelay {}

    /** The room does not know this relay (it has moved): attach first, then say it again. */
    record WhoAreYou(long incarnation) implements ToRelay {}

    /** Send your {@link ToRoom.Roster}. */
    record RosterWanted() implements ToRelay {}

    /** One committed event. {@code root} is the room's after it. Empty {@code runs}: nothing for peers. */
    record Step(long seq, List<Run> runs, NodeId root) implements ToRelay {
        public Step {
            runs = List.copyOf(runs);
        }
    }

    /** The events asked for cannot be had; sessions that need them end with 4001. {@code seq} is the room's last. */
    record CannotRepair(long seq) implements ToRelay {}

    /** Answers submits {@code first}, {@code first + 1}, … All that is counted as stored is durable. */
    record Answered(long first, List<Input.PackAnswer> answers) implements ToRelay {}

    /** A hole in the numbers: send from {@code number} on again. */
    record ResendFrom(long number) implements ToRelay {}

    record Admitted(SessionId session, long number, Admission admission) implements ToRelay {}

    record NotAdmitted(SessionId session, long number, SyncFailure why) implements ToRelay {}

    record Lacking(SessionId session, long number, List<NodeId> ids) implements ToRelay {}

    record Pulled(SessionId session, long number, Input.Chunk chunk) implements ToRelay {}

    record PlanUnknown(SessionId session, long number) implements ToRelay {}

    record MstAnswer(SessionId session, long number, List<MstNode> nodes) implements ToRelay {}

    record LockAnswered(SessionId session, long number, boolean locked) implements ToRelay {}

    /** Answers {@link ToRoom.SetPolicy}: set and durable, or not, with the text for the sender. */
    record PolicyAnswered(SessionId session, long number, Optional<String> refusal) implements ToRelay {}

    record OrphansDropped(SessionId session, int nodes) implements ToRelay {}

    /** So many nodes of this session are parked in this life of the room, and are lost with it. */
    record OrphansParked(long incarnation, SessionId session, int nodes) implements ToRelay {}

    /** Identities that came ({@code present}) or went, as number {@code rosterSeq} of the room's rosters. */
    record RosterChange(long rosterSeq, List<RosterEntry> joined, List<RosterEntry> left) implements ToRelay {}

    /** The whole roster, one entry an identity: the relay works out who came and went since the last one it published. */
    record RosterIs(long rosterSeq, List<RosterEntry> present, Set<RelayId> relays) implements ToRelay {}

    /** Presence or signalling; of presence only the newest of a session matters. */
    record Announced(SessionId origin, PeerId from, Optional<PeerId> to, String message, boolean onlyNewest)
            implements ToRelay {
        /** One of which each matters. */
        public Announced(SessionId origin, PeerId from, Optional<PeerId> to, String message) {
            this(origin, from, to, message, false);
        }
    }

    /** Send your {@link ToRoom.PresenceList}. */
    record PresenceWanted() implements ToRelay {}

    /** Change {@code presenceSeq} of the room's presence store: values put, sessions gone, values whose time is over. */
    record PresenceChange(
            long presenceSeq, List<PresenceValue> put, List<SessionId> left, List<ToRoom.PresenceMark> stale)
            implements ToRelay {
        public PresenceChange {
            put = List.copyOf(put);
            left = List.copyOf(left);
            stale = List.copyOf(stale);
        }
    }

    /** The whole presence store. */
    record PresenceIs(long presenceSeq, List<PresenceValue> values) implements ToRelay {
        public PresenceIs {
            values = List.copyOf(values);
        }
    }

    /** Answers {@link ToRoom.AskParents}: these nodes, parents first; none when they are {@code tooMany} to be told so. */
    record Parents(long number, List<Node> nodes, boolean tooMany) implements ToRelay {
        public Parents {
            nodes = List.copyOf(nodes);
        }
    }

    /** One piece, at most 192 KiB, of a larger message (in the codec's bytes). */
    record Fragment(long transfer, int index, int count, byte[] bytes) implements ToRelay {}
}
