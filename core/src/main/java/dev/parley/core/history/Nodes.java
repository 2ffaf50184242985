package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The binary form of a transaction and of a node, and what follows from it: id, signature, verdict (spec 01 §5, §6).
 *
 * <pre>
 * transaction  author 32 bytes, lamport u64, wall_ms u64, ops (count, ops), parents (count, 32 bytes each)
 * node         id 32 bytes, transaction, signature 64 bytes
 * </pre>
 */
public final class Nodes {
    /** The smallest node: no ops, no parents, single-byte numbers. */
    public static final int NODE_BYTES_MIN = NodeId.SIZE_BYTES + PeerId.SIZE_BYTES + 4 + Node.SIGNATURE_BYTES;

    private Nodes() {}

    /** The canonical bytes of a transaction, which its id is the hash of. */
    public static byte[] encode(Transaction transaction) {
        PostcardWriter writer = new PostcardWriter();
        write(writer, transaction);
        return writer.toBytes();
    }

    /** The id of a transaction. */
    public static NodeId idOf(Transaction transaction) {
        return Blake3.hash(encode(transaction));
    }

    /**
     * A node of this transaction with its id, signed by its author's key. Errors: throws if the signer is somebody
     * else.
     */
    public static Node sign(Transaction transaction, Signer signer) {
        if (!signer.peer().equals(transaction.author())) {
            throw new IllegalArgumentException("a transaction is signed by its author");
        }
        byte[] bytes = encode(transaction);
        NodeId id = Blake3.hash(bytes);
        return join(id, transaction, bytes, signer.sign(id));
    }

    /** A node as somebody claims it: neither the id nor the 64 bytes of the signature need to fit. */
    public static Node claimed(NodeId id, Transaction transaction, byte[] signature) {
        if (signature.length != Node.SIGNATURE_BYTES) {
            throw new IllegalArgumentException("a signature has 64 bytes, got " + signature.length);
        }
        return join(id, transaction, encode(transaction), signature);
    }

    /**
     * Reads one node from {@code offset} on. Bytes after it are ignored. Kept are the canonical bytes, whether or not
     * the ones read were canonical.
     */
    public static Decoded<Node> decode(byte[] bytes, int offset, int length) {
        PostcardReader reader = new PostcardReader(bytes, offset, length);
        Node node = read(bytes, reader);
        return reader.result(node);
    }

    /**
     * Hashes the transaction and checks the signature; the signature of a node whose id is not its hash is not looked
     * at. Cost: one hash and at most one check.
     */
    public static Verdict verdict(Node node, Signatures signatures) {
        NodeId computed = Blake3.hash(node.encoded(), NodeId.SIZE_BYTES, node.transactionSizeBytes());
        return new Verdict.Checked(computed, signatureState(node, computed, signatures));
    }

    private static Verdict.SignatureState signatureState(Node node, NodeId computed, Signatures signatures) {
        if (node.unsigned()) {
            return Verdict.SignatureState.UNSIGNED;
        }
        return computed.equals(node.id()) && signatures.valid(node.transaction().author(), computed, node.signature())
                ? Verdict.SignatureState.VALID
                : Verdict.SignatureState.INVALID;
    }

    /** Reads the next node of {@code bytes}; null when the reader is broken. */
    static Node read(byte[] bytes, PostcardReader reader) {
        int start = reader.position();
        reader.startCanonical();
        NodeId id = reader.id();
        Transaction transaction = readTransaction(bytes, reader);
        int signatureStart = reader.position();
        reader.skip(Node.SIGNATURE_BYTES);
        if (!reader.ok()) {
            return null;
        }
        Node node = reader.canonical()
                ? new Node(id, transaction, Arrays.copyOfRange(bytes, start, reader.position()))
                : join(
                        id,
                        transaction,
                        encode(transaction),
                        Arrays.copyOfRange(bytes, signatureStart, reader.position()));
        return transaction.ops() instanceof EncodedOps ? ownBytes(node) : node;
    }

    /** The same node with ops that stand in its own bytes, so that those it was read from can go. */
    private static Node ownBytes(Node node) {
        Transaction read = node.transaction();
        PostcardReader reader = new PostcardReader(node.encoded());
        reader.id();
        reader.peer();
        reader.u64();
        reader.u64();
        int opCount = reader.count(OpCodec.OP_BYTES_MIN);
        List<Op> ops = new EncodedOps(node.encoded(), reader.position(), opCount);
        return new Node(
                node.id(),
                new Transaction(read.author(), read.lamport(), read.wallMs(), ops, read.parents()),
                node.encoded());
    }

    private static Transaction readTransaction(byte[] bytes, PostcardReader reader) {
        PeerId author = reader.peer();
        long lamport = reader.u64();
        long wallMs = reader.u64();
        int opCount = reader.count(OpCodec.OP_BYTES_MIN);
        List<Op> ops = readOps(bytes, reader, opCount);
        int parentCount = reader.count(NodeId.SIZE_BYTES);
        List<NodeId> parents = new ArrayList<>(Math.min(parentCount, 16));
        for (int i = 0; i < parentCount && reader.ok(); i++) {
            parents.add(reader.id());
        }
        return new Transaction(author, lamport, wallMs, ops, parents);
    }

    /** Dense ops are read to see that they are whole, and not kept. */
    private static List<Op> readOps(byte[] bytes, PostcardReader reader, int count) {
        int start = reader.position();
        List<Op> ops = new ArrayList<>(Math.min(count, 16));
        boolean dense = false;
        for (int i = 0; i < count && reader.ok(); i++) {
            ops.add(OpCodec.read(reader));
            dense |= EncodedOps.areDense(i + 1, reader.position() - start);
            if (dense) {
                ops.clear();
            }
        }
        return dense && reader.ok() ? new EncodedOps(bytes, start, count) : ops;
    }

    private static void write(PostcardWriter writer, Transaction transaction) {
        writer.peer(transaction.author()).u64(transaction.lamport()).u64(transaction.wallMs());
        writer.u64(transaction.ops().size());
        for (Op op : transaction.ops()) {
            OpCodec.write(writer, op);
        }
        writer.u64(transaction.parents().size());
        for (NodeId parent : transaction.parents()) {
            writer.id(parent);
        }
    }

    private static Node join(NodeId id, Transaction transaction, byte[] transactionBytes, byte[] signature) {
        byte[] encoded = new byte[NodeId.SIZE_BYTES + transactionBytes.length + Node.SIGNATURE_BYTES];
        id.copyTo(encoded, 0);
        System.arraycopy(transactionBytes, 0, encoded, NodeId.SIZE_BYTES, transactionBytes.length);
        System.arraycopy(signature, 0, encoded, encoded.length - Node.SIGNATURE_BYTES, Node.SIGNATURE_BYTES);
        return new Node(id, transaction, encoded);
    }
}
