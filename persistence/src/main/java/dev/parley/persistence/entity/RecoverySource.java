package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomState;
import java.util.Optional;

/**
 * What a room recovers from: its newest snapshot and the events after it, or the whole journal once a snapshot turned
 * out to be of no use. It outlives the one start that found out.
 */
public final class RecoverySource {
    private final RoomId room;
    private volatile Optional<RuntimeException> useless = Optional.empty();

    public RecoverySource(RoomId room) {
        this.room = room;
    }

    /** True if the newest snapshot is to be asked for; the journal has all of it still. */
    public boolean usesSnapshots() {
        return useless.isEmpty();
    }

    /** The state that a store gave back; empty if none can be made of it: start anew, which takes none then. */
    public Optional<RoomState> restored(Object stored) {
        try {
            return Optional.of(RoomSnapshot.restore(room, stored));
        } catch (RuntimeException unusable) {
            useless = Optional.of(unusable);
            return Optional.empty();
        }
    }

    /** Why a snapshot was of no use. */
    public Optional<RuntimeException> useless() {
        return useless;
    }
}
