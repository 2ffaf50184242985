package dev.parley.core.history;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How large a node may be (spec 01 §16). Sizes are bytes, of texts in UTF-8; counts are plain.
 *
 * <p>{@code rangeCharsMax} bounds anchor offsets and range lengths, which a browser peer holds in 32 bits: one of more
 * makes it fail the whole pack (spec 01 §4).
 */
public record NodeLimits(
        int opsMax,
        int parentsMax,
        int keyBytesMax,
        int valueBytesMax,
        int positionBytesMax,
        int nodeBytesMax,
        long rangeCharsMax) {
    public static final NodeLimits DEFAULT =
            new NodeLimits(65_536, 1_024, 4_096, 1 << 20, 4_096, 2 << 20, (1L << 32) - 1);

    /** No limit at all, as the reference. */
    public static final NodeLimits NONE = new NodeLimits(
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            Integer.MAX_VALUE,
            -1L);

    /** The most nodes a pack may hold (spec 01 §16); for {@link Packs#decode(byte[], int)}. */
    public static final int PACK_NODES_MAX = 100_000;

    /** The first limit that a node exceeds: node size, parents, ops, then op by op. Cost: linear in the ops. */
    Optional<Refusal.OverLimit> exceededBy(Node node) {
        Transaction transaction = node.transaction();
        if (node.sizeBytes() > nodeBytesMax) {
            return over(node, "node bytes", node.sizeBytes(), nodeBytesMax);
        }
        if (transaction.parents().size() > parentsMax) {
            return over(node, "parents", transaction.parents().size(), parentsMax);
        }
        if (transaction.ops().size() > opsMax) {
            return over(node, "ops", transaction.ops().size(), opsMax);
        }
        for (Op op : transaction.ops()) {
            Optional<Refusal.OverLimit> exceeded = exceededBy(node, op);
            if (exceeded.isPresent()) {
                return exceeded;
            }
        }
        return Optional.empty();
    }

    private Optional<Refusal.OverLimit> exceededBy(Node node, Op op) {
        if (longer(op.key(), keyBytesMax)) {
            return over(node, "key bytes", sizeBytes(op.key()), keyBytesMax);
        }
        return switch (op) {
            case Op.MapSet set ->
                set.value().length > valueBytesMax
                        ? over(node, "value bytes", set.value().length, valueBytesMax)
                        : Optional.empty();
            case Op.ListInsert insert -> position(node, insert.position());
            case Op.ListMove move -> position(node, move.position());
            case Op.TextInsertRange insert -> offset(node, insert.anchor());
            case Op.TextDeleteRange delete ->
                Long.compareUnsigned(delete.lengthChars(), rangeCharsMax) > 0
                        ? over(node, "range chars", delete.lengthChars(), rangeCharsMax)
                        : offset(node, delete.anchor());
            case Op.MapDelete delete -> Optional.empty();
            case Op.MapSetBlob set -> Optional.empty();
            case Op.ListDelete delete -> Optional.empty();
            case Op.TextInsert insert -> Optional.empty();
            case Op.TextDelete delete -> Optional.empty();
        };
    }

    private Optional<Refusal.OverLimit> position(Node node, String position) {
        return longer(position, positionBytesMax)
                ? over(node, "position bytes", sizeBytes(position), positionBytesMax)
                : Optional.empty();
    }

    private Optional<Refusal.OverLimit> offset(Node node, Anchor anchor) {
        return anchor instanceof Anchor.Offset(long chars) && Long.compareUnsigned(chars, rangeCharsMax) > 0
                ? over(node, "anchor chars", chars, rangeCharsMax)
                : Optional.empty();
    }

    private static Optional<Refusal.OverLimit> over(Node node, String what, long is, long most) {
        return Optional.of(new Refusal.OverLimit(node.id(), what, is, most));
    }

    private static boolean longer(String text, int bytesMax) {
        // A UTF-16 unit takes at most three bytes, so most texts need no encoding.
        return text.length() > bytesMax / 3 && sizeBytes(text) > bytesMax;
    }

    private static int sizeBytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
