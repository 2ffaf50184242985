package dev.parley.edge.peer.stock;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.RoomIndex;
import dev.parley.core.state.Materialized;
import dev.parley.core.state.Projection;
import dev.parley.core.state.TextState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A stock client's copy of a room: how it takes nodes in, and how it makes its own (spec 03 §11.1, 01 §8).
 *
 * <p>Both clients share it. What nodes mean is decided in {@code core}.
 */
public final class StockGraph {
    /** A node further ahead of the client's clock than this ends an import. */
    static final long LEAD_MAX = 1L << 20;

    private final Signer signer;
    private final Signatures signatures;
    private final History history = new History();
    private HistoryView view = history.view();
    private final RoomIndex index = new RoomIndex();
    private int indexed;
    private final Projection live = new Projection();
    private long clock;

    /**
     * What became of a pack: the nodes stored, parents first, how many were dropped for want of a parent, and, if a bad
     * node ended the import, why, and how many nodes were not looked at or not tried again.
     */
    record Imported(List<Node> stored, int dropped, Optional<String> stopped, int abandoned) {}

    StockGraph(Signer signer, Signatures signatures) {
        this.signer = signer;
        this.signatures = signatures;
    }

    /**
     * Takes a pack in: again and again over what is left until nothing moves. Duplicates are skipped, nodes without
     * their parents dropped; any other bad node ends the import, and what was stored before stays.
     *
     * <p>Cost: as many rounds as the order of the pack makes necessary.
     */
    Imported importPack(List<Node> nodes) {
        List<Node> stored = new ArrayList<>();
        List<Node> left = nodes;
        while (true) {
            List<Node> waiting = new ArrayList<>();
            for (int i = 0; i < left.size(); i++) {
                Node node = left.get(i);
                if (view.contains(node.id())) {
                    continue;
                }
                Optional<String> bad = badness(node);
                if (bad.isPresent()) {
                    return new Imported(stored, 0, bad, left.size() - i - 1 + waiting.size());
                }
                if (node.transaction().parents().stream().allMatch(view::contains)) {
                    store(node);
                    stored.add(node);
                } else {
                    waiting.add(node);
                }
            }
            if (waiting.isEmpty() || waiting.size() == left.size()) {
                return new Imported(stored, waiting.size(), Optional.empty(), 0);
            }
            left = waiting;
        }
    }

    private Optional<String> badness(Node node) {
        if (!(Nodes.verdict(node, signatures) instanceof Verdict.Checked(var computed, var signature))
                || !computed.equals(node.id())) {
            return Optional.of("hash mismatch on node " + node.id());
        }
        if (Lamport.compare(node.transaction().lamport(), Lamport.plusSaturating(clock, LEAD_MAX)) > 0) {
            return Optional.of("lamport ceiling exceeded on node " + node.id());
        }
        return signature == Verdict.SignatureState.INVALID
                ? Optional.of("invalid signature on node " + node.id())
                : Optional.empty();
    }

    private void store(Node node) {
        history.append(node);
        view = history.view();
        live.apply(node.transaction());
        clock = Lamport.max(clock, node.transaction().lamport());
    }

    /** Makes, stores and returns one edit on top of all heads. A run of n characters moves the clock on by n − 1. */
    Node commit(List<Op> ops, long wallMs) {
        long lamport = Lamport.plusSaturating(clock, 1);
        Node node = Nodes.sign(new Transaction(peer(), lamport, wallMs, ops, view.heads()), signer);
        store(node);
        for (Op op : ops) {
            if (op instanceof Op.TextInsertRange(var key, var anchor, var text)) {
                clock = Lamport.plusSaturating(clock, Math.max(0, text.codePointCount(0, text.length()) - 1));
            }
        }
        return node;
    }

    /**
     * All nodes but these, in an order that has nothing to do with theirs: by id, as a hash table might give them.
     */
    List<Node> allExcept(Collection<NodeId> without) {
        Set<NodeId> excluded = new HashSet<>(without);
        List<Node> nodes = new ArrayList<>(view.count());
        for (int number = 0; number < view.count(); number++) {
            if (!excluded.contains(view.id(number))) {
                nodes.add(view.node(number));
            }
        }
        nodes.sort(Comparator.comparing(Node::id));
        return nodes;
    }

    List<NodeId> ids() {
        List<NodeId> ids = new ArrayList<>(view.count());
        for (int number = 0; number < view.count(); number++) {
            ids.add(view.id(number));
        }
        return ids;
    }

    /** The filters and the tree over all ids. */
    RoomIndex index() {
        for (; indexed < view.count(); indexed++) {
            index.add(view.id(indexed));
        }
        return index;
    }

    /** Puts nodes in as a client has them that was here before: parents first. */
    public void load(List<Node> nodes) {
        nodes.forEach(this::store);
    }

    /** The op that types text at a visible position: one run, anchored as the stock editors do it (spec 01 §4). */
    public Op typing(String key, int position, String text) {
        TextState state = textOf(key);
        return new Op.TextInsertRange(key, anchor(state, position), text);
    }

    /** The op that deletes so many characters from a visible position on. */
    public Op erasing(String key, int position, int count) {
        return new Op.TextDeleteRange(key, anchor(textOf(key), position), count);
    }

    private static Anchor anchor(TextState state, int position) {
        if (position == 0) {
            return new Anchor.Start();
        }
        return position >= state.length() ? new Anchor.End() : new Anchor.After(state.idAt(position - 1));
    }

    private TextState textOf(String key) {
        return live.text(key).orElseGet(TextState::new);
    }

    public PeerId peer() {
        return signer.peer();
    }

    public HistoryView view() {
        return view;
    }

    /** The root of the tree over all ids. */
    public NodeId mstRoot() {
        return index().mst().root();
    }

    /** Map, lists and texts as this client shows them: read only. */
    public Projection live() {
        return live;
    }

    /** The canonical state. Cost: a replay of the whole graph. */
    public Materialized state() {
        return Materialized.of(view);
    }

    public long clock() {
        return clock;
    }
}
