package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a group accepts on top of a view, before it is written: each pack of the group is judged with those before it in
 * place. Nobody else sees it.
 *
 * <p>Cost: memory of the nodes stored here; the view is shared.
 */
public final class Overlay {
    private final HistoryView view;
    private final Map<NodeId, Node> stored = new LinkedHashMap<>();
    private final Set<NodeId> parents = new HashSet<>();
    private long clock;

    public Overlay(HistoryView view) {
        this.view = view;
        this.clock = view.clock();
    }

    public boolean contains(NodeId id) {
        return stored.containsKey(id) || view.contains(id);
    }

    /** The logical clock with what is stored here; unsigned. */
    public long clock() {
        return clock;
    }

    /** Stores a node that was accepted. Errors: throws if it is there or a parent is not. */
    public void store(Node node) {
        if (contains(node.id())) {
            throw new IllegalArgumentException("stored already: " + node.id());
        }
        for (NodeId parent : node.transaction().parents()) {
            if (!contains(parent)) {
                throw new IllegalArgumentException("parent not stored: " + parent);
            }
        }
        stored.put(node.id(), node);
        parents.addAll(node.transaction().parents());
        clock = Lamport.max(clock, node.transaction().lamport());
    }

    /** What was stored here, in that order; a copy. */
    public List<Node> stored() {
        return List.copyOf(stored.values());
    }

    /** The heads with what is stored here, sorted. Cost: linear in the heads, n log n in what is stored here. */
    public List<NodeId> heads() {
        List<NodeId> heads = new ArrayList<>();
        for (NodeId id : view.heads()) {
            if (!parents.contains(id)) {
                heads.add(id);
            }
        }
        for (NodeId id : stored.keySet()) {
            if (!parents.contains(id)) {
                heads.add(id);
            }
        }
        heads.sort(null);
        return heads;
    }

    /** The Merkle root with what is stored here. Cost: as {@link #heads()}, and hashing them. */
    public NodeId root() {
        return stored.isEmpty() ? view.root() : Heads.rootOver(heads());
    }
}
