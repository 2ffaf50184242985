package dev.parley.core.session;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import java.util.Optional;

/**
 * Asks for the next chunk of what a session lacks.
 *
 * <p>{@code session} and {@code plan} name the plan; {@code lacks} is its rule, sent with the first pull and again when
 * the room says that it does not know the plan. {@code asOfNodes} is the number of nodes the plan covers, or
 * {@link #NOW}. {@code position} counts entries gone through; the chunk holds at most {@code bytesMax} bytes, but at
 * least one node.
 */
public record PullPlan(
        SessionId session,
        long plan,
        Optional<PeerLacks> lacks,
        int asOfNodes,
        Subscription subscription,
        int position,
        int bytesMax) {
    /** As of the room's state when the pull arrives. */
    public static final int NOW = -1;
}
