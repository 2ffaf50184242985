package dev.parley.core.history;

import dev.parley.core.id.NodeId;

/**
 * What the edge found out about a node's hash and signature. It travels with the node; the room composes refusals from
 * it in the order of spec 01 §8.1, so nothing is dropped or reported where it is made.
 */
public sealed interface Verdict {
    /** Not looked at, because the room has stored this id already. A room that lacks the id refuses such a node. */
    record Unchecked() implements Verdict {}

    /** {@code computedId} is the BLAKE3 hash of the canonical transaction bytes, equal to the claimed id when honest. */
    record Checked(NodeId computedId, SignatureState signature) implements Verdict {}

    enum SignatureState {
        VALID,
        INVALID,
        /** 64 zero bytes. */
        UNSIGNED
    }
}
