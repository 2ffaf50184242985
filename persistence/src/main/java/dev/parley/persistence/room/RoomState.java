package dev.parley.persistence.room;

import dev.parley.core.access.PolicyTimeline;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.RoomIndex;
import java.util.List;
import java.util.Optional;

/**
 * The durable side of a room: all that its events made, and nothing else.
 *
 * <p>It grows in place, by {@link RoomRules#evolve} only, because histories are append-only: views taken earlier keep
 * their meaning. One thread owns it; a failed write ends the state with the room.
 */
public final class RoomState {
    private final RoomId room;
    private final History history;
    private final RoomIndex index;
    private long seq;
    private Optional<PeerId> lockKey;
    private PolicyTimeline policies;
    private final ControlRequests controls;

    private RoomState(
            RoomId room,
            History history,
            RoomIndex index,
            long seq,
            Optional<PeerId> lockKey,
            PolicyTimeline policies,
            List<ControlRequest> controls) {
        this.room = room;
        this.history = history;
        this.index = index;
        this.seq = seq;
        this.lockKey = lockKey;
        this.policies = policies;
        this.controls = new ControlRequests(controls);
    }

    /** A room in which nothing has happened yet. */
    public static RoomState empty(RoomId room) {
        return new RoomState(
                room, new History(), new RoomIndex(), 0, Optional.empty(), PolicyTimeline.START, List.of());
    }

    /** The state that {@code seq} events made, put together from a snapshot. The history and the index are kept. */
    static RoomState restored(
            RoomId room,
            History history,
            RoomIndex index,
            long seq,
            Optional<PeerId> lockKey,
            PolicyTimeline policies,
            List<ControlRequest> controls) {
        return new RoomState(room, history, index, seq, lockKey, policies, controls);
    }

    public RoomId room() {
        return room;
    }

    /** The room's nodes as of now. O(1); safe to hand to another thread. */
    public HistoryView view() {
        return history.view();
    }

    /** Filters and tree over exactly the nodes of {@link #view()}; they change with the room. */
    public RoomIndex index() {
        return index;
    }

    /** The journal position of the last event, 0 for none. */
    public long seq() {
        return seq;
    }

    /** The key that tokens must be signed with, once the room is locked. */
    public Optional<PeerId> lockKey() {
        return lockKey;
    }

    /** The policy by which live nodes are judged. */
    public WritePolicy writePolicy() {
        return policies.current();
    }

    public PolicyTimeline policies() {
        return policies;
    }

    /** The control commands of sessions that were carried out last, oldest first. */
    ControlRequests controls() {
        return controls;
    }

    void append(Node node) {
        history.append(node);
        index.add(node.id());
    }

    void lock(PeerId key) {
        lockKey = Optional.of(key);
    }

    void setPolicy(WritePolicy policy) {
        policies = policies.plus(policy);
    }

    void advance() {
        seq++;
    }
}
