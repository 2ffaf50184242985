package dev.parley.sim.world;

import dev.parley.core.session.SessionSettings;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.RoomSettings;
import java.time.Duration;

/**
 * The settings of a run that its seed draws, small in some runs so that bounds are met. Sizes are bytes, times
 * milliseconds; names are those of the settings.
 *
 * @param edge those of sockets and sessions
 * @param pieceBytes what one message between members carries; larger ones are cut
 */
public record Bounds(
        EdgeBounds edge,
        int nodes,
        int turnNodes,
        int eventBytes,
        int ingressPacks,
        long ingressBytes,
        long reassemblyBytes,
        int recentEvents,
        long recentBytes,
        int repairEvents,
        int plans,
        int orphanNodes,
        long orphanTtlMs,
        long idleMs,
        long emptyMs,
        long snapshotBytes,
        int ringSteps,
        long ringBytes,
        long batchBytes,
        long queuedBytes,
        int pieceBytes) {
    /** Those of production, but for a small chunk and socket. */
    public static final Bounds USUAL = new Bounds(
            EdgeBounds.USUAL,
            RoomSettings.Limits.DEFAULT.nodesMax(),
            RoomSettings.Intake.DEFAULT.turnNodesMax(),
            RoomSettings.Intake.DEFAULT.eventBytesMax(),
            RoomSettings.Intake.DEFAULT.packsMax(),
            RoomSettings.Intake.DEFAULT.bytesMax(),
            RoomSettings.Intake.DEFAULT.reassemblyBytesMax(),
            RoomSettings.Repair.DEFAULT.recentEventsMax(),
            RoomSettings.Repair.DEFAULT.recentBytesMax(),
            RoomSettings.Repair.DEFAULT.eventsMax(),
            RoomSettings.Plans.DEFAULT.countMax(),
            RoomSettings.Orphans.DEFAULT.nodesMax(),
            RoomSettings.Orphans.DEFAULT.ttl().toMillis(),
            RoomSettings.Lifetime.DEFAULT.idleTimeout().toMillis(),
            RoomSettings.Lifetime.DEFAULT.emptyTimeout().toMillis(),
            RoomSettings.Snapshots.DEFAULT.bytesMin(),
            RelaySettings.DEFAULT.ringSteps(),
            RelaySettings.DEFAULT.ringBytes(),
            RelaySettings.DEFAULT.batchBytes(),
            RelaySettings.DEFAULT.queuedBytesMax(),
            Fragments.SIZE_BYTES_MAX);

    /** These with the smallest bounds of what is kept for relays, of a turn and of plans. */
    Bounds with(Chance chance, int nodesMost) {
        return new Bounds(
                edge,
                nodesMost,
                (int) chance.between(4, 16),
                eventBytes,
                ingressPacks,
                ingressBytes,
                reassemblyBytes,
                (int) chance.between(1, 4),
                recentBytes,
                repairEvents,
                (int) chance.between(1, 2),
                orphanNodes,
                orphanTtlMs,
                idleMs,
                emptyMs,
                snapshotBytes,
                ringSteps,
                ringBytes,
                batchBytes,
                queuedBytes,
                pieceBytes);
    }

    public RoomSettings room() {
        RoomSettings d = RoomSettings.DEFAULT;
        RoomSettings.Limits l = d.limits();
        return d.with(new RoomSettings.Limits(l.node(), l.acceptUnsigned(), nodes, l.bytesMax()))
                .with(new RoomSettings.Intake(turnNodes, eventBytes, ingressPacks, ingressBytes, reassemblyBytes))
                .with(new RoomSettings.Repair(
                        recentEvents, recentBytes, repairEvents, d.repair().readsMax()))
                .with(new RoomSettings.Plans(plans, d.plans().bytesMax()))
                .with(new RoomSettings.Orphans(orphanNodes, d.orphans().bytesMax(), Duration.ofMillis(orphanTtlMs)))
                .with(new RoomSettings.Lifetime(Duration.ofMillis(idleMs), Duration.ofMillis(emptyMs)))
                .with(new RoomSettings.Snapshots(snapshotBytes, d.snapshots().growthPercent()));
    }

    public RelaySettings relay() {
        RelaySettings d = RelaySettings.DEFAULT;
        return new RelaySettings(
                d.roomWait(),
                d.attachEvery(),
                d.silence(),
                d.retryMin(),
                d.retryMax(),
                d.resendAfter(),
                d.repairEvery(),
                d.grace(),
                ringSteps,
                ringBytes,
                batchBytes,
                queuedBytes,
                reassemblyBytes,
                Math.max(1, edge.socketMessages() / 2),
                d.burstBytes(),
                d.presence(),
                d.parents());
    }

    public SessionSettings session() {
        return edge.session();
    }
}
