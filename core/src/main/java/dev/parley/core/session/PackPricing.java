package dev.parley.core.session;

import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a pack costs its sender (ruling 7): every node that the room has not stored, and every byte of the pack except
 * those of nodes it has. Copies within the pack count as nodes the room has.
 */
record PackPricing(List<Node> nodes, long sizeBytes) {
    /** Packs up to this many nodes are verified at once, without asking what the room lacks. */
    private static final int SMALL_NODES = 8;

    boolean small() {
        return nodes.size() <= SMALL_NODES;
    }

    /** The pack as it stands in line. */
    Pending.Pack in(Pending.Stage stage, RateLimit.Cost charged) {
        return new Pending.Pack(nodes.size(), sizeBytes, charged, stage);
    }

    /** Distinct, in the order of the pack. */
    List<NodeId> ids() {
        return nodes.stream().map(Node::id).distinct().toList();
    }

    RateLimit.Cost allNew() {
        return new RateLimit.Cost(nodes.size(), sizeBytes);
    }

    RateLimit.Cost newOnly(List<NodeId> lacking) {
        Set<NodeId> unseen = new HashSet<>(lacking);
        int newNodes = 0;
        long knownBytes = 0;
        for (Node node : nodes) {
            if (unseen.remove(node.id())) {
                newNodes++;
            } else {
                knownBytes += node.sizeBytes();
            }
        }
        return new RateLimit.Cost(newNodes, Math.max(0, sizeBytes - knownBytes));
    }

    /** What was charged for nodes that turned out to be known. */
    static RateLimit.Cost refund(Pending.Pack pack, Input.PackAnswer answer) {
        long freeNodes = pack.incoming() - pack.charged().nodes();
        long freeBytes = pack.sizeBytes() - pack.charged().bytes();
        return new RateLimit.Cost(
                Math.clamp(answer.known() - freeNodes, 0L, pack.charged().nodes()),
                Math.clamp(answer.knownBytes() - freeBytes, 0L, pack.charged().bytes()));
    }
}
