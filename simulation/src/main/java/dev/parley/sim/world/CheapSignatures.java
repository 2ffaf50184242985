package dev.parley.sim.world;

import dev.parley.core.history.Blake3;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.Arrays;

/**
 * Signatures that anybody could forge and that cost one hash: the peer id keys a hash over the message. Whoever changes
 * a node, its id or its author still breaks it.
 */
final class CheapSignatures implements Signatures {
    static final CheapSignatures INSTANCE = new CheapSignatures();

    private CheapSignatures() {}

    @Override
    public boolean valid(PeerId author, NodeId id, byte[] signature) {
        return validOver(author, id.toBytes(), signature);
    }

    @Override
    public boolean validOver(PeerId key, byte[] message, byte[] signature) {
        return Arrays.equals(signed(key, message), signature);
    }

    @Override
    public boolean isKey(PeerId key) {
        return true;
    }

    /** Signs as this peer. */
    static Signer signer(PeerId peer) {
        return new Signer() {
            @Override
            public PeerId peer() {
                return peer;
            }

            @Override
            public byte[] sign(NodeId id) {
                return signed(peer, id.toBytes());
            }

            @Override
            public byte[] signOver(byte[] message) {
                return signed(peer, message);
            }
        };
    }

    private static byte[] signed(PeerId key, byte[] message) {
        byte[] signature = new byte[64];
        Blake3.keyed(key.toBytes(), message, 0, message.length).copyTo(signature, 0);
        Arrays.fill(signature, 32, 64, (byte) 1);
        return signature;
    }
}
