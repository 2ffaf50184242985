package dev.parley.core.id;

import java.util.Optional;

/**
 * The id of a node: the unkeyed BLAKE3 hash of its encoded transaction (spec 01 §5). Merkle roots and tree roots have the
 * same shape.
 */
public final class NodeId extends Bytes32 implements Comparable<NodeId> {
    private NodeId(byte[] bytes, int offset) {
        super(bytes, offset);
    }

    /** Reads 32 bytes from {@code offset} on; the array is not kept. */
    public static NodeId of(byte[] bytes, int offset) {
        return new NodeId(bytes, offset);
    }

    /** The value of exactly 32 bytes. Errors: throws {@link IllegalArgumentException} for another length. */
    public static NodeId of(byte[] bytes) {
        return new NodeId(exactly32(bytes), 0);
    }

    /** Parses exactly 64 hex digits of either case (spec 03 §0.2); empty for anything else. */
    public static Optional<NodeId> parse(String hex) {
        return Bytes.parseHex(hex, SIZE_BYTES).map(NodeId::of);
    }

    /** Nibble {@code depth} of 0..63, the high half of a byte first (spec 02 §2.1). */
    public int nibble(int depth) {
        return (int) (word(depth >>> 4) >>> (60 - 4 * (depth & 15))) & 15;
    }

    @Override
    public int compareTo(NodeId that) {
        return compareWords(that);
    }
}
