package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.Set;

/** Which nodes pass the write rule unasked because they are snapshot nodes (spec 01 §15.1). */
final class SnapshotExemption {
    private static final String HASH = "\0snap:hash";
    private static final String FRONT = "\0snap:front";
    private static final Set<String> KEYS =
            Set.of(HASH, FRONT, "\0snap:base", "\0snap:policy:hash", "\0snap:policy:cutover");

    private SnapshotExemption() {}

    /** A node that sets {@code \0snap:hash}, among whatever else: the reference asks for no more. */
    static boolean marked(Transaction transaction) {
        return transaction.ops().stream()
                .anyMatch(op -> op instanceof Op.MapSet set && set.key().equals(HASH));
    }

    /** A node of the server's that sets snapshot keys alone, with a hash of 32 bytes and a frontier that decodes. */
    static boolean wellFormed(Transaction transaction, PeerId server) {
        boolean hash = false;
        boolean front = false;
        for (Op op : transaction.ops()) {
            if (!(op instanceof Op.MapSet set) || !KEYS.contains(set.key())) {
                return false;
            }
            if (set.key().equals(HASH)) {
                if (set.value().length != NodeId.SIZE_BYTES) {
                    return false;
                }
                hash = true;
            } else if (set.key().equals(FRONT)) {
                if (!frontier(set.value())) {
                    return false;
                }
                front = true;
            }
        }
        return hash && front && transaction.author().equals(server);
    }

    private static boolean frontier(byte[] bytes) {
        PostcardReader reader = new PostcardReader(bytes);
        reader.skip(reader.count(NodeId.SIZE_BYTES) * NodeId.SIZE_BYTES);
        return reader.ok();
    }
}
