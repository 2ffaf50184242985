package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;

/** Paths of the tree as they go over the wire: hex digits of either case, one a nibble. */
final class HexPath {
    private HexPath() {}

    /** The value of a hex digit of either case, or −1. Other digits of Unicode are none. */
    static int nibble(char digit) {
        if (digit >= '0' && digit <= '9') {
            return digit - '0';
        }
        int letter = digit | 0x20;
        return digit < 0x80 && letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
    }

    /** True if the id starts with the path. */
    static boolean begins(String path, NodeId id) {
        if (path.length() > Mst.DEPTH_MAX) {
            return false;
        }
        for (int depth = 0; depth < path.length(); depth++) {
            if (id.nibble(depth) != nibble(path.charAt(depth))) {
                return false;
            }
        }
        return true;
    }
}
