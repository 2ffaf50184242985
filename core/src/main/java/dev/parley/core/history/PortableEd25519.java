package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Checks with BouncyCastle, on any machine. It compares both sides of the equation but for points of small order, so R
 * is looked at besides; the reference compares exactly. Cost: some 200 µs a check.
 *
 * <p>BouncyCastle takes keys and Rs of large order only. Where the reference takes others, {@link ExactEd25519}
 * decides, for some 2 ms a check at most; what honest signers make never comes there.
 */
final class PortableEd25519 implements Signatures {
    private final Ed25519Keys keys = new Ed25519Keys();

    @Override
    public boolean valid(PeerId author, NodeId id, byte[] signature) {
        byte[] message = id.toBytes();
        if (!Ed25519Encoding.sBelowOrder(signature)) {
            return false;
        }
        // A key of prime order makes Rs of prime order and the neutral element, and no other.
        return keys.isKey(author) && !Ed25519Encoding.neutral(signature, 0)
                ? validOver(author, message, signature)
                : ExactEd25519.valid(author.toBytes(), message, signature);
    }

    @Override
    public boolean validOver(PeerId key, byte[] message, byte[] signature) {
        return Ed25519Encoding.strictSignature(signature)
                && keys.isKey(key)
                && Ed25519.verify(signature, 0, key.toBytes(), 0, message, 0, message.length)
                && Ed25519Keys.primeOrderPoint(signature, 0);
    }

    @Override
    public boolean isKey(PeerId key) {
        return keys.isKey(key);
    }
}
