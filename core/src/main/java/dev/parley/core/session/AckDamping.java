package dev.parley.core.session;

import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Slows a peer that sends refused nodes for ever: the acknowledgement of a pack in which all was rejected waits one
 * second, doubling to 30 (spec 03 §12.1). {@code waiting} are those, by the number of their timer; {@code streak}
 * counts such packs since the last other one.
 */
public record AckDamping(int streak, Map<Long, ToPeer.PackAck> waiting) {
    static final AckDamping NONE = new AckDamping(0, Map.of());

    /** Reading pauses beyond this many, so that the memory for them is bounded. */
    private static final int WAITING_MAX = 1024;

    private static final int STREAK_MAX = 5;

    public AckDamping {
        waiting = Map.copyOf(waiting);
    }

    Duration delay() {
        return Duration.ofSeconds(Math.min(30, 1L << streak));
    }

    AckDamping delayed(long number, ToPeer.PackAck ack) {
        Map<Long, ToPeer.PackAck> more = new HashMap<>(waiting);
        more.put(number, ack);
        return new AckDamping(Math.min(STREAK_MAX, streak + 1), more);
    }

    AckDamping reset() {
        return streak == 0 ? this : new AckDamping(0, waiting);
    }

    Optional<ToPeer.PackAck> due(long number) {
        return Optional.ofNullable(waiting.get(number));
    }

    AckDamping without(long number) {
        Map<Long, ToPeer.PackAck> fewer = new HashMap<>(waiting);
        fewer.remove(number);
        return new AckDamping(streak, fewer);
    }

    boolean mayGrow() {
        return waiting.size() < WAITING_MAX;
    }
}
