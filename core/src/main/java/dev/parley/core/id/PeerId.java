package dev.parley.core.id;

import java.util.Optional;

/**
 * The identity of a peer: its Ed25519 public key. Survives reconnects; claimed in `hello`, proven only by signatures.
 *
 * <p>Shape: 32 bytes, held as four big-endian words; the order is unsigned and bytewise. Text form: 64 lower-case hex
 * digits.
 */
public final class PeerId implements Comparable<PeerId> {
    /** Size of the binary form in bytes. */
    public static final int SIZE_BYTES = 32;

    private final long w0;
    private final long w1;
    private final long w2;
    private final long w3;

    private PeerId(long w0, long w1, long w2, long w3) {
        this.w0 = w0;
        this.w1 = w1;
        this.w2 = w2;
        this.w3 = w3;
    }

    /** Reads 32 bytes from {@code offset} on; the array is not kept. */
    public static PeerId of(byte[] bytes, int offset) {
        return new PeerId(
                Bytes.word(bytes, offset),
                Bytes.word(bytes, offset + 8),
                Bytes.word(bytes, offset + 16),
                Bytes.word(bytes, offset + 24));
    }

    /** The value of exactly 32 bytes. Errors: throws {@link IllegalArgumentException} for another length. */
    public static PeerId of(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("32 bytes wanted, got " + bytes.length);
        }
        return of(bytes, 0);
    }

    /** Parses exactly 64 hex digits of either case (spec 03 §0.2); empty for anything else. */
    public static Optional<PeerId> parse(String hex) {
        return Bytes.parseHex(hex, SIZE_BYTES).map(PeerId::of);
    }

    /** Writes the 32 bytes from {@code offset} on. */
    public void copyTo(byte[] target, int offset) {
        Bytes.putWord(target, offset, w0);
        Bytes.putWord(target, offset + 8, w1);
        Bytes.putWord(target, offset + 16, w2);
        Bytes.putWord(target, offset + 24, w3);
    }

    /** A new array of the 32 bytes. */
    public byte[] toBytes() {
        byte[] bytes = new byte[SIZE_BYTES];
        copyTo(bytes, 0);
        return bytes;
    }

    /** Word {@code index} of 0..3, big-endian. */
    public long word(int index) {
        return switch (index) {
            case 0 -> w0;
            case 1 -> w1;
            case 2 -> w2;
            case 3 -> w3;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    /** Nibble {@code depth} of 0..63, the high half of a byte first (spec 02 §2.1). */
    public int nibble(int depth) {
        return (int) (word(depth >>> 4) >>> (60 - 4 * (depth & 15))) & 15;
    }

    /** 64 lower-case hex digits. */
    public String toHex() {
        return Bytes.toHex(toBytes());
    }

    @Override
    public int compareTo(PeerId that) {
        int order = Long.compareUnsigned(w0, that.w0);
        if (order == 0) {
            order = Long.compareUnsigned(w1, that.w1);
        }
        if (order == 0) {
            order = Long.compareUnsigned(w2, that.w2);
        }
        return order != 0 ? order : Long.compareUnsigned(w3, that.w3);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerId that && w0 == that.w0 && w1 == that.w1 && w2 == that.w2 && w3 == that.w3;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(w0 ^ w3);
    }

    @Override
    public String toString() {
        return toHex();
    }
}
