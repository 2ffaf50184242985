package dev.parley.persistence.room;

import dev.parley.core.access.RoomToken;
import dev.parley.core.access.Subscription;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Candidate;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.PullPlan;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a relay says to its room. The link is FIFO but may lose messages; every one of these can be sent again without
 * harm. A room that does not know the relay answers {@link ToRelay.WhoAreYou}.
 */
public sealed interface ToRoom {
    RelayId relay();

    /**
     * "I have sessions of this room." Sent first, then every second. {@code cursor} is the last {@code seq} received
     * without a hole, or -1 when the relay is new and wants none of the past. {@code nextSubmit} is the number of the
     * first submit that has no answer. {@code rosterVersion} is that of the relay's own list of sessions,
     * {@code rosterSeq} the last roster of the room it published, -1 for none; {@code knownRelays} were in that roster.
     * {@code presenceVersion} is that of the relay's own part of the presence store, {@code presenceSeq} that of its copy
     * of the whole: 0 when it has nothing, -1 when it has values but never had the whole.
     */
    record Attach(
            RelayId relay,
            long cursor,
            long nextSubmit,
            long rosterVersion,
            long rosterSeq,
            Set<RelayId> knownRelays,
            long presenceVersion,
            long presenceSeq)
            implements ToRoom {
        /** Of a relay without a presence store. */
        public Attach(
                RelayId relay,
                long cursor,
                long nextSubmit,
                long rosterVersion,
                long rosterSeq,
                Set<RelayId> knownRelays) {
            this(relay, cursor, nextSubmit, rosterVersion, rosterSeq, knownRelays, 0, 0);
        }
    }

    /** Answers {@link ToRelay.RosterWanted}: all of the relay's sessions. */
    record Roster(RelayId relay, long version, List<RosterEntry> sessions) implements ToRoom {}

    /** A session left; {@code version} counts every change of the relay's list, densely. */
    record SessionLeft(RelayId relay, long version, SessionId session) implements ToRoom {}

    /** A peer wants in. The relay has added {@code entry} to its list as {@code version}. */
    record Enter(
            RelayId relay,
            long number,
            long version,
            RosterEntry entry,
            Summary summary,
            Subscription subscription,
            boolean mst,
            Optional<RoomToken> token)
            implements ToRoom {}

    /** At most one batch of a relay is unanswered. {@code submits} are numbered densely from {@code first} on. */
    record Submits(RelayId relay, long first, List<Submit> submits) implements ToRoom {}

    record AskLacking(RelayId relay, SessionId session, long number, List<NodeId> ids) implements ToRoom {}

    /** {@code closed}: what a filter lets pass comes with all its ancestors that the peer lacks. */
    record Pull(RelayId relay, long number, PullPlan plan, boolean closed) implements ToRoom {
        /** Of nothing but what the filter lets pass. */
        public Pull(RelayId relay, long number, PullPlan plan) {
            this(relay, number, plan, false);
        }
    }

    record AskMst(RelayId relay, SessionId session, long number, List<String> paths) implements ToRoom {}

    /** Asks for the events after {@code afterSeq} again. */
    record Repair(RelayId relay, long afterSeq) implements ToRoom {}

    record Lock(RelayId relay, SessionId session, long number, PeerId key) implements ToRoom {}

    record SetPolicy(RelayId relay, SessionId session, long number, WritePolicy policy) implements ToRoom {}

    /** Presence or signalling; {@code message} is the JSON text. Of presence only the newest of a session matters. */
    record Announce(
            RelayId relay, SessionId session, PeerId from, Optional<PeerId> to, String message, boolean onlyNewest)
            implements ToRoom {
        /** One of which each matters. */
        public Announce(RelayId relay, SessionId session, PeerId from, Optional<PeerId> to, String message) {
            this(relay, session, from, to, message, false);
        }
    }

    /** A session of the relay has this value in the presence store, as the change of its list that the value names. */
    record PresencePut(RelayId relay, PresenceValue value) implements ToRoom {}

    /** A session has no value any more, as change {@code version}: its time is over, or the session is. */
    record PresenceDropped(RelayId relay, long version, SessionId session, boolean stale) implements ToRoom {}

    /** Answers {@link ToRelay.PresenceWanted}: all values that the relay's sessions have. */
    record PresenceList(RelayId relay, long version, List<PresenceValue> values) implements ToRoom {
        public PresenceList {
            values = List.copyOf(values);
        }
    }

    /** Values that other relays keep and whose time is over. */
    record PresenceSwept(RelayId relay, List<PresenceMark> marks) implements ToRoom {
        public PresenceSwept {
            marks = List.copyOf(marks);
        }
    }

    /**
     * For sessions that see the room through a filter and get what they need to understand it: which ancestors of
     * {@code wanted} have they not been sent? They have what passed their filter before the event that begins with
     * {@code before}, and its ancestors. {@code periods} are the filters one after the other. More than {@code bytesMax}
     * of nodes are too many.
     */
    record AskParents(
            RelayId relay, long number, List<FilterPeriod> periods, NodeId before, List<NodeId> wanted, long bytesMax)
            implements ToRoom {
        public AskParents {
            periods = List.copyOf(periods);
            wanted = List.copyOf(wanted);
        }
    }

    /** The relay has no sessions left. */
    record Detach(RelayId relay) implements ToRoom {}

    /** One piece, at most 192 KiB, of a larger message (in the codec's bytes). */
    record Fragment(RelayId relay, long transfer, int index, int count, byte[] bytes) implements ToRoom {}

    /** A value of the presence store, named by its session and number. */
    record PresenceMark(SessionId session, long number) {}

    /** One pack of one session. */
    record Submit(SessionId origin, PeerId from, List<Candidate> candidates) {
        public Submit {
            candidates = List.copyOf(candidates);
        }
    }
}
