package dev.parley.core.state;

import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/**
 * A log of nodes admitted again, one by one, under the policies that were in force at their lamports (spec 05 §7).
 *
 * <p>Nodes are fed in replay order, so the outcome does not depend on the order in which they are given. The first node
 * that cannot be admitted fails the whole replay; wall clocks are not looked at.
 */
public final class Replay {
    private final LamportRule rule;
    private final Optional<PeerId> server;
    private final Signatures signatures;

    /** The write policies of a timeline: whether this author could write this key at this lamport. */
    public interface LamportRule {
        LamportRule ALLOW_ALL = (lamport, author, key) -> true;

        boolean mayWrite(long lamport, PeerId author, String key);
    }

    /** What became of a replay. */
    public sealed interface Outcome {
        /** {@code map} leaves out encrypted ops; {@code hash} is its canonical hash. */
        record Replayed(SortedMap<String, byte[]> map, NodeId hash, int nodes) implements Outcome {}

        record Failed(String why) implements Outcome {}
    }

    /** A replay under these policies; well-formed snapshot nodes of {@code server} are exempt from them. */
    public Replay(LamportRule rule, Optional<PeerId> server, Signatures signatures) {
        this.rule = rule;
        this.server = server;
        this.signatures = signatures;
    }

    /** Replays the nodes; repeated ones count once. Cost: one hash and one signature check a node. */
    public Outcome run(Collection<Node> nodes) {
        Set<NodeId> stored = new HashSet<>();
        long clock = 0;
        List<Node> pending = nodes.stream().sorted(ReplayOrder.OF_NODES).collect(Collectors.toList());
        while (!pending.isEmpty()) {
            List<Node> orphans = new ArrayList<>();
            for (Node node : pending) {
                if (stored.contains(node.id())) {
                    continue;
                }
                Optional<String> refusal = refusal(node, clock);
                if (refusal.isPresent()) {
                    return new Outcome.Failed(refusal.get());
                }
                if (!stored.containsAll(node.transaction().parents())) {
                    orphans.add(node);
                    continue;
                }
                Optional<String> denied = denied(node);
                if (denied.isPresent()) {
                    return new Outcome.Failed(denied.get());
                }
                stored.add(node.id());
                clock = Lamport.max(clock, node.transaction().lamport());
            }
            if (orphans.size() == pending.size()) {
                Node first = orphans.getFirst();
                return new Outcome.Failed(
                        "missing parent node: " + first.transaction().parents().getFirst());
            }
            pending = orphans;
        }
        Materialized state = Materialized.ofNodes(nodes);
        return new Outcome.Replayed(CanonicalHash.withoutEncrypted(state.map()), state.hash(), stored.size());
    }

    private Optional<String> refusal(Node node, long clock) {
        Verdict.Checked verdict = switch (Nodes.verdict(node, signatures)) {
            case Verdict.Checked checked -> checked;
            case Verdict.Unchecked unchecked -> throw new IllegalStateException("a verdict was asked for");
        };
        if (!verdict.computedId().equals(node.id())) {
            return Optional.of("hash mismatch: expected " + verdict.computedId() + ", got " + node.id());
        }
        long ceiling = Lamport.plusSaturating(clock, Lamport.LEAD_MAX);
        long lamport = node.transaction().lamport();
        if (Lamport.compare(lamport, ceiling) > 0) {
            return Optional.of("lamport ceiling exceeded on node " + node.id() + ": lamport="
                    + Lamport.toString(lamport) + ", ceiling=" + Lamport.toString(ceiling));
        }
        return verdict.signature() == Verdict.SignatureState.INVALID
                ? Optional.of("invalid ed25519 signature on node " + node.id())
                : Optional.empty();
    }

    private Optional<String> denied(Node node) {
        PeerId author = node.transaction().author();
        if (server.filter(author::equals).isPresent() && SnapshotNodes.wellFormed(node.transaction())) {
            return Optional.empty();
        }
        for (Op op : node.transaction().ops()) {
            if (!rule.mayWrite(node.transaction().lamport(), author, op.key())) {
                return Optional.of("policy violation: author " + numbers(author) + " not permitted to write key '"
                        + op.key() + "'");
            }
        }
        return Optional.empty();
    }

    private static String numbers(PeerId author) {
        byte[] bytes = author.toBytes();
        int[] unsigned = new int[bytes.length];
        Arrays.setAll(unsigned, i -> bytes[i] & 0xff);
        return Arrays.toString(unsigned);
    }
}
