package dev.parley.core.id;

/**
 * 32 bytes as a value: what ids, hashes and public keys are made of.
 *
 * <p>Shape: four big-endian words; the order is unsigned and bytewise. Text form: 64 lower-case hex digits. Values of
 * different kinds are never equal.
 */
public abstract sealed class Bytes32 permits NodeId, PeerId {
    /** Size of the binary form in bytes. */
    public static final int SIZE_BYTES = 32;

    private final long w0;
    private final long w1;
    private final long w2;
    private final long w3;

    Bytes32(byte[] bytes, int offset) {
        this.w0 = Bytes.word(bytes, offset);
        this.w1 = Bytes.word(bytes, offset + 8);
        this.w2 = Bytes.word(bytes, offset + 16);
        this.w3 = Bytes.word(bytes, offset + 24);
    }

    static byte[] exactly32(byte[] bytes) {
        if (bytes.length != SIZE_BYTES) {
            throw new IllegalArgumentException("32 bytes wanted, got " + bytes.length);
        }
        return bytes;
    }

    /** Writes the 32 bytes from {@code offset} on. */
    public final void copyTo(byte[] target, int offset) {
        Bytes.putWord(target, offset, w0);
        Bytes.putWord(target, offset + 8, w1);
        Bytes.putWord(target, offset + 16, w2);
        Bytes.putWord(target, offset + 24, w3);
    }

    /** A new array of the 32 bytes. */
    public final byte[] toBytes() {
        byte[] bytes = new byte[SIZE_BYTES];
        copyTo(bytes, 0);
        return bytes;
    }

    /** Word {@code index} of 0..3, big-endian. */
    public final long word(int index) {
        return switch (index) {
            case 0 -> w0;
            case 1 -> w1;
            case 2 -> w2;
            case 3 -> w3;
            default -> throw new IndexOutOfBoundsException(index);
        };
    }

    /** 64 lower-case hex digits. */
    public final String toHex() {
        return Bytes.toHex(toBytes());
    }

    final int compareWords(Bytes32 that) {
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
    public final boolean equals(Object other) {
        return other instanceof Bytes32 that
                && w0 == that.w0
                && w1 == that.w1
                && w2 == that.w2
                && w3 == that.w3
                && getClass() == that.getClass();
    }

    @Override
    public final int hashCode() {
        return Long.hashCode(w0 ^ w3);
    }

    @Override
    public final String toString() {
        return toHex();
    }
}
