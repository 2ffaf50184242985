package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.util.Arrays;

/**
 * One vertex of a room's history: a signed transaction with the id its sender claims for it.
 *
 * <p>Layout of {@link #encoded()}, the canonical form (spec 01 §6):
 *
 * <pre>
 * offset      size  field
 * 0           32    id, as claimed
 * 32          n     transaction
 * 32 + n      64    signature, R then S
 * </pre>
 *
 * A node is decoded once and its bytes are kept: relay, journal and catch-up reuse them. Two nodes are equal if these
 * bytes are.
 */
public final class Node {
    /** Size of a signature in bytes. */
    public static final int SIGNATURE_BYTES = 64;

    private final NodeId id;
    private final Transaction transaction;
    private final byte[] encoded;

    /** Joins a decoded node with its canonical bytes; the array is kept, and nobody may change it. */
    Node(NodeId id, Transaction transaction, byte[] encoded) {
        this.id = id;
        this.transaction = transaction;
        this.encoded = encoded;
    }

    public NodeId id() {
        return id;
    }

    public Transaction transaction() {
        return transaction;
    }

    /** The canonical bytes, shared: read only. */
    public byte[] encoded() {
        return encoded;
    }

    public int sizeBytes() {
        return encoded.length;
    }

    /** Size in bytes of the transaction, which starts at offset 32 of {@link #encoded()}. */
    public int transactionSizeBytes() {
        return encoded.length - NodeId.SIZE_BYTES - SIGNATURE_BYTES;
    }

    /** A new array of the 64 signature bytes. */
    public byte[] signature() {
        return Arrays.copyOfRange(encoded, encoded.length - SIGNATURE_BYTES, encoded.length);
    }

    /** True if the signature is 64 zero bytes. */
    public boolean unsigned() {
        for (int i = encoded.length - SIGNATURE_BYTES; i < encoded.length; i++) {
            if (encoded[i] != 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Node that && Arrays.equals(encoded, that.encoded);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "Node[" + id + "]";
    }
}
