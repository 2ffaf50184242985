package dev.parley.core.reconcile;

import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The Merkle tree over the ids of a room: a 16-way trie by the nibbles of an id, in which a lone id sits at the
 * shallowest path where it is alone.
 *
 * <p>The tree is a function of the set of ids, whatever the order in which they were added. Hashes are computed when
 * asked for: adding an id makes those on its path stale, and computes none.
 *
 * <p>Cost: an add walks one path, some log₁₆ n + 1 steps; the next root computes the stale hashes, as many for one id.
 * Memory: 100 to 150 bytes an id, in flat arrays.
 *
 * <p>Not thread-safe, reading included.
 *
 * <p>Source: spec 02 §2. The name is the protocol's; it is a prefix tree rather than a search tree.
 */
public final class Mst {
    /** Paths longer than this name no node. */
    public static final int DEPTH_MAX = 2 * NodeId.SIZE_BYTES;

    /** The root of no ids. */
    public static final NodeId EMPTY_ROOT = NodeId.of(new byte[NodeId.SIZE_BYTES]);

    private static final byte[] LEAF_KEY = "nodalmerge-mst-leaf-000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INTERNAL_KEY = "nodalmerge-mst-internal-00000000".getBytes(StandardCharsets.US_ASCII);

    private static final int FAN = 16;
    private static final int ID = NodeId.SIZE_BYTES;

    /** What a slot of {@link #children} holds: nothing, internal node k as k + 1, or leaf k as −k − 1. */
    private static final int NOTHING = 0;

    private int root = NOTHING;

    private int leaves;
    private byte[] ids = new byte[8 * ID];
    private byte[] leafHashes = new byte[8 * ID];

    private int internals;
    private int[] children = new int[4 * FAN];
    private byte[] internalHashes = new byte[4 * ID];

    /** True for the hashes that hold; below an internal node that is true of, all are. */
    private boolean[] leafFresh = new boolean[8];

    private boolean[] internalFresh = new boolean[4];

    private final int[] path = new int[DEPTH_MAX];
    private final byte[] joined = new byte[FAN * ID];
    private long hashesComputed;

    /** How many ids are in the tree. */
    public int size() {
        return leaves;
    }

    /** Adds an id; false if it was there. Computes no hash. */
    public boolean add(NodeId id) {
        int depth = 0;
        int ref = root;
        while (ref > NOTHING) {
            path[depth] = ref - 1;
            ref = children[slot(ref - 1, id.nibble(depth))];
            depth++;
        }
        if (ref != NOTHING && leafId(ref).equals(id)) {
            return false;
        }
        for (int i = 0; i < depth; i++) {
            internalFresh[path[i]] = false;
        }
        int grown = ref == NOTHING ? newLeaf(id) : split(ref, newLeaf(id), depth);
        if (depth == 0) {
            root = grown;
        } else {
            children[slot(path[depth - 1], id.nibble(depth - 1))] = grown;
        }
        return true;
    }

    /** The hash of the whole tree; 32 zero bytes when it is empty. Cost: the stale hashes. */
    public NodeId root() {
        return root == NOTHING ? EMPTY_ROOT : hash(root);
    }

    /**
     * Computes some of the stale hashes, at most so many; true when none is left. Lets a room that has read its journal
     * get ready in slices rather than at the first {@link #root}, which takes some 1.4 hashes an id then.
     */
    public boolean freshen(int hashesMax) {
        return freshen(root, hashesComputed + hashesMax);
    }

    /**
     * The node at a path of hex digits of either case, or empty when no node is there: as for a character that is no
     * hex digit, or a path that goes on below a leaf. The path is given back as it came.
     */
    public Optional<MstNode> node(String path) {
        int ref = root;
        for (int depth = 0; depth < path.length(); depth++) {
            int nibble = HexPath.nibble(path.charAt(depth));
            if (ref <= NOTHING || nibble < 0) {
                return Optional.empty();
            }
            ref = children[slot(ref - 1, nibble)];
        }
        return ref == NOTHING ? Optional.empty() : Optional.of(wire(path, ref));
    }

    /**
     * The hash of the tree over those ids that start with the path, built there; empty if there are none. Unlike
     * {@link #node} this also answers below a leaf, since the hash of a lone id does not depend on its depth.
     */
    Optional<NodeId> hashUnder(String path) {
        int ref = under(path);
        return ref == NOTHING ? Optional.empty() : Optional.of(hash(ref));
    }

    /** The ids that start with the path, ascending. */
    List<NodeId> idsUnder(String path) {
        List<NodeId> found = new ArrayList<>();
        collect(under(path), found);
        return found;
    }

    /** How many bytes of memory the tree holds, room to grow included. */
    public long sizeBytes() {
        return ids.length
                + leafHashes.length
                + leafFresh.length
                + (long) Integer.BYTES * children.length
                + internalHashes.length
                + internalFresh.length;
    }

    /** How many hashes were computed so far, for tests of cost. */
    long hashesComputed() {
        return hashesComputed;
    }

    /** How many leaves and internal nodes there are. */
    int nodes() {
        return leaves + internals;
    }

    private int under(String path) {
        int ref = root;
        for (int depth = 0; depth < path.length(); depth++) {
            if (ref < NOTHING) {
                return HexPath.begins(path, leafId(ref)) ? ref : NOTHING;
            }
            if (ref == NOTHING) {
                return NOTHING;
            }
            int nibble = HexPath.nibble(path.charAt(depth));
            ref = nibble < 0 ? NOTHING : children[slot(ref - 1, nibble)];
        }
        return ref;
    }

    private void collect(int ref, List<NodeId> found) {
        if (ref < NOTHING) {
            found.add(leafId(ref));
        } else if (ref > NOTHING) {
            for (int nibble = 0; nibble < FAN; nibble++) {
                collect(children[slot(ref - 1, nibble)], found);
            }
        }
    }

    private MstNode wire(String path, int ref) {
        if (ref < NOTHING) {
            return new MstNode(path, hash(ref), List.of(), List.of(leafId(ref)));
        }
        NodeId hash = hash(ref);
        List<MstNode.Child> shown = new ArrayList<>();
        for (int nibble = 0; nibble < FAN; nibble++) {
            int child = children[slot(ref - 1, nibble)];
            if (child != NOTHING) {
                shown.add(new MstNode.Child(nibble, hash(child)));
            }
        }
        return new MstNode(path, hash, shown, List.of());
    }

    /** A chain of internal nodes from {@code depth} on, down to where the two leaves part. */
    private int split(int oldLeaf, int newLeaf, int depth) {
        NodeId oldId = leafId(oldLeaf);
        NodeId newId = leafId(newLeaf);
        int top = newInternal();
        int node = top - 1;
        int at = depth;
        while (oldId.nibble(at) == newId.nibble(at)) {
            int next = newInternal();
            children[slot(node, oldId.nibble(at))] = next;
            node = next - 1;
            at++;
        }
        children[slot(node, oldId.nibble(at))] = oldLeaf;
        children[slot(node, newId.nibble(at))] = newLeaf;
        return top;
    }

    private NodeId hash(int ref) {
        freshen(ref, Long.MAX_VALUE);
        return ref < NOTHING ? NodeId.of(leafHashes, (-ref - 1) * ID) : NodeId.of(internalHashes, (ref - 1) * ID);
    }

    /** Computes what is stale at and below a node, as long as fewer hashes were ever computed than {@code until}. */
    private boolean freshen(int ref, long until) {
        if (isFresh(ref)) {
            return true;
        }
        if (ref > NOTHING) {
            for (int nibble = 0; nibble < FAN; nibble++) {
                if (!freshen(children[slot(ref - 1, nibble)], until)) {
                    return false;
                }
            }
        }
        if (hashesComputed >= until) {
            return false;
        }
        hashesComputed++;
        if (ref < NOTHING) {
            int leaf = -ref - 1;
            Blake3.keyed(LEAF_KEY, ids, leaf * ID, ID).copyTo(leafHashes, leaf * ID);
            leafFresh[leaf] = true;
        } else {
            int node = ref - 1;
            for (int nibble = 0; nibble < FAN; nibble++) {
                join(children[slot(node, nibble)], nibble * ID);
            }
            Blake3.keyed(INTERNAL_KEY, joined, 0, joined.length).copyTo(internalHashes, node * ID);
            internalFresh[node] = true;
        }
        return true;
    }

    private boolean isFresh(int ref) {
        return ref == NOTHING || (ref < NOTHING ? leafFresh[-ref - 1] : internalFresh[ref - 1]);
    }

    private void join(int child, int offset) {
        if (child == NOTHING) {
            Arrays.fill(joined, offset, offset + ID, (byte) 0);
        } else if (child < NOTHING) {
            System.arraycopy(leafHashes, (-child - 1) * ID, joined, offset, ID);
        } else {
            System.arraycopy(internalHashes, (child - 1) * ID, joined, offset, ID);
        }
    }

    private NodeId leafId(int ref) {
        return NodeId.of(ids, (-ref - 1) * ID);
    }

    private static int slot(int node, int nibble) {
        return node * FAN + nibble;
    }

    private int newLeaf(NodeId id) {
        if (leaves == leafFresh.length) {
            int room = grown(leaves);
            ids = Arrays.copyOf(ids, Math.multiplyExact(room, ID));
            leafHashes = Arrays.copyOf(leafHashes, room * ID);
            leafFresh = Arrays.copyOf(leafFresh, room);
        }
        id.copyTo(ids, leaves * ID);
        leaves++;
        return -leaves;
    }

    private int newInternal() {
        if (internals == internalFresh.length) {
            int room = grown(internals);
            children = Arrays.copyOf(children, room * FAN);
            internalHashes = Arrays.copyOf(internalHashes, Math.multiplyExact(room, ID));
            internalFresh = Arrays.copyOf(internalFresh, room);
        }
        internals++;
        return internals;
    }

    /** A quarter more: growing stays linear in all, and little is held in vain. */
    private static int grown(int full) {
        return full + Math.max(8, full / 4);
    }
}
