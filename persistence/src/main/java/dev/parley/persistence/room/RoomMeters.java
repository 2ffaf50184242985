package dev.parley.persistence.room;

import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Difference;
import java.time.Duration;

/** Where rooms and relays report what they did. Methods are called from any thread and must be quick. */
public interface RoomMeters {
    RoomMeters NONE = new RoomMeters() {};

    default void roomStarted(RoomId room) {}

    default void roomStopped(RoomId room) {}

    /** A room replayed its journal: how long it took, and how many events. */
    default void recovered(RoomId room, Duration took, long events, int nodes) {}

    /** One group decided: time on the entity's thread, submits and nodes in it. */
    default void merged(Duration took, int submits, int nodes) {}

    default void accepted(RoomId room, int nodes) {}

    /** {@code reason} is {@code ceiling} or {@code wall_skew} (spec 04 §10). */
    default void lamportRejected(String reason) {}

    /** From the persist call to its answer. */
    default void journaled(Duration took, int events, int nodes) {}

    /** A room was made that nobody has locked: whoever reaches it may write. */
    default void openRoomMade(RoomId room) {}

    /** Time from a hello's arrival at the room to its answer. */
    default void reconciled(Difference.Strategy strategy, Duration took) {}

    /** Packs that wait in the room for the next group. */
    default void ingressDepth(RoomId room, int submits) {}

    default void orphans(RoomId room, int nodes) {}

    /** About what the room takes of the member's memory. */
    default void roomBytes(RoomId room, long bytes) {}

    default void relayed(int sessions, int bytes) {}

    /** Where a subscription left something out. */
    enum FilterStage {
        CATCHUP,
        BROADCAST
    }

    /** Nodes, and bytes of them, that subscriptions left out, once for each session; packs of which nothing was left. */
    default void filtered(RoomId room, FilterStage stage, long nodes, long bytes, long packsDropped) {}
}
