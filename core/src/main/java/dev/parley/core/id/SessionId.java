package dev.parley.core.id;

/**
 * One connection of one peer to one room.
 *
 * <p>Shape: 0 below 2^53, so that a JSON number holds it; unique in the cluster for the life of the session.
 */
public record SessionId(long value) implements Comparable<SessionId> {
    public SessionId {
        if (value < 0 || value >= 1L << 53) {
            throw new IllegalArgumentException("a session id is below 2^53");
        }
    }

    @Override
    public int compareTo(SessionId that) {
        return Long.compare(value, that.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
