package dev.parley.core.session;

import dev.parley.core.access.RoomToken;
import dev.parley.core.access.Subscription;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a session wants done, in order. The shell performs it and decides nothing. */
public sealed interface Effect {
    record Send(ToPeer message) implements Effect {}

    /** Sends a message that other sessions share. */
    record SendEncoded(Encoded message) implements Effect {}

    /**
     * Sends a message that other sessions share and that this one can do without: it takes the place of one of the same
     * {@code key} that still waits, and when too many wait, some go. Never a reason to close.
     */
    record SendDroppable(Encoded message, Optional<String> key) implements Effect {}

    /** Sends, and feeds {@link Input.Drained} once the outgoing queue is empty again. */
    record SendThenTell(ToPeer message) implements Effect {}

    /** Closes the socket after what was sent; the session is over. */
    record HangUp(CloseCode code, String reason) implements Effect {}

    /** Computes hashes and checks signatures, of {@code only} these ids if given; the others stay unchecked. */
    record Verify(long number, List<Node> nodes, Optional<List<NodeId>> only) implements Effect {}

    /** Takes from the allowance of this peer's address in this room, all or nothing. */
    record DrawAllowance(long number, long nodes, long bytes) implements Effect {}

    record StartTimer(Timer timer, long number, Duration after) implements Effect {}

    record StopTimer(Timer timer, long number) implements Effect {}

    /** What goes to the room, by this member's relay. */
    sealed interface ForRoom extends Effect {}

    /** Asks to be let in: admission, difference, roster. {@code mst} wants the tree's root. */
    record Enter(
            long number,
            RoomId room,
            PeerId peer,
            String peerId,
            String peerType,
            Summary summary,
            Subscription subscription,
            boolean mst,
            Optional<RoomToken> token)
            implements ForRoom {}

    /** Which of these ids has the room not stored? */
    record AskLacking(long number, List<NodeId> ids) implements ForRoom {}

    /** Asks that these be accepted. {@code sizeBytes} bounds what waits. */
    record Submit(long number, List<Candidate> candidates, long sizeBytes) implements ForRoom {}

    record Pull(long number, PullPlan plan) implements ForRoom {}

    record AskMst(long number, List<String> paths) implements ForRoom {}

    /** The session has all up to {@code afterSeq}: relay what follows. */
    record GoLive(long number, long afterSeq) implements ForRoom {}

    record Resubscribe(Subscription subscription) implements ForRoom {}

    /** Presence or signalling to the other sessions of the room, or to those of one peer; droppable. */
    record Announce(Optional<PeerId> to, ToPeer message) implements ForRoom {}

    /** Asks this member's copy of the room's presence store. */
    record AskPresence(long number, PresenceRequest request) implements ForRoom {}

    record Lock(long number, PeerId key) implements ForRoom {}

    record SetPolicy(long number, WritePolicy policy) implements ForRoom {}

    record Leave() implements ForRoom {}

    enum Timer {
        HELLO,
        ROOM_WAIT,
        TOKEN_EXPIRY,
        DELAYED_ACK
    }
}
