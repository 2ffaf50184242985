package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads values in the byte format of the protocol (spec 01 §2.1).
 *
 * <p>The first broken rule stops the reader where it stood: from then on {@link #ok()} is false, every read gives zero
 * or an empty value, and nothing is consumed. So a caller reads straight through and asks once, in {@link #result}.
 * Loops over a {@link #count} must also ask {@link #ok()}.
 *
 * <p>Errors: none thrown, whatever the bytes.
 *
 * <p>Cost: linear in the bytes read; nothing is allocated from a length or count before the bytes are seen to be there.
 */
public final class PostcardReader {
    private static final byte[] NO_BYTES = {};

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int at;
    private boolean canonical = true;
    private String brokenRule;
    /** The last key, and where its bytes stand. */
    private String key = "";

    private int keyAt;
    private int keyLength;

    public PostcardReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads {@code length} bytes from {@code offset} on; the array is not copied. */
    public PostcardReader(byte[] bytes, int offset, int length) {
        if ((offset | length) < 0 || offset > bytes.length - length) {
            throw new IndexOutOfBoundsException("offset " + offset + ", length " + length + " of " + bytes.length);
        }
        this.bytes = bytes;
        this.start = offset;
        this.end = offset + length;
        this.at = offset;
    }

    /** True as long as no rule was broken. */
    public boolean ok() {
        return brokenRule == null;
    }

    /** True if what was read is what a {@link PostcardWriter} would have written for it. */
    public boolean canonical() {
        return canonical;
    }

    /** Forgets what was not canonical so far, so that {@link #canonical()} speaks of what is read from here on. */
    void startCanonical() {
        canonical = true;
    }

    /** Position in the array handed in. */
    public int position() {
        return at;
    }

    /** How many bytes are left. */
    public int remaining() {
        return end - at;
    }

    /** The value, or the first broken rule and its offset in bytes from where this reader began. */
    public <T> Decoded<T> result(T value) {
        return ok() ? new Decoded.Whole<>(value) : new Decoded.Broken<>(brokenRule, at - start);
    }

    /** Declares a rule of the caller broken. The first one counts. */
    public void fail(String rule) {
        if (brokenRule == null) {
            brokenRule = rule;
        }
    }

    /** One byte, 0..255. */
    public int u8() {
        return take(1) ? bytes[at++] & 0xFF : 0;
    }

    /** An unsigned number of 64 bits. */
    public long u64() {
        return varint(10, 1);
    }

    /** An unsigned number of 32 bits. */
    public int u32() {
        return (int) varint(5, 0x0F);
    }

    /** A signed number of 32 bits. */
    public int i32() {
        int zigzag = u32();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** The number of a variant, below {@code variants}. */
    public int variant(int variants) {
        int before = at;
        int variant = u32();
        if (Integer.compareUnsigned(variant, variants) >= 0) {
            at = before;
            fail("unknown variant");
            return 0;
        }
        return variant;
    }

    /** The tag of an option: true if a value follows. */
    public boolean option() {
        if (!take(1)) {
            return false;
        }
        byte tag = bytes[at];
        if (tag != 0 && tag != 1) {
            fail("option tag is neither 0 nor 1");
            return false;
        }
        at++;
        return tag == 1;
    }

    /** How many elements follow, each of at least {@code elementBytesMin} bytes; broken if they cannot all be there. */
    public int count(int elementBytesMin) {
        int before = at;
        long count = u64();
        if (Long.compareUnsigned(count, remaining() / elementBytesMin) > 0) {
            at = before;
            fail("count runs past the end");
            return 0;
        }
        return (int) count;
    }

    /** Bytes after their length, copied. */
    public byte[] bytes() {
        int length = count(1);
        return raw(length);
    }

    /** Exactly {@code length} bytes, copied. */
    public byte[] raw(int length) {
        if (length == 0 || !take(length)) {
            return NO_BYTES;
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    /** Text after its length in bytes; strict UTF-8. */
    public String string() {
        int length = count(1);
        String text = utf8(at, length);
        at += ok() ? length : 0;
        return text;
    }

    /**
     * As {@link #string}, but equal texts that follow each other are one object: a node of many ops on one key would
     * otherwise take up many times its size.
     */
    public String key() {
        int length = count(1);
        if (ok() && Arrays.equals(bytes, at, at + length, bytes, keyAt, keyAt + keyLength)) {
            at += length;
            return key;
        }
        String text = utf8(at, length);
        if (!ok()) {
            return "";
        }
        key = text;
        keyAt = at;
        keyLength = length;
        at += length;
        return text;
    }

    /** One Unicode scalar value: the first of a text of 1 to 4 bytes. */
    public int character() {
        int before = at;
        int length = count(1);
        if (!ok()) {
            return 0;
        }
        if (length < 1 || length > 4) {
            at = before;
            fail("a character has 1 to 4 bytes");
            return 0;
        }
        String text = utf8(at, length);
        if (!ok()) {
            return 0;
        }
        at += length;
        int scalar = text.codePointAt(0);
        canonical &= text.length() == Character.charCount(scalar);
        return scalar;
    }

    /** 32 bytes. */
    public NodeId id() {
        if (!take(NodeId.SIZE_BYTES)) {
            return Zero.ID;
        }
        at += NodeId.SIZE_BYTES;
        return NodeId.of(bytes, at - NodeId.SIZE_BYTES);
    }

    /** 32 bytes. */
    public PeerId peer() {
        if (!take(PeerId.SIZE_BYTES)) {
            return Zero.PEER;
        }
        at += PeerId.SIZE_BYTES;
        return PeerId.of(bytes, at - PeerId.SIZE_BYTES);
    }

    /** Passes over {@code length} bytes. */
    public void skip(int length) {
        if (take(length)) {
            at += length;
        }
    }

    private boolean take(int length) {
        if (brokenRule != null) {
            return false;
        }
        if (remaining() < length) {
            fail("ends too early");
            return false;
        }
        return true;
    }

    private long varint(int bytesMax, int lastByteMax) {
        if (brokenRule != null) {
            return 0;
        }
        long value = 0;
        for (int i = 0; i < bytesMax; i++) {
            if (at + i >= end) {
                fail("ends too early");
                return 0;
            }
            byte group = bytes[at + i];
            if (i == bytesMax - 1 && (group & 0xFF) > lastByteMax) {
                fail("number too large for its type");
                return 0;
            }
            value |= (group & 0x7FL) << (7 * i);
            if (group >= 0) {
                canonical &= group != 0 || i == 0;
                at += i + 1;
                return value;
            }
        }
        throw new AssertionError("the last byte of a varint is bounded above");
    }

    /** The text of bytes that are there. */
    private String utf8(int offset, int length) {
        boolean ascii = true;
        for (int i = offset; i < offset + length; i++) {
            ascii &= bytes[i] >= 0;
        }
        if (ascii) {
            return length == 0 ? "" : new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
        }
        try {
            // A new decoder reports what is malformed instead of replacing it.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, offset, length))
                    .toString();
        } catch (CharacterCodingException malformed) {
            fail("text is not UTF-8");
            return "";
        }
    }

    private static final class Zero {
        static final NodeId ID = NodeId.of(new byte[NodeId.SIZE_BYTES]);
        static final PeerId PEER = PeerId.of(new byte[PeerId.SIZE_BYTES]);
    }
}
