package dev.parley.persistence.room;

/** One life of one member's relay of a room; unique in the cluster. */
public record RelayId(long value) implements Comparable<RelayId> {
    @Override
    public int compareTo(RelayId that) {
        return Long.compare(value, that.value);
    }
}
