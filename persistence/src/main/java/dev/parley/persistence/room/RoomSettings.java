package dev.parley.persistence.room;

import dev.parley.core.history.NodeLimits;
import java.time.Duration;

/**
 * The bounds of one room. Each has its answer when it is reached.
 *
 * @param nodes what one node may be (spec 01 §16); a larger one is refused in the spec's words
 * @param acceptUnsigned reference mode: nodes with a signature of zeros are accepted (spec 01 §8.5)
 * @param nodesMax most nodes of the room; what comes after is refused with {@code room is full}
 * @param bytesMax most bytes of encoded nodes of the room; the same answer
 * @param orphanNodesMax most parked nodes; 0 parks none, as the reference does. The oldest are dropped first
 * @param orphanBytesMax the same, in bytes
 * @param orphanTtl how long a node is parked at most
 * @param turnNodesMax nodes decided before other messages get their turn; one larger pack is a turn of its own
 * @param eventBytesMax an event is split above this size, within one atomic write
 * @param ingressSubmitsMax packs that wait for the next group; a batch that finds no room is not taken, its relay
 *     sends it again
 * @param ingressBytesMax the same, in bytes of nodes
 * @param recentEventsMax events kept in memory for relays that missed some
 * @param recentBytesMax the same, in bytes
 * @param repairEventsMax most events that are read from the journal for one relay; one further behind starts anew
 * @param repairsMax journal reads for relays at one time; others ask again
 * @param reassemblyBytesMax most bytes of incomplete fragments of one relay
 * @param relayExpiry a relay that has not renewed its attachment for so long is gone
 * @param rosterSettle how long a room that moved waits for the relays that its roster named
 * @param idleTimeout a room without relays is put away after this
 * @param emptyRoomTimeout the same, for one that holds nothing
 * @param plansMax catch-up plans kept; the one unused longest goes first
 * @param planBytesMax the same, in bytes
 * @param snapshotBytesMin bytes of nodes since the last snapshot before the next one is worth its writing
 * @param snapshotGrowthPercent and by how much the room must have grown since
 */
public record RoomSettings(
        NodeLimits nodes,
        boolean acceptUnsigned,
        int nodesMax,
        long bytesMax,
        int orphanNodesMax,
        long orphanBytesMax,
        Duration orphanTtl,
        int turnNodesMax,
        int eventBytesMax,
        int ingressSubmitsMax,
        long ingressBytesMax,
        int recentEventsMax,
        long recentBytesMax,
        int repairEventsMax,
        int repairsMax,
        long reassemblyBytesMax,
        Duration relayExpiry,
        Duration rosterSettle,
        Duration idleTimeout,
        Duration emptyRoomTimeout,
        int plansMax,
        long planBytesMax,
        long snapshotBytesMin,
        int snapshotGrowthPercent) {
    public static final RoomSettings DEFAULT = new RoomSettings(
            NodeLimits.DEFAULT,
            false,
            10_000_000,
            4L << 30,
            10_000,
            64L << 20,
            Duration.ofSeconds(60),
            256,
            1 << 20,
            4_096,
            64L << 20,
            1_024,
            8L << 20,
            16_384,
            4,
            64L << 20,
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(300),
            Duration.ofSeconds(10),
            64,
            64L << 20,
            4L << 20,
            25);

    /** These settings with other bounds of the room itself. */
    public RoomSettings withRoomBounds(int newNodesMax, long newBytesMax) {
        return new RoomSettings(
                nodes,
                acceptUnsigned,
                newNodesMax,
                newBytesMax,
                orphanNodesMax,
                orphanBytesMax,
                orphanTtl,
                turnNodesMax,
                eventBytesMax,
                ingressSubmitsMax,
                ingressBytesMax,
                recentEventsMax,
                recentBytesMax,
                repairEventsMax,
                repairsMax,
                reassemblyBytesMax,
                relayExpiry,
                rosterSettle,
                idleTimeout,
                emptyRoomTimeout,
                plansMax,
                planBytesMax,
                snapshotBytesMin,
                snapshotGrowthPercent);
    }

    /** These settings with another way to park nodes whose parents are missing. */
    public RoomSettings withOrphans(int newOrphanNodesMax, Duration newOrphanTtl) {
        return new RoomSettings(
                nodes,
                acceptUnsigned,
                nodesMax,
                bytesMax,
                newOrphanNodesMax,
                orphanBytesMax,
                newOrphanTtl,
                turnNodesMax,
                eventBytesMax,
                ingressSubmitsMax,
                ingressBytesMax,
                recentEventsMax,
                recentBytesMax,
                repairEventsMax,
                repairsMax,
                reassemblyBytesMax,
                relayExpiry,
                rosterSettle,
                idleTimeout,
                emptyRoomTimeout,
                plansMax,
                planBytesMax,
                snapshotBytesMin,
                snapshotGrowthPercent);
    }

    /** These settings with other times after which a room without relays is put away. */
    public RoomSettings withIdle(Duration newIdleTimeout, Duration newEmptyRoomTimeout) {
        return new RoomSettings(
                nodes,
                acceptUnsigned,
                nodesMax,
                bytesMax,
                orphanNodesMax,
                orphanBytesMax,
                orphanTtl,
                turnNodesMax,
                eventBytesMax,
                ingressSubmitsMax,
                ingressBytesMax,
                recentEventsMax,
                recentBytesMax,
                repairEventsMax,
                repairsMax,
                reassemblyBytesMax,
                relayExpiry,
                rosterSettle,
                newIdleTimeout,
                newEmptyRoomTimeout,
                plansMax,
                planBytesMax,
                snapshotBytesMin,
                snapshotGrowthPercent);
    }

    /** These settings, accepting nodes with a signature of zeros. */
    public RoomSettings acceptingUnsigned() {
        return new RoomSettings(
                nodes,
                true,
                nodesMax,
                bytesMax,
                orphanNodesMax,
                orphanBytesMax,
                orphanTtl,
                turnNodesMax,
                eventBytesMax,
                ingressSubmitsMax,
                ingressBytesMax,
                recentEventsMax,
                recentBytesMax,
                repairEventsMax,
                repairsMax,
                reassemblyBytesMax,
                relayExpiry,
                rosterSettle,
                idleTimeout,
                emptyRoomTimeout,
                plansMax,
                planBytesMax,
                snapshotBytesMin,
                snapshotGrowthPercent);
    }

    /** These settings with other bounds of the queue of packs and of the events kept. */
    public RoomSettings withQueues(int newIngressSubmitsMax, long newIngressBytesMax, int newRecentEventsMax) {
        return new RoomSettings(
                nodes,
                acceptUnsigned,
                nodesMax,
                bytesMax,
                orphanNodesMax,
                orphanBytesMax,
                orphanTtl,
                turnNodesMax,
                eventBytesMax,
                newIngressSubmitsMax,
                newIngressBytesMax,
                newRecentEventsMax,
                recentBytesMax,
                repairEventsMax,
                repairsMax,
                reassemblyBytesMax,
                relayExpiry,
                rosterSettle,
                idleTimeout,
                emptyRoomTimeout,
                plansMax,
                planBytesMax,
                snapshotBytesMin,
                snapshotGrowthPercent);
    }

    /** These settings with snapshots at other sizes. */
    public RoomSettings withSnapshots(long newSnapshotBytesMin, int newSnapshotGrowthPercent) {
        return new RoomSettings(
                nodes,
                acceptUnsigned,
                nodesMax,
                bytesMax,
                orphanNodesMax,
                orphanBytesMax,
                orphanTtl,
                turnNodesMax,
                eventBytesMax,
                ingressSubmitsMax,
                ingressBytesMax,
                recentEventsMax,
                recentBytesMax,
                repairEventsMax,
                repairsMax,
                reassemblyBytesMax,
                relayExpiry,
                rosterSettle,
                idleTimeout,
                emptyRoomTimeout,
                plansMax,
                planBytesMax,
                newSnapshotBytesMin,
                newSnapshotGrowthPercent);
    }
}
