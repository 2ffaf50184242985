package dev.parley.core.history;

import dev.parley.core.id.Bytes;

/** The identity of a list item: 16 bytes, held as two big-endian words, ordered unsigned. */
public record ItemId(long high, long low) implements Comparable<ItemId> {
    @Override
    public int compareTo(ItemId that) {
        int order = Long.compareUnsigned(high, that.high);
        return order != 0 ? order : Long.compareUnsigned(low, that.low);
    }

    /** A new array of the 16 bytes. */
    public byte[] toBytes() {
        return java.nio.ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /** 32 lower-case hex digits. */
    @Override
    public String toString() {
        return Bytes.toHex(toBytes());
    }
}
