package dev.parley.core.id;

import java.util.Optional;

/**
 * The identity of a peer: its Ed25519 public key. It survives reconnects; {@code hello} claims it, only signatures prove
 * it.
 */
public final class PeerId extends Bytes32 implements Comparable<PeerId> {
    private PeerId(byte[] bytes, int offset) {
        super(bytes, offset);
    }

    /** Reads 32 bytes from {@code offset} on; the array is not kept. */
    public static PeerId of(byte[] bytes, int offset) {
        return new PeerId(bytes, offset);
    }

    /** The value of exactly 32 bytes. Errors: throws {@link IllegalArgumentException} for another length. */
    public static PeerId of(byte[] bytes) {
        return new PeerId(exactly32(bytes), 0);
    }

    /** Parses exactly 64 hex digits of either case (spec 03 §0.2); empty for anything else. */
    public static Optional<PeerId> parse(String hex) {
        return Bytes.parseHex(hex, SIZE_BYTES).map(PeerId::of);
    }

    @Override
    public int compareTo(PeerId that) {
        return compareWords(that);
    }
}
