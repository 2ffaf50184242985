package dev.parley.core.reconcile;

import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The build rule of the tree (spec 02 §2.1), word for word and without any state: what {@link Mst} must agree with. */
final class Roots {
    private static final byte[] LEAF = "nodalmerge-mst-leaf-000000000000".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INTERNAL = "nodalmerge-mst-internal-00000000".getBytes(StandardCharsets.US_ASCII);

    private Roots() {}

    static NodeId of(Collection<NodeId> ids) {
        return ids.isEmpty() ? Mst.EMPTY_ROOT : build(0, List.copyOf(new TreeSet<>(ids)));
    }

    private static NodeId build(int depth, List<NodeId> ids) {
        if (ids.size() == 1) {
            return Blake3.keyed(LEAF, ids.getFirst().toBytes(), 0, 32);
        }
        byte[] children = new byte[512];
        for (int nibble = 0; nibble < 16; nibble++) {
            int part = nibble;
            List<NodeId> below =
                    ids.stream().filter(id -> id.nibble(depth) == part).toList();
            if (!below.isEmpty()) {
                build(depth + 1, below).copyTo(children, 32 * nibble);
            }
        }
        return Blake3.keyed(INTERNAL, children, 0, children.length);
    }
}
