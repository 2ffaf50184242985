package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one member knows of its rooms beyond the life of each: the bytes of those in memory, and which could not be
 * recovered. Thread-safe.
 *
 * <p>A room whose journal holds what cannot be its past would be read again for every message of a peer that insists. It
 * rests instead: a second after the first failure, twice as long after each further one, 30 s at most. A journal that is
 * away makes no room rest.
 */
public final class RoomLedger {
    static final long REST_MIN_MS = 1_000;
    static final long REST_MAX_MS = 30_000;

    /** How long a room for which there is no memory waits before it tries again. */
    private static final Duration CROWDED = Duration.ofSeconds(1);

    /** Damaged rooms remembered; beyond that the next one is tried as if it were the first time. */
    private static final int DAMAGED_MAX = 10_000;

    private record Damaged(int failures, long untilMs) {}

    private final long residentBytesMax;
    private final Map<RoomId, Long> resident = new ConcurrentHashMap<>();
    private final AtomicLong residentBytes = new AtomicLong();
    private final Map<RoomId, Damaged> damaged = new ConcurrentHashMap<>();

    public RoomLedger(long residentBytesMax) {
        this.residentBytesMax = residentBytesMax;
    }

    public static RoomLedger unbounded() {
        return new RoomLedger(Long.MAX_VALUE);
    }

    /** What the rooms in memory take, as far as each has said. */
    public long residentBytes() {
        return residentBytes.get();
    }

    /** Bytes of one room; empty when it is not in memory here. */
    public OptionalLong residentBytes(RoomId room) {
        Long bytes = resident.get(room);
        return bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes);
    }

    /** True if a room that is not in memory may not come in, and one that nobody uses should go. */
    public boolean crowded() {
        return residentBytes.get() >= residentBytesMax;
    }

    /** True if this room is in memory, or may come in. */
    public boolean mayEnter(RoomId room) {
        return !crowded() || resident.containsKey(room);
    }

    /** Rooms that could not be recovered and have not been since. */
    public int damaged() {
        return damaged.size();
    }

    /** A room in memory takes so many bytes now. */
    public void holds(RoomId room, long bytes) {
        resident.compute(room, (id, before) -> {
            residentBytes.addAndGet(bytes - (before == null ? 0 : before));
            return bytes;
        });
    }

    /** A room is in memory no more. */
    public void gone(RoomId room) {
        resident.computeIfPresent(room, (id, bytes) -> {
            residentBytes.addAndGet(-bytes);
            return null;
        });
    }

    /** A room came back from its journal: what went wrong before is forgotten. */
    public void recovered(RoomId room) {
        damaged.remove(room);
    }

    /** The room's journal is no possible past of it. */
    public void damaged(RoomId room, long nowMs) {
        damaged.compute(room, (id, before) -> {
            if (before == null && damaged.size() >= DAMAGED_MAX) {
                return null;
            }
            int failures = before == null ? 0 : before.failures();
            long restMs = Math.min(REST_MAX_MS, REST_MIN_MS << Math.min(failures, 20));
            return new Damaged(failures + 1, nowMs + restMs);
        });
    }

    /** How long a room may not start now: while it rests after damage, or for want of memory; empty when it may. */
    public Optional<Duration> restOf(RoomId room, long nowMs) {
        long restMs = restMs(room, nowMs);
        if (restMs > 0) {
            return Optional.of(Duration.ofMillis(restMs));
        }
        return mayEnter(room) ? Optional.empty() : Optional.of(CROWDED);
    }

    /** How long the room is still to rest. */
    long restMs(RoomId room, long nowMs) {
        Damaged known = damaged.get(room);
        return known == null ? 0 : Math.clamp(known.untilMs() - nowMs, 0, REST_MAX_MS);
    }
}
