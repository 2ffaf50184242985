package dev.parley.persistence.room;

import dev.parley.core.history.NodeLimits;
import java.time.Duration;

/** The bounds of one room, in groups. Each has its answer when it is reached. */
public record RoomSettings(
        Limits limits,
        Orphans orphans,
        Intake intake,
        Repair repair,
        Rosters rosters,
        Lifetime lifetime,
        Plans plans,
        Snapshots snapshots) {
    /**
     * What may be in a room.
     *
     * @param node what one node may be (spec 01 §16); a larger one is refused in the spec's words
     * @param acceptUnsigned reference mode: nodes with a signature of zeros are accepted (spec 01 §8.5)
     * @param nodesMax most nodes of the room; what comes after is refused with {@code room is full}
     * @param bytesMax most bytes of encoded nodes of the room; the same answer
     */
    public record Limits(NodeLimits node, boolean acceptUnsigned, int nodesMax, long bytesMax) {
        public static final Limits DEFAULT = new Limits(NodeLimits.DEFAULT, false, 10_000_000, 4L << 30);
    }

    /**
     * Nodes that wait for a missing parent. When one has to go, its sender is told
     * {@code missing_parent: n node(s) unresolved}.
     *
     * @param nodesMax most parked nodes; 0 parks none, as the reference does. The oldest are dropped first
     * @param bytesMax the same, in bytes
     * @param ttl how long a node is parked at most
     */
    public record Orphans(int nodesMax, long bytesMax, Duration ttl) {
        public static final Orphans DEFAULT = new Orphans(10_000, 64L << 20, Duration.ofSeconds(60));
    }

    /**
     * How packs come in.
     *
     * @param turnNodesMax nodes decided before other messages get their turn; one larger pack is a turn of its own
     * @param eventBytesMax an event is split above this size, within one atomic write
     * @param packsMax packs that wait for the next group; a batch that finds no room is not taken, its relay sends it
     *     again. One batch is taken whatever its size when nothing else waits: else it could never be
     * @param bytesMax the same, in bytes of nodes
     * @param reassemblyBytesMax most bytes of incomplete fragments of one relay; the oldest transfers are dropped, and
     *     sent again by their relay
     */
    public record Intake(int turnNodesMax, int eventBytesMax, int packsMax, long bytesMax, long reassemblyBytesMax) {
        public static final Intake DEFAULT = new Intake(256, 1 << 20, 4_096, 64L << 20, 64L << 20);
    }

    /**
     * What relays that missed steps can have.
     *
     * @param recentEventsMax events kept in memory for relays that missed some
     * @param recentBytesMax the same, in bytes
     * @param eventsMax most events that are read from the journal for one relay; the sessions of one further behind end
     *     with 4001
     * @param readsMax journal reads for relays at one time; others ask again
     */
    public record Repair(int recentEventsMax, long recentBytesMax, int eventsMax, int readsMax) {
        public static final Repair DEFAULT = new Repair(1_024, 8L << 20, 16_384, 4);
    }

    /**
     * Who is in the room.
     *
     * @param relayExpiry a relay that has not renewed its attachment for so long is gone
     * @param settle how long a room that moved waits for the relays that its roster named
     */
    public record Rosters(Duration relayExpiry, Duration settle) {
        public static final Rosters DEFAULT = new Rosters(Duration.ofSeconds(10), Duration.ofSeconds(3));
    }

    /**
     * How long a room stays in memory.
     *
     * @param idleTimeout a room without relays is put away after this
     * @param emptyTimeout the same, for one that holds nothing
     */
    public record Lifetime(Duration idleTimeout, Duration emptyTimeout) {
        public static final Lifetime DEFAULT = new Lifetime(Duration.ofSeconds(300), Duration.ofSeconds(10));
    }

    /**
     * Catch-up plans.
     *
     * @param countMax plans kept; the one unused longest goes first, and is made anew when it is asked for
     * @param bytesMax the same, in bytes
     */
    public record Plans(int countMax, long bytesMax) {
        public static final Plans DEFAULT = new Plans(64, 64L << 20);
    }

    /**
     * When a snapshot is made.
     *
     * @param bytesMin bytes of nodes since the last snapshot before the next one is worth its writing
     * @param growthPercent and by how much the room must have grown since
     */
    public record Snapshots(long bytesMin, int growthPercent) {
        public static final Snapshots DEFAULT = new Snapshots(4L << 20, 25);
    }

    public static final RoomSettings DEFAULT = new RoomSettings(
            Limits.DEFAULT,
            Orphans.DEFAULT,
            Intake.DEFAULT,
            Repair.DEFAULT,
            Rosters.DEFAULT,
            Lifetime.DEFAULT,
            Plans.DEFAULT,
            Snapshots.DEFAULT);

    /** These settings with other limits of what may be in the room. */
    public RoomSettings with(Limits other) {
        return new RoomSettings(other, orphans, intake, repair, rosters, lifetime, plans, snapshots);
    }

    /** These settings with another way to park nodes whose parents are missing. */
    public RoomSettings with(Orphans other) {
        return new RoomSettings(limits, other, intake, repair, rosters, lifetime, plans, snapshots);
    }

    /** These settings with other bounds of the packs that come in. */
    public RoomSettings with(Intake other) {
        return new RoomSettings(limits, orphans, other, repair, rosters, lifetime, plans, snapshots);
    }

    /** These settings with other bounds of what relays that missed steps can have. */
    public RoomSettings with(Repair other) {
        return new RoomSettings(limits, orphans, intake, other, rosters, lifetime, plans, snapshots);
    }

    /** These settings with other times after which a room without relays is put away. */
    public RoomSettings with(Lifetime other) {
        return new RoomSettings(limits, orphans, intake, repair, rosters, other, plans, snapshots);
    }

    /** These settings with other bounds of the catch-up plans. */
    public RoomSettings with(Plans other) {
        return new RoomSettings(limits, orphans, intake, repair, rosters, lifetime, other, snapshots);
    }

    /** These settings with snapshots at other sizes. */
    public RoomSettings with(Snapshots other) {
        return new RoomSettings(limits, orphans, intake, repair, rosters, lifetime, plans, other);
    }
}
