package dev.parley.core.state;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.PostcardReader;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Snapshot nodes: signed nodes that state a room's hash and heads (spec 01 §15.1, 05 §9). They do not hold the state.
 *
 * <p>Layout: no parents, {@code wall_ms} 0, and one Map.Set for each of these keys, in this order:
 *
 * <pre>
 * key                     value
 * \0snap:hash             32 bytes, state hash without system keys
 * \0snap:front            varint count, then the heads ascending, 32 bytes each
 * \0snap:base             32 bytes, id of the previous snapshot      incremental ones only
 * \0snap:policy:hash      32 bytes, timeline hash                    with a timeline only
 * \0snap:policy:cutover   8 bytes, lamport, little-endian            with a timeline only
 * </pre>
 */
public final class SnapshotNodes {
    private static final String HASH = "\0snap:hash";
    private static final String FRONT = "\0snap:front";
    private static final String BASE = "\0snap:base";
    private static final String POLICY_HASH = "\0snap:policy:hash";
    private static final String POLICY_CUTOVER = "\0snap:policy:cutover";
    private static final List<String> KEYS = List.of(HASH, FRONT, BASE, POLICY_HASH, POLICY_CUTOVER);

    private SnapshotNodes() {}

    /** What a snapshot states. The policy fields are there or not independently of each other, as a peer may send them. */
    public record Content(
            NodeId stateHash,
            List<NodeId> heads,
            Optional<NodeId> base,
            Optional<NodeId> policyHash,
            OptionalLong policyCutover) {
        public Content {
            heads = List.copyOf(heads);
        }

        /** A snapshot without a timeline, which is what servers make. */
        public Content(NodeId stateHash, List<NodeId> heads, Optional<NodeId> base) {
            this(stateHash, heads, base, Optional.empty(), OptionalLong.empty());
        }

        /** True if it was made without a timeline, or with one of this hash and greatest effective lamport. */
        public boolean fits(NodeId timelineHash, OptionalLong cutover) {
            return policyHash.isEmpty() && policyCutover.isEmpty()
                    || policyHash.equals(Optional.of(timelineHash))
                            && policyCutover.isPresent()
                            && policyCutover.equals(cutover);
        }
    }

    /** The signed snapshot node; {@code lamport} is the room's clock + 1. */
    public static Node build(Content content, long lamport, Signer signer) {
        PostcardWriter front = new PostcardWriter().u64(content.heads().size());
        content.heads().stream().sorted().forEach(front::id);
        List<Op> ops = new ArrayList<>();
        ops.add(new Op.MapSet(HASH, content.stateHash().toBytes()));
        ops.add(new Op.MapSet(FRONT, front.toBytes()));
        content.base().ifPresent(base -> ops.add(new Op.MapSet(BASE, base.toBytes())));
        content.policyHash().ifPresent(hash -> ops.add(new Op.MapSet(POLICY_HASH, hash.toBytes())));
        content.policyCutover()
                .ifPresent(cutover -> ops.add(new Op.MapSet(
                        POLICY_CUTOVER,
                        ByteBuffer.allocate(Long.BYTES)
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putLong(cutover)
                                .array())));
        return Nodes.sign(new Transaction(signer.peer(), lamport, 0, ops, List.of()), signer);
    }

    /** True if other peers take this for a snapshot: any op sets the hash key. */
    public static boolean claimsToBe(Transaction transaction) {
        return transaction.ops().stream()
                .anyMatch(op -> op instanceof Op.MapSet && op.key().equals(HASH));
    }

    /** True if every op sets one of the five keys, and hash and heads can be read: what a policy may exempt. */
    public static boolean wellFormed(Transaction transaction) {
        return transaction.ops().stream().allMatch(op -> op instanceof Op.MapSet && KEYS.contains(op.key()))
                && read(transaction) instanceof Decoded.Whole<Content>;
    }

    /** Checks id and signature and reads what the node states. Whether the state hash is true is not checked. */
    public static Decoded<Content> verify(Node node, Signatures signatures) {
        boolean valid = Nodes.verdict(node, signatures) instanceof Verdict.Checked(var computed, var signature)
                && computed.equals(node.id())
                && signature == Verdict.SignatureState.VALID;
        return valid ? read(node.transaction()) : new Decoded.Broken<>("invalid signature", 0);
    }

    /** Reads what a transaction states; of repeated keys the last counts, malformed optional ones count as absent. */
    public static Decoded<Content> read(Transaction transaction) {
        Optional<NodeId> hash = last(transaction, HASH).flatMap(SnapshotNodes::id);
        Optional<List<NodeId>> heads = last(transaction, FRONT).flatMap(SnapshotNodes::heads);
        if (hash.isEmpty()) {
            return new Decoded.Broken<>("missing or malformed snap:hash", 0);
        }
        if (heads.isEmpty()) {
            return new Decoded.Broken<>("missing or malformed snap:front", 0);
        }
        OptionalLong cutover = last(transaction, POLICY_CUTOVER)
                .filter(value -> value.length == Long.BYTES)
                .map(value -> OptionalLong.of(
                        ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getLong()))
                .orElse(OptionalLong.empty());
        return new Decoded.Whole<>(new Content(
                hash.get(),
                heads.get(),
                last(transaction, BASE).flatMap(SnapshotNodes::id),
                last(transaction, POLICY_HASH).flatMap(SnapshotNodes::id),
                cutover));
    }

    private static Optional<byte[]> last(Transaction transaction, String key) {
        Optional<byte[]> value = Optional.empty();
        for (Op op : transaction.ops()) {
            if (op instanceof Op.MapSet(var set, var bytes) && set.equals(key)) {
                value = Optional.of(bytes);
            }
        }
        return value;
    }

    private static Optional<NodeId> id(byte[] value) {
        return value.length == NodeId.SIZE_BYTES ? Optional.of(NodeId.of(value)) : Optional.empty();
    }

    private static Optional<List<NodeId>> heads(byte[] value) {
        PostcardReader reader = new PostcardReader(value);
        int count = reader.count(NodeId.SIZE_BYTES);
        List<NodeId> heads = new ArrayList<>();
        for (int i = 0; i < count && reader.ok(); i++) {
            heads.add(reader.id());
        }
        return reader.ok() ? Optional.of(heads) : Optional.empty();
    }
}
