package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.List;

/**
 * What a peer says of the nodes it has, from {@code hello} (spec 03 §2.5).
 *
 * <p>Shape: {@code heads} sorted and distinct; {@code sketchNegotiated} is the combined {@code supports_ibf}.
 */
public record Summary(List<NodeId> heads, TheirSketch sketch, boolean sketchNegotiated) {
    public Summary {
        heads = List.copyOf(heads);
    }

    /** The peer's filter: none sent, not readable, or read. */
    public sealed interface TheirSketch {
        record Absent() implements TheirSketch {}

        record Bad() implements TheirSketch {}

        /** The bytes of a filter of 80 cells that parses (spec 02 §1.3); kept encoded so that it can cross members. */
        record Present(byte[] bytes) implements TheirSketch {}
    }
}
