package dev.parley.core.session;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.Difference;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A room's answer to hello: its state as of {@code asOfSeq}, and the difference.
 *
 * <p>{@code peers} are the other identities present, without this one. {@code expirySeconds} is unsigned seconds since
 * the epoch, present when a token admitted the session.
 */
public record Admission(
        long asOfSeq,
        int asOfNodes,
        NodeId root,
        List<NodeId> frontier,
        Optional<NodeId> mstRoot,
        Difference difference,
        List<PeerId> peers,
        Set<String> capabilities,
        OptionalLong expirySeconds) {
    public Admission {
        frontier = List.copyOf(frontier);
        peers = List.copyOf(peers);
        capabilities = Set.copyOf(capabilities);
    }
}
