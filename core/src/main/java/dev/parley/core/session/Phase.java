package dev.parley.core.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.wire.FromPeer;
import java.util.List;

/**
 * Where a session stands, with just the data that each phase can use. {@code next} is always the next unused number of
 * the session's own counter.
 */
public sealed interface Phase {
    /** Waits for hello. {@code timer} is the number of its deadline. */
    record Handshaking(About about, long timer) implements Phase {}

    /**
     * Waits for the room's answer to hello. {@code enter} is the number of the request and of its deadline;
     * {@code early} are messages that were on their way when reading stopped.
     */
    record Reconciling(Joined joined, Subscription subscription, long enter, long next, List<FromPeer> early)
            implements Phase {
        public Reconciling {
            early = List.copyOf(early);
        }
    }

    /** Sends what the peer lacks, chunk by chunk, then joins the room's feed. */
    record CatchingUp(Joined joined, Access access, Feed feed, Waiting waiting, long next, Backlog backlog)
            implements Phase {}

    /** Relays and accepts. {@code lastSeq} is the last event of the room that was relayed. */
    record Live(
            Joined joined,
            Access access,
            long lastSeq,
            List<Pending> pipeline,
            RateLimit rate,
            AckDamping damping,
            long next)
            implements Phase {
        public Live {
            pipeline = List.copyOf(pipeline);
        }
    }

    /** It is over; what was in flight still arrives here. */
    record Closed(CloseCode code) implements Phase {}

    /** What a session that catches up waits for. {@code timer} is the number of the deadline. */
    sealed interface Waiting {
        record ForChunk(long number, long timer) implements Waiting {}

        /** {@code last}: the plan ends with what is being sent. */
        record ForDrain(boolean last) implements Waiting {}

        record ForFeed(long number, long timer) implements Waiting {}
    }

    /** The phase in one word, for logs and metrics. */
    default String name() {
        return switch (this) {
            case Handshaking p -> "handshaking";
            case Reconciling p -> "reconciling";
            case CatchingUp p -> "catching-up";
            case Live p -> "live";
            case Closed p -> "closed";
        };
    }

    /** Bytes of the packs that have no answer yet. */
    default long packBytes() {
        return this instanceof Live live ? Pending.packBytes(live.pipeline()) : 0;
    }

    /** True while a chunk of the history is made or sent for this session. */
    default boolean chunkUnderWay() {
        return switch (this) {
            case CatchingUp p -> !(p.waiting() instanceof Waiting.ForFeed);
            case Live p -> Pending.chunkUnderWay(p.pipeline());
            case Handshaking p -> false;
            case Reconciling p -> false;
            case Closed p -> false;
        };
    }

    /**
     * True if the shell may take one more message from the socket. One that arrives all the same is kept or handled, so
     * a shell that has one message in hand may deliver it.
     */
    default boolean readsNext() {
        return switch (this) {
            case Handshaking p -> true;
            case Reconciling p -> false;
            case CatchingUp p -> false;
            case Live p ->
                Pending.mayGrow(p.pipeline(), p.joined().settings())
                        && p.damping().mayGrow();
            case Closed p -> false;
        };
    }
}
