package dev.parley.core.state;

import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state hash of a resolved map (spec 05 §6). Lists and texts take no part.
 *
 * <p>Layout of the hashed bytes, for each entry in key order:
 *
 * <pre>
 * size  field
 * 4     length of the key in bytes, little-endian
 * k     key, UTF-8
 * 4     length of the value in bytes, little-endian
 * v     value; a blob's is its 32 hash bytes
 * </pre>
 */
public final class CanonicalHash {
    /** The key of encrypted ops, which replay leaves out of map and hash. */
    public static final String ENCRYPTED_KEY = "\0e2ee";

    private CanonicalHash() {}

    /** Over every entry: what an archive import reports. */
    public static NodeId whole(SortedMap<String, byte[]> map) {
        List<byte[]> parts = new ArrayList<>(2 * map.size());
        inKeyOrder(map).forEach((key, value) -> {
            byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
            parts.add(ByteBuffer.allocate(8 + keyBytes.length)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(keyBytes.length)
                    .put(keyBytes)
                    .putInt(value.length)
                    .array());
            parts.add(value);
        });
        return Blake3.hash(parts.toArray(byte[][]::new));
    }

    /** Over all but the encrypted ops: the hash of replay, archives and lineage. */
    public static NodeId of(SortedMap<String, byte[]> map) {
        return whole(withoutEncrypted(map));
    }

    /** Over all but the system keys, which start with U+0000: the hash inside a snapshot node. */
    public static NodeId forSnapshot(SortedMap<String, byte[]> map) {
        SortedMap<String, byte[]> kept = inKeyOrder(map);
        kept.keySet().removeIf(key -> key.startsWith("\0"));
        return whole(kept);
    }

    /** A copy of the map without the encrypted ops, in key order. */
    public static SortedMap<String, byte[]> withoutEncrypted(SortedMap<String, byte[]> map) {
        SortedMap<String, byte[]> kept = inKeyOrder(map);
        kept.remove(ENCRYPTED_KEY);
        return kept;
    }

    private static SortedMap<String, byte[]> inKeyOrder(SortedMap<String, byte[]> map) {
        SortedMap<String, byte[]> sorted = new TreeMap<>(MapState.KEY_ORDER);
        sorted.putAll(map);
        return sorted;
    }
}
