package dev.parley.core.history;

import dev.parley.core.id.PeerId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * Which bytes are keys: canonical points of the prime-order group. Remembers the ones asked for last, bounded in
 * number. Thread-safe.
 *
 * <p>Cost: some 130 µs for a key that is new here, and less than 1 µs for one that is not.
 */
final class Ed25519Keys {
    private static final int REMEMBERED_MAX = 8_192;

    private final Map<PeerId, Boolean> remembered = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Boolean> eldest) {
            return size() > REMEMBERED_MAX;
        }
    };

    boolean isKey(PeerId peer) {
        synchronized (remembered) {
            Boolean known = remembered.get(peer);
            if (known != null) {
                return known;
            }
        }
        // Outside the lock: two threads may find out the same thing.
        boolean isKey = primeOrderPoint(peer.toBytes(), 0);
        synchronized (remembered) {
            remembered.put(peer, isKey);
        }
        return isKey;
    }

    /** True if 32 bytes from {@code offset} on are a canonical point of the prime-order group. Cost: some 130 µs. */
    static boolean primeOrderPoint(byte[] bytes, int offset) {
        return Ed25519Encoding.point(bytes, offset) && Ed25519.validatePublicKeyFull(bytes, offset);
    }
}
