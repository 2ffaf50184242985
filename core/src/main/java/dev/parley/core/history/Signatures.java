package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;

/**
 * Checks signatures. Implementations are thread-safe. Cost: one Ed25519 check, some 50–170 µs, unless handed a cheap
 * scheme.
 */
public interface Signatures {
    /**
     * True if {@code signature} (64 bytes) is the author's over the 32 raw bytes of the id (spec 01 §5).
     *
     * <p>Exactly as the reference judges, or histories would part: the key may be any encoding of any point, S must be
     * below the group order, and [S]B − [k]A, encoded canonically, must be the 32 bytes of R. So anybody can sign for a
     * key of small order; nobody should be granted anything by such a key. A crafted key may cost some 2 ms.
     */
    boolean valid(PeerId author, NodeId id, byte[] signature);

    /**
     * True if {@code signature} (64 bytes) is the key's over any message (room tokens, spec 01 §12). Strict: false
     * unless key and R are canonical points of the prime-order group, for a token opens a room, and anybody can sign
     * for a key of small order.
     */
    boolean validOver(PeerId key, byte[] message, byte[] signature);

    /**
     * True if the 32 bytes can be a locking key (spec 04 §4). Strict: they must be a canonical point of the prime-order
     * group, for a room that is locked with a key of small order lets anybody in.
     */
    boolean isKey(PeerId key);
}
