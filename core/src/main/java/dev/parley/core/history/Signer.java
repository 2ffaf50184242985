package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;

/** Signs with one private key. Implementations are thread-safe. */
public interface Signer {
    /** The public key. */
    PeerId peer();

    /** 64 bytes, R then S, over the 32 raw bytes of the id. */
    byte[] sign(NodeId id);

    /** 64 bytes over any message (room tokens). */
    byte[] signOver(byte[] message);
}
