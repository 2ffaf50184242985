package dev.parley.core.session;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.wire.Encoded;
import java.util.List;
import java.util.Optional;

/**
 * What happens to a session. {@link FromPeer} is untrusted; {@link Inside} comes from our own side, so what no race can
 * make there is a bug.
 *
 * <p>Every request of the session carries a number from its own counter; the answer carries it back, and an answer to a
 * number that nobody waits for is dropped.
 */
public sealed interface Input {
    record FromPeer(dev.parley.core.wire.FromPeer message) implements Input {}

    /** The socket, a deadline or this member ended the session. */
    record Failed(SyncFailure why) implements Input {}

    /** The peer closed, or its connection broke. */
    record PeerGone() implements Input {}

    sealed interface Inside extends Input {}

    /** Answers the request with that number. */
    sealed interface Answer extends Inside {
        long number();
    }

    /** Answers {@link Effect.Enter}. */
    record Admitted(long number, Admission admission) implements Answer {}

    /** Answers {@link Effect.Enter}. */
    record NotAdmitted(long number, SyncFailure why) implements Answer {}

    /** Answers {@link Effect.AskLacking}: those of the ids that the room has not stored. */
    record Lacking(long number, List<NodeId> ids) implements Answer {}

    /** Answers {@link Effect.Verify}: every node of the pack, in its order. */
    record Verified(long number, List<Candidate> candidates) implements Answer {}

    /** Answers {@link Effect.Submit} when all that was accepted is durable. */
    record Answered(long number, PackAnswer answer) implements Answer {}

    /** Answers a request to the room when {@code parley.room.wait} is over. Its outcome is unknown. */
    record Unanswered(long number) implements Answer {}

    /** Answers {@link Effect.Pull}. */
    record Pulled(long number, Chunk chunk) implements Answer {}

    /** Answers {@link Effect.Pull}: the room no longer holds the plan; pull again with the rule that made it. */
    record PlanUnknown(long number) implements Answer {}

    /** Answers {@link Effect.AskMst}. */
    record MstAnswer(long number, List<MstNode> nodes) implements Answer {}

    /** Answers {@link Effect.GoLive}: relays follow, densely, from {@code afterSeq + 1} on. */
    record FeedJoined(long number, long afterSeq) implements Answer {}

    /** Answers {@link Effect.GoLive}: this member no longer holds what came after; catch up on that first. */
    record FeedBehind(long number) implements Answer {}

    /** Answers {@link Effect.DrawAllowance}. */
    record AllowanceDrawn(long number, boolean granted) implements Answer {}

    /** Answers {@link Effect.Lock}: false when the room was locked already. */
    record LockAnswered(long number, boolean locked) implements Answer {}

    /** Answers {@link Effect.SetPolicy}: set and durable, or not, with the text for the sender. */
    record PolicyAnswered(long number, Optional<String> refusal) implements Answer {}

    /** Answers {@link Effect.AskPresence}. */
    record PresenceAnswered(long number, PresenceReply reply) implements Answer {}

    /** One event of the room. Dense by {@code seq}; {@code packs} hold what this session's subscription lets pass. */
    record Relayed(long seq, List<RelayedPack> packs) implements Inside {}

    /** Parked nodes of this session were dropped (spec ruling 5). */
    record OrphansDropped(int nodes) implements Inside {}

    record PeerJoined(PeerId peer, String peerId, String peerType) implements Inside {}

    record PeerLeft(PeerId peer, String peerId, String peerType) implements Inside {}

    /**
     * Presence or signalling of another session: sent as it is, unless a newer one with its {@code key} comes before it
     * could leave. A slow peer can do without it, unless it is {@code lasting}: nothing later would say it again.
     */
    record Announced(PeerId from, Encoded message, Optional<String> key, boolean lasting) implements Inside {
        public Announced(PeerId from, Encoded message, Optional<String> key) {
            this(from, message, key, false);
        }

        public Announced(PeerId from, Encoded message) {
            this(from, message, Optional.empty());
        }
    }

    /** The last message sent with {@link Effect.SendThenTell} left the outgoing queue. */
    record Drained() implements Inside {}

    record TimerFired(Effect.Timer timer, long number) implements Inside {}

    /** One run of a relayed event, encoded once for all sessions with the same subscription. */
    record RelayedPack(SessionId origin, Encoded message) {}

    /**
     * Some of the nodes of a plan. {@code nextPosition} counts the plan's entries gone through, filtered ones included;
     * {@code asOfSeq} and {@code asOfNodes} say which state of the room the plan is of.
     */
    record Chunk(
            byte[] pack,
            int nodes,
            int nextPosition,
            boolean last,
            long asOfSeq,
            int asOfNodes,
            Optional<NodeId> root) {}

    /**
     * What became of a pack. {@code stored + known + parked + rejected = incoming}; {@code known} includes copies within
     * the pack; {@code knownBytes} is the encoded size of these. {@code errors} is the text for the sender.
     */
    record PackAnswer(
            int incoming, int stored, int known, int parked, int rejected, long knownBytes, Optional<String> errors) {}
}
