package dev.parley.persistence.room;

import dev.parley.core.access.RoomToken;
import dev.parley.core.access.Subscription;
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
     */
    record Attach(
            RelayId relay, long cursor, long nextSubmit, long rosterVersion, long rosterSeq, Set<RelayId> knownRelays)
            implements ToRoom {}

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

    record Pull(RelayId relay, long number, PullPlan plan) implements ToRoom {}

    record AskMst(RelayId relay, SessionId session, long number, List<String> paths) implements ToRoom {}

    /** Asks for the events after {@code afterSeq} again. */
    record Repair(RelayId relay, long afterSeq) implements ToRoom {}

    record Lock(RelayId relay, SessionId session, long number, PeerId key) implements ToRoom {}

    /** Presence or signalling; {@code message} is the JSON text. */
    record Announce(RelayId relay, SessionId session, PeerId from, Optional<PeerId> to, String message)
            implements ToRoom {}

    /** The relay has no sessions left. */
    record Detach(RelayId relay) implements ToRoom {}

    /** One piece, at most 192 KiB, of a larger message (in the codec's bytes). */
    record Fragment(RelayId relay, long transfer, int index, int count, byte[] bytes) implements ToRoom {}

    /** One pack of one session. */
    record Submit(SessionId origin, PeerId from, List<Candidate> candidates) {
        public Submit {
            candidates = List.copyOf(candidates);
        }
    }
}
