package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The nodes without children among the first {@code count}, sorted by id (spec 01 §7).
 *
 * <p>A node is a head of a prefix exactly if its first child, if any, lies behind it. So the heads of a longer prefix
 * are found among these and what came since.
 */
record Heads(int count, List<Head> sorted) {
    static final Heads NONE = new Heads(0, List.of());

    record Head(NodeId id, int number) {}

    /** The heads of the first {@code more} nodes, at least as many as here. Cost: heads and new nodes. */
    Heads grown(Columns columns, int more) {
        List<Head> fresh = new ArrayList<>();
        for (int number = count; number < more; number++) {
            if (columns.firstChild(number) >= more) {
                fresh.add(new Head(columns.id(number), number));
            }
        }
        fresh.sort(Comparator.comparing(Head::id));
        List<Head> merged = new ArrayList<>(sorted.size() + fresh.size());
        int next = 0;
        for (Head old : sorted) {
            if (columns.firstChild(old.number()) >= more) {
                while (next < fresh.size() && fresh.get(next).id().compareTo(old.id()) < 0) {
                    merged.add(fresh.get(next++));
                }
                merged.add(old);
            }
        }
        merged.addAll(fresh.subList(next, fresh.size()));
        return new Heads(more, List.copyOf(merged));
    }

    List<NodeId> ids() {
        return sorted.stream().map(Head::id).toList();
    }

    /** The Merkle root over these sorted heads (spec 01 §7). */
    static NodeId rootOver(List<NodeId> heads) {
        byte[] joined = new byte[Math.multiplyExact(heads.size(), NodeId.SIZE_BYTES)];
        int offset = 0;
        for (NodeId head : heads) {
            head.copyTo(joined, offset);
            offset += NodeId.SIZE_BYTES;
        }
        return Blake3.hash(joined, 0, joined.length);
    }
}
