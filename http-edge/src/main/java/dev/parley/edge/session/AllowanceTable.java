package dev.parley.edge.session;

import dev.parley.core.id.RoomId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The extra allowance of each remote address in each room, on this member: what honest peers use to bring many offline edits
 * at once. Thread-safe.
 *
 * <p>Bounded: past {@code entriesMax} the entry unused longest is forgotten, which can only give an allowance back early.
 */
public final class AllowanceTable {
    /** How long a used-up allowance takes to be whole again. */
    public static final Duration REFILL = Duration.ofMinutes(10);

    private final Allowance.Size size;
    private final Map<Key, Allowance> drawn;

    private record Key(RoomId room, String address) {}

    /** {@code nodes} and {@code bytes} are the size of a whole allowance; 0 grants nothing. */
    public AllowanceTable(long nodes, long bytes, int entriesMax) {
        this.size = new Allowance.Size(nodes, bytes, REFILL.toMillis());
        this.drawn = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Allowance> eldest) {
                return size() > entriesMax;
            }
        };
    }

    /** Takes both amounts or nothing; true if they were there. */
    public synchronized boolean draw(RoomId room, String address, long nodes, long bytes, long nowMs) {
        Key key = new Key(room, address);
        Allowance before = drawn.getOrDefault(key, size.full(nowMs)).refilled(size, nowMs);
        Optional<Allowance> after = before.without(nodes, bytes);
        drawn.put(key, after.orElse(before)); // Also when refused: from now on this is the time it refills from.
        return after.isPresent();
    }

    synchronized int entries() {
        return drawn.size();
    }
}
