package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.List;

/**
 * One node of a Merkle search tree as it goes over the wire (spec 02 §2.2).
 *
 * <p>Shape: {@code path} exactly as requested; {@code children} are ascending by nibble and empty at a leaf; {@code
 * keys} are a leaf's ids ascending, empty at an internal node.
 */
public record MstNode(String path, NodeId hash, List<Child> children, List<NodeId> keys) {
    /** {@code nibble} is 0..15. */
    public record Child(int nibble, NodeId hash) {}

    public MstNode {
        children = List.copyOf(children);
        keys = List.copyOf(keys);
    }
}
