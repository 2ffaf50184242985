package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Nodes whose parents have not come yet, for a while (spec 01 §8.5.5, ruling 5). Bounded in nodes, bytes and time; what
 * does not fit drives the oldest out. {@code T} is what the room wants back: the node with its sender.
 *
 * <p>Deterministic: time is handed in, and everything comes out in the order it was parked. One thread.
 *
 * <p>Cost: O(missing parents) a node; each node released or dropped once.
 */
public final class OrphanBuffer<T> {
    private final int nodesMax;
    private final long bytesMax;
    private final long ttlMs;
    /** By id, oldest first. */
    private final LinkedHashMap<NodeId, Parked<T>> parked = new LinkedHashMap<>();

    private final Map<NodeId, Set<NodeId>> childrenOf = new HashMap<>();
    private long bytes;

    private record Parked<T>(NodeId id, List<NodeId> parents, long sizeBytes, long deadlineMs, T value) {}

    /** At most {@code nodesMax} nodes, each for {@code ttlMs} milliseconds, without a bound in bytes. */
    public OrphanBuffer(int nodesMax, long ttlMs) {
        this(nodesMax, Long.MAX_VALUE, ttlMs);
    }

    /** At most {@code nodesMax} nodes of {@code bytesMax} bytes together, each for {@code ttlMs} milliseconds. */
    public OrphanBuffer(int nodesMax, long bytesMax, long ttlMs) {
        this.nodesMax = nodesMax;
        this.bytesMax = bytesMax;
        this.ttlMs = ttlMs;
    }

    public int size() {
        return parked.size();
    }

    /** Size of the parked nodes in bytes. */
    public long bytes() {
        return bytes;
    }

    public boolean contains(NodeId id) {
        return parked.containsKey(id);
    }

    /**
     * Keeps a node, and returns what had to go for it: the oldest ones, or itself when it fits nowhere. A node that is
     * kept already stays as it is, with its first sender and deadline.
     */
    public List<T> park(Node node, T value, long nowMs) {
        if (parked.containsKey(node.id())) {
            return List.of();
        }
        if (nodesMax < 1 || node.sizeBytes() > bytesMax) {
            return List.of(value);
        }
        List<T> dropped = new ArrayList<>();
        while (parked.size() >= nodesMax || bytes + node.sizeBytes() > bytesMax) {
            dropped.add(remove(parked.firstEntry().getValue()));
        }
        List<NodeId> parents =
                List.copyOf(new LinkedHashSet<>(node.transaction().parents()));
        parked.put(node.id(), new Parked<>(node.id(), parents, node.sizeBytes(), nowMs + ttlMs, value));
        for (NodeId parent : parents) {
            childrenOf.computeIfAbsent(parent, p -> new LinkedHashSet<>()).add(node.id());
        }
        bytes += node.sizeBytes();
        return dropped;
    }

    /**
     * Takes out the nodes that lack no parent any more, now that these were stored. Those that had waited for the ones
     * taken out come with the next call, when these are stored in turn.
     */
    public List<T> release(Collection<NodeId> nowStored, Predicate<NodeId> isStored) {
        Set<NodeId> ready = new LinkedHashSet<>();
        for (NodeId parent : nowStored) {
            for (NodeId child : childrenOf.getOrDefault(parent, Set.of())) {
                if (parked.get(child).parents().stream().allMatch(isStored)) {
                    ready.add(child);
                }
            }
        }
        List<T> released = new ArrayList<>();
        for (NodeId id : ready) {
            released.add(remove(parked.get(id)));
        }
        return released;
    }

    /**
     * Takes out a node, if it is there, because it was stored or refused by another way. Returns what was kept for it.
     */
    public List<T> forget(NodeId id) {
        Parked<T> known = parked.get(id);
        return known == null ? List.of() : List.of(remove(known));
    }

    /** Drops the nodes whose time is over. */
    public List<T> expire(long nowMs) {
        List<T> dropped = new ArrayList<>();
        while (!parked.isEmpty() && parked.firstEntry().getValue().deadlineMs() <= nowMs) {
            dropped.add(remove(parked.firstEntry().getValue()));
        }
        return dropped;
    }

    /** Drops the nodes that a rule names, such as those of a session that left. */
    public List<T> dropIf(Predicate<T> rule) {
        List<T> dropped = new ArrayList<>();
        for (Parked<T> each : List.copyOf(parked.values())) {
            if (rule.test(each.value())) {
                dropped.add(remove(each));
            }
        }
        return dropped;
    }

    private T remove(Parked<T> gone) {
        parked.remove(gone.id());
        bytes -= gone.sizeBytes();
        for (NodeId parent : gone.parents()) {
            Set<NodeId> children = childrenOf.get(parent);
            children.remove(gone.id());
            if (children.isEmpty()) {
                childrenOf.remove(parent);
            }
        }
        return gone.value();
    }
}
