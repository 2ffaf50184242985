package dev.parley.persistence.room;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link WireWriter} wrote.
 *
 * <p>Errors: throws {@link BrokenBytes} inside this package only; {@link #whole} turns it into {@link Decoded.Broken}.
 * Memory: a count is believed only as far as the bytes that are left can hold its items.
 */
final class WireReader {
    private final byte[] bytes;
    private int position;

    private WireReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The value that {@code reading} makes of exactly these bytes. */
    static <T> Decoded<T> whole(byte[] bytes, Function<WireReader, T> reading) {
        WireReader reader = new WireReader(bytes);
        try {
            T value = reading.apply(reader);
            return reader.position == bytes.length
                    ? new Decoded.Whole<>(value)
                    : new Decoded.Broken<>("bytes after the end", reader.position);
        } catch (BrokenBytes broken) {
            return new Decoded.Broken<>(broken.getMessage(), reader.position);
        } catch (IllegalArgumentException broken) {
            // A value type refused what was read, as a session id of 2^53 or more.
            return new Decoded.Broken<>("value out of range: " + broken.getMessage(), reader.position);
        }
    }

    BrokenBytes broken(String what) {
        return new BrokenBytes(what);
    }

    private void need(long sizeBytes) {
        if (sizeBytes < 0 || sizeBytes > bytes.length - position) {
            throw broken("truncated");
        }
    }

    int octet() {
        need(1);
        return bytes[position++] & 0xFF;
    }

    boolean bool() {
        int value = octet();
        if (value > 1) {
            throw broken("not a bool");
        }
        return value == 1;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = octet();
            if (shift == 63 && next > 1) {
                throw broken("number too long");
            }
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw broken("number too long");
    }

    /** A number that is a count, a size or a position. */
    int count() {
        long value = number();
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw broken("count out of range");
        }
        return (int) value;
    }

    long word() {
        need(8);
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | (bytes[position++] & 0xFF);
        }
        return value;
    }

    NodeId id() {
        need(NodeId.SIZE_BYTES);
        NodeId id = NodeId.of(bytes, position);
        position += NodeId.SIZE_BYTES;
        return id;
    }

    PeerId key() {
        need(PeerId.SIZE_BYTES);
        PeerId key = PeerId.of(bytes, position);
        position += PeerId.SIZE_BYTES;
        return key;
    }

    byte[] bytes() {
        int sizeBytes = count();
        need(sizeBytes);
        byte[] value = new byte[sizeBytes];
        System.arraycopy(bytes, position, value, 0, sizeBytes);
        position += sizeBytes;
        return value;
    }

    String text() {
        int sizeBytes = count();
        need(sizeBytes);
        String value = new String(bytes, position, sizeBytes, StandardCharsets.UTF_8);
        position += sizeBytes;
        return value;
    }

    <T> List<T> list(Function<WireReader, T> each) {
        int items = count();
        need(items); // An item has at least one byte.
        List<T> values = new ArrayList<>(Math.min(items, 1024));
        for (int i = 0; i < items; i++) {
            values.add(each.apply(this));
        }
        return values;
    }

    <T> Optional<T> optional(Function<WireReader, T> each) {
        return bool() ? Optional.of(each.apply(this)) : Optional.empty();
    }

    List<NodeId> ids() {
        return list(WireReader::id);
    }

    /** Bytes that are not what they should be. No stack: it never leaves this class. */
    static final class BrokenBytes extends RuntimeException {
        private static final long serialVersionUID = 1L;

        BrokenBytes(String what) {
            super(what, null, false, false);
        }
    }
}
