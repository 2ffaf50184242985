package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A node as its canonical bytes say (spec 01 §5, §6): the id it claims, the transaction, the signature.
 *
 * <p>Immutable; hash and signature are looked at once.
 */
public final class PlainNode {
    private static final int SIGNATURE_BYTES = 64;

    private final byte[] encoded;
    private final NodeId id;
    private final NodeId computed;
    private final PeerId author;
    private final long lamport;
    private final long wallMs;
    private final List<PlainOp> ops;
    private final List<NodeId> parents;
    private final boolean unsigned;
    private final boolean signed;

    private PlainNode(byte[] encoded, PlainSignatures signatures) {
        this.encoded = encoded;
        PlainBytes in = new PlainBytes(encoded);
        this.id = NodeId.of(in.take(NodeId.SIZE_BYTES));
        this.author = in.peer();
        this.lamport = in.number();
        this.wallMs = in.number();
        List<PlainOp> read = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) {
            read.add(in.op());
        }
        this.ops = List.copyOf(read);
        List<NodeId> named = new ArrayList<>();
        for (long left = in.number(); left > 0; left--) {
            named.add(NodeId.of(in.take(NodeId.SIZE_BYTES)));
        }
        this.parents = List.copyOf(named);
        this.computed = Plain.hash(encoded, NodeId.SIZE_BYTES, in.at());
        byte[] signature = in.take(SIGNATURE_BYTES);
        if (in.at() != encoded.length) {
            throw new IllegalStateException("a node has " + (encoded.length - in.at()) + " bytes too many");
        }
        this.unsigned = Arrays.equals(signature, new byte[SIGNATURE_BYTES]);
        this.signed = !unsigned && computed.equals(id) && signatures.valid(author, id, signature);
    }

    /** Reads a node. Errors: throws if the bytes are not those of one. */
    public static PlainNode read(byte[] encoded, PlainSignatures signatures) {
        return new PlainNode(encoded, signatures);
    }

    public NodeId id() {
        return id;
    }

    /** True if these bytes hold just this node from {@code from} on. */
    public boolean isAt(byte[] bytes, int from) {
        return from + encoded.length <= bytes.length
                && Arrays.equals(encoded, 0, encoded.length, bytes, from, from + encoded.length);
    }

    public int sizeBytes() {
        return encoded.length;
    }

    /** The hash of the transaction, which is the id of an honest node. */
    NodeId computed() {
        return computed;
    }

    PeerId author() {
        return author;
    }

    long lamport() {
        return lamport;
    }

    long wallMs() {
        return wallMs;
    }

    List<PlainOp> ops() {
        return ops;
    }

    public List<NodeId> parents() {
        return parents;
    }

    /** True if the signature is 64 zero bytes. */
    boolean unsigned() {
        return unsigned;
    }

    /** True if the author signed the id, and the id is the hash. */
    boolean signed() {
        return signed;
    }

    CharId priority() {
        return new CharId(lamport, author);
    }

    @Override
    public String toString() {
        return "node " + id;
    }
}
