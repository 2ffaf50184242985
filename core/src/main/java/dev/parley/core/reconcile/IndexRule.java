package dev.parley.core.reconcile;

/**
 * How the cells of an id are found in a filter. The two cannot be told apart by a filter's bytes.
 *
 * <p>Source: spec 02 §1.1 and §1.5.
 */
public enum IndexRule {
    /** The first 8 bytes of the hash, modulo the cells: the normative rule. */
    WIDE_64,
    /** Only the low 32 bits of that value, modulo the cells: what browser builds of the stock peer do. */
    NARROW_32;

    /** The cell of a hash's first 8 bytes, read little-endian and unsigned. */
    int cell(long word) {
        return switch (this) {
            case WIDE_64 -> (int) Long.remainderUnsigned(word, Ibf.CELLS);
            case NARROW_32 -> (int) ((word & 0xFFFFFFFFL) % Ibf.CELLS);
        };
    }
}
