package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;

/**
 * Pure Ed25519 (RFC 8032) by the fastest library that loads here: Amazon's native one, else BouncyCastle.
 *
 * <p>Both judge alike, because what libraries differ on is decided beside them. The signature of a node is judged as
 * the reference judges it, crafted keys included: a history must be the same everywhere. Other signatures, and the keys
 * that lock a room, are judged strictly: S must be below the group order, and the key and R must be canonical points of
 * the prime-order group, which all are that an honest signer makes.
 */
public final class Ed25519 {
    private Ed25519() {}

    /** The fastest checker that works on this machine. */
    public static Signatures best() {
        return Best.SIGNATURES;
    }

    /** Signs with the key of this seed of 32 bytes; the array is copied. Cost: some 60 µs a signature. */
    public static Signer signer(byte[] seed) {
        if (seed.length != org.bouncycastle.math.ec.rfc8032.Ed25519.SECRET_KEY_SIZE) {
            throw new IllegalArgumentException("a seed has 32 bytes, got " + seed.length);
        }
        return new SeedSigner(seed.clone());
    }

    private static final class Best {
        static final Signatures SIGNATURES =
                NativeEd25519.load().<Signatures>map(s -> s).orElseGet(PortableEd25519::new);
    }

    private static final class SeedSigner implements Signer {
        private final byte[] seed;
        private final byte[] key = new byte[PeerId.SIZE_BYTES];
        private final PeerId peer;

        SeedSigner(byte[] seed) {
            this.seed = seed;
            org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(seed, 0, key, 0);
            this.peer = PeerId.of(key);
        }

        @Override
        public PeerId peer() {
            return peer;
        }

        @Override
        public byte[] sign(NodeId id) {
            return signOver(id.toBytes());
        }

        @Override
        public byte[] signOver(byte[] message) {
            byte[] signature = new byte[Node.SIGNATURE_BYTES];
            org.bouncycastle.math.ec.rfc8032.Ed25519.sign(seed, 0, key, 0, message, 0, message.length, signature, 0);
            return signature;
        }
    }
}
