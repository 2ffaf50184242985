package dev.parley.sim.oracle;

import java.util.Optional;

/** How large a room and a node may be (spec 01 §16). All in bytes but counts and chars. */
public record PlainLimits(
        long roomNodes,
        long roomBytes,
        int nodeBytes,
        int parents,
        int ops,
        int keyBytes,
        int valueBytes,
        int positionBytes,
        long rangeChars) {
    /** The first thing about a node that is too much, as its sender is told it. */
    Optional<String> exceeded(PlainNode node) {
        if (node.sizeBytes() > nodeBytes) {
            return text(node, "node bytes", node.sizeBytes(), nodeBytes);
        }
        if (node.parents().size() > parents) {
            return text(node, "parents", node.parents().size(), parents);
        }
        if (node.ops().size() > ops) {
            return text(node, "ops", node.ops().size(), ops);
        }
        for (PlainOp op : node.ops()) {
            int key = Plain.utf8(op.key()).length;
            if (key > keyBytes) {
                return text(node, "key bytes", key, keyBytes);
            }
            Optional<String> over = switch (op.kind()) {
                case SET -> more(node, "value bytes", op.value().length, valueBytes);
                case LIST_INSERT, LIST_MOVE ->
                    more(node, "position bytes", Plain.utf8(op.text()).length, positionBytes);
                case REMOVE_RANGE ->
                    more(node, "range chars", op.count(), rangeChars)
                            .or(() -> more(node, "anchor chars", op.anchor().offset(), rangeChars));
                case INSERT_RANGE -> more(node, "anchor chars", op.anchor().offset(), rangeChars);
                case DELETE, SET_BLOB, LIST_DELETE, INSERT, REMOVE -> Optional.empty();
            };
            if (over.isPresent()) {
                return over;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> more(PlainNode node, String what, long is, long most) {
        return Long.compareUnsigned(is, most) > 0 ? text(node, what, is, most) : Optional.empty();
    }

    private static Optional<String> text(PlainNode node, String what, long is, long most) {
        return Optional.of("limit exceeded on node " + node.id() + ": " + what + "=" + Long.toUnsignedString(is)
                + ", max=" + Long.toUnsignedString(most));
    }
}
