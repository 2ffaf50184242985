package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes values in the byte format of the protocol (spec 01 §2): fields one after the other, numbers as the shortest
 * varint. There is one encoding of each value. Every method appends and returns this writer.
 */
public final class PostcardWriter {
    private byte[] bytes;
    private int size;

    public PostcardWriter() {
        this(256);
    }

    /** Room for {@code sizeBytes} before the buffer has to grow. */
    public PostcardWriter(int sizeBytes) {
        bytes = new byte[Math.max(16, sizeBytes)];
    }

    /** One byte, the low eight bits. */
    public PostcardWriter u8(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** A varint of 1 to 10 bytes; {@code value} is unsigned. */
    public PostcardWriter u64(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** A varint of 1 to 5 bytes; {@code value} is unsigned. */
    public PostcardWriter u32(int value) {
        return u64(Integer.toUnsignedLong(value));
    }

    /** A zigzag varint of 1 to 5 bytes. */
    public PostcardWriter i32(int value) {
        return u32((value << 1) ^ (value >> 31));
    }

    /** The tag of an option; the value of a present one follows. */
    public PostcardWriter option(boolean present) {
        return u8(present ? 1 : 0);
    }

    /** A length in bytes, then UTF-8. Shape: no unpaired surrogates. */
    public PostcardWriter string(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One Unicode scalar value, written like a string that holds it. */
    public PostcardWriter character(int scalar) {
        return string(Character.toString(scalar));
    }

    /** A length, then the bytes. */
    public PostcardWriter bytes(byte[] value) {
        return u64(value.length).raw(value);
    }

    /** The bytes alone. */
    public PostcardWriter raw(byte[] value) {
        return raw(value, 0, value.length);
    }

    /** {@code length} bytes from {@code offset} on, alone. */
    public PostcardWriter raw(byte[] value, int offset, int length) {
        ensure(length);
        System.arraycopy(value, offset, bytes, size, length);
        size += length;
        return this;
    }

    /** The 32 bytes. */
    public PostcardWriter id(NodeId id) {
        ensure(NodeId.SIZE_BYTES);
        id.copyTo(bytes, size);
        size += NodeId.SIZE_BYTES;
        return this;
    }

    /** The 32 bytes. */
    public PostcardWriter peer(PeerId peer) {
        ensure(PeerId.SIZE_BYTES);
        peer.copyTo(bytes, size);
        size += PeerId.SIZE_BYTES;
        return this;
    }

    /** How many bytes were written. */
    public int sizeBytes() {
        return size;
    }

    /** A new array of all that was written. */
    public byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            int wanted = Math.addExact(size, more);
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(2L * bytes.length, wanted)));
        }
    }
}
