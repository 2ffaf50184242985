package dev.parley.core.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import java.util.Optional;

/**
 * How far a plan has been sent. {@code asOfNodes} is {@link PullPlan#NOW} until the first chunk pins the state of the
 * room that the plan is of; {@code asOfSeq} goes with it.
 */
public record Feed(long plan, PeerLacks lacks, Subscription subscription, int asOfNodes, long asOfSeq, int position) {
    /** A plan of the room's state when the first pull arrives. */
    static Feed asOfNow(long plan, PeerLacks lacks, Subscription subscription) {
        return new Feed(plan, lacks, subscription, PullPlan.NOW, 0, 0);
    }

    /** The next pull; {@code rule} sends along what the plan is, for a room that does not know it. */
    Effect.Pull pull(long number, SessionId self, SessionSettings settings, boolean rule) {
        return new Effect.Pull(
                number,
                new PullPlan(
                        self,
                        plan,
                        rule ? Optional.of(lacks) : Optional.empty(),
                        asOfNodes,
                        subscription,
                        position,
                        settings.chunkBytes()));
    }

    Feed after(Input.Chunk chunk) {
        return asOfNodes == PullPlan.NOW
                ? new Feed(plan, lacks, subscription, chunk.asOfNodes(), chunk.asOfSeq(), chunk.nextPosition())
                : new Feed(plan, lacks, subscription, asOfNodes, asOfSeq, chunk.nextPosition());
    }
}
