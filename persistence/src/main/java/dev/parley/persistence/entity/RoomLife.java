package dev.parley.persistence.entity;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.StandardReconciler;
import dev.parley.persistence.room.CorruptRoom;
import dev.parley.persistence.room.Frontdesk;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SnapshotSchedule;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One life of a room, from its recovery to its end: what {@link RoomDesk} decides, and besides it what is recovered from,
 * when a snapshot is due, what the room takes of its member's memory, and what is said when it ends.
 *
 * <p>Deterministic, without clock or I/O; an actor and the simulator run it alike, in this order:
 *
 * <ul>
 *   <li>{@link #restored} with the newest snapshot if {@link #usesSnapshots}, {@link #applied} with each event after it,
 *       then {@link #recovered} or {@link #notRecovered};
 *   <li>{@link #receive}, {@link #flush}, {@link #tick} and {@link #lock} as {@link RoomDesk} says. What is to be written
 *       goes through {@link #applied} before it is durable, event by event. Once it is durable {@link #persisted} is
 *       called, then {@link #snapshotDue}: nobody waits for a snapshot, and {@link #snapshotEnded} follows it;
 *   <li>{@link #end}, however it ends, unless the whole member does. A failed write, a fenced one and one whose outcome is
 *       unknown end it alike: its state holds what may not be there.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class RoomLife {
    /** About what a node takes besides its encoded bytes, and a room that holds nothing. */
    private static final long NODE_BYTES = 160;

    private static final long ROOM_BYTES = 16 << 10;

    private final RoomId room;
    private final RoomContext context;
    private final RecoverySource source;
    private final RoomDesk desk;
    private final SnapshotSchedule snapshots;
    private long eventsReplayed;
    private boolean isRecovered;
    private boolean failureIsSaid;
    private boolean snapshotUnderWay;

    /** {@code incarnation} differs from that of every other life of this room; {@code nowMs} is when this one began. */
    public RoomLife(RoomId room, RoomContext context, RecoverySource source, long incarnation, long nowMs) {
        this(
                room,
                context,
                source,
                incarnation,
                nowMs,
                new RoomRules(context.settings(), context.server(), context.signatures(), context.policies()));
    }

    /** The same, deciding by these rules. */
    public RoomLife(
            RoomId room, RoomContext context, RecoverySource source, long incarnation, long nowMs, RoomRules rules) {
        this.room = room;
        this.context = context;
        this.source = source;
        this.snapshots = new SnapshotSchedule(context.settings());
        this.desk = new RoomDesk(
                incarnation,
                context.settings(),
                rules,
                new Frontdesk(context.server(), context.signatures(), new StandardReconciler(), context.composition()),
                nowMs);
    }

    /** What this room says and what waits in it: to look at, and to be told of repairs. */
    public RoomDesk desk() {
        return desk;
    }

    /** True if recovery begins with the newest snapshot there is, false if with the first event. */
    public boolean usesSnapshots() {
        return source.usesSnapshots();
    }

    /** The state of a snapshot that the store holds to be intact; empty if it is of no use: start another life. */
    public Optional<RoomState> restored(Object stored) {
        Optional<RoomState> state = source.restored(stored);
        state.ifPresent(room -> snapshots.recovered(room.view().bytes()));
        return state;
    }

    /** Why the snapshot was of no use. */
    public Optional<RuntimeException> unusable() {
        return source.useless();
    }

    /**
     * The state after an event that the journal has or is to get.
     *
     * <p>Errors: {@link CorruptRoom} for one that cannot follow.
     */
    public RoomState applied(RoomState state, RoomEvent event) {
        RoomState next = RoomRules.evolve(state, event);
        if (!isRecovered) {
            eventsReplayed++;
        }
        return next;
    }

    /**
     * All events up to {@code lastSeq}, the journal's last, have been applied: the room may be spoken to.
     *
     * <p>Errors: {@link CorruptRoom} when the state is not of that seq.
     */
    public void recovered(RoomState state, long lastSeq) {
        if (state.seq() != lastSeq) {
            throw new CorruptRoom(room, state.seq(), "the journal ends at " + lastSeq);
        }
        isRecovered = true;
        context.meters().roomStarted(room);
        context.ledger().recovered(room);
        account(state);
        if (lastSeq == 0 && state.lockKey().isEmpty()) {
            context.meters().openRoomMade(room);
        }
    }

    /**
     * The room cannot be recovered: it ends here. A journal that {@code isAway} may be asked again at once; the room rests
     * if it is damaged. True when this is news: the same failure may be told more than once.
     */
    public boolean notRecovered(boolean isAway, long nowMs) {
        if (failureIsSaid) {
            return false;
        }
        failureIsSaid = true;
        if (!isAway) {
            context.ledger().damaged(room, nowMs);
        }
        return true;
    }

    public boolean isRecovered() {
        return isRecovered;
    }

    /** Events applied to recover, after the snapshot if there was one. */
    public long eventsReplayed() {
        return eventsReplayed;
    }

    /** A relay says something. */
    public List<RoomEffect> receive(RoomState state, ToRoom message, long nowMs) {
        return desk.receive(state, message, nowMs);
    }

    /** Decides what waits, up to a turn's nodes. */
    public List<RoomEffect> flush(RoomState state, long nowMs) {
        context.meters().ingressDepth(room, desk.ingressSubmits());
        return desk.flush(state, nowMs);
    }

    /** Time passed. A room that nobody uses goes at once when memory is short. */
    public List<RoomEffect> tick(RoomState state, long nowMs) {
        context.meters().orphans(room, desk.orphans());
        account(state);
        List<RoomEffect> out = new ArrayList<>();
        if (context.ledger().crowded() && desk.unused()) {
            out.add(new RoomEffect.Passivate());
        }
        out.addAll(desk.tick(state, nowMs));
        return out;
    }

    /** Locks the room as its operator. */
    public List<RoomEffect> lock(RoomState state, PeerId key) {
        return desk.lock(state, key);
    }

    /** A repair from the journal has ended, well or not. */
    public void repaired(RelayId relay) {
        desk.repaired(relay);
    }

    /** True if a snapshot is to be made of this state, which is durable; it counts as made. One at a time is saved. */
    public boolean snapshotDue(RoomState state) {
        if (snapshotUnderWay || !snapshots.due(state.view().bytes())) {
            return false;
        }
        snapshotUnderWay = true;
        return true;
    }

    /** The snapshot that was due is saved, or will not be. */
    public void snapshotEnded() {
        snapshotUnderWay = false;
    }

    /** The events of the last write are durable, and {@code after} is the state that they made. */
    public List<RoomEffect> persisted(RoomState after, List<RoomEvent> events, long nowMs) {
        RoomMetering.accepted(context.meters(), room, events);
        return desk.persisted(after, nowMs);
    }

    /** This life is over. */
    public List<RoomEffect> end() {
        List<RoomEffect> last = desk.end();
        if (isRecovered) {
            context.meters().roomStopped(room);
            context.ledger().gone(room);
        }
        return last;
    }

    /** What this room takes of the member's memory: its nodes with their indexes, and what it keeps besides. */
    private void account(RoomState state) {
        long bytes =
                ROOM_BYTES + state.view().bytes() + NODE_BYTES * state.view().count() + desk.bytesHeld();
        context.ledger().holds(room, bytes);
        context.meters().roomBytes(room, bytes);
    }
}
