package dev.parley.persistence.room;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Appends the primitives that our own messages and events are made of.
 *
 * <pre>
 * primitive   form
 * byte        1 byte
 * bool        1 byte, 0 or 1
 * number      LEB128 of the 64 bits, 1 to 10 bytes
 * word        8 bytes, big-endian
 * id, key     32 bytes
 * bytes, text number of bytes, then these; text is UTF-8
 * list        number of items, then these
 * optional    bool, then the value if it is there
 * </pre>
 */
final class WireWriter {
    private byte[] bytes;
    private int size;

    WireWriter(int expectedBytes) {
        bytes = new byte[Math.max(32, expectedBytes)];
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(size + more, bytes.length + (bytes.length >> 1)));
        }
    }

    WireWriter octet(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    WireWriter bool(boolean value) {
        return octet(value ? 1 : 0);
    }

    WireWriter number(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    WireWriter word(long value) {
        room(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    WireWriter id(NodeId id) {
        room(NodeId.SIZE_BYTES);
        id.copyTo(bytes, size);
        size += NodeId.SIZE_BYTES;
        return this;
    }

    WireWriter key(PeerId key) {
        room(PeerId.SIZE_BYTES);
        key.copyTo(bytes, size);
        size += PeerId.SIZE_BYTES;
        return this;
    }

    WireWriter bytes(byte[] value) {
        number(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    WireWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    <T> WireWriter list(List<T> values, BiConsumer<WireWriter, T> each) {
        number(values.size());
        for (T value : values) {
            each.accept(this, value);
        }
        return this;
    }

    <T> WireWriter optional(Optional<T> value, BiConsumer<WireWriter, T> each) {
        bool(value.isPresent());
        value.ifPresent(present -> each.accept(this, present));
        return this;
    }

    WireWriter ids(List<NodeId> ids) {
        room(10 + ids.size() * NodeId.SIZE_BYTES);
        return list(ids, WireWriter::id);
    }
}
