package dev.parley.persistence.room;

/**
 * The two times of a room, from the one clock it is handed: {@code wallMs}, which tokens and lamports are judged by and
 * which may be set back, and a time for deadlines that never goes back.
 *
 * <p>Were deadlines times of the wall clock, one that is set back by an hour would keep a dead relay in the roster for that
 * hour, and whoever enters a room that has just moved would wait as long. A clock that is set forward carries the other
 * time along: a deadline that passes early does no harm.
 */
final class RoomTime {
    private long wallMs;
    private long setBackMs;

    RoomTime(long wallMs) {
        this.wallMs = wallMs;
    }

    /** The wall clock shows {@code nowMs}; gives the time for deadlines, in milliseconds since some moment. */
    long at(long nowMs) {
        setBackMs += Math.max(0, wallMs - nowMs);
        wallMs = nowMs;
        return nowMs + setBackMs;
    }

    /** What the wall clock showed last, in milliseconds since the epoch. */
    long wallMs() {
        return wallMs;
    }
}
