package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import java.time.Duration;
import java.util.Optional;

/** Whether a room may start now: not while it rests after damage, nor when there is no memory for it. */
final class RoomRest {
    /** How long a room for which there is no memory waits before it tries again. */
    private static final Duration CROWDED = Duration.ofSeconds(1);

    private RoomRest() {}

    /** How long the room is not to start; empty when it may. */
    static Optional<Duration> of(RoomId room, RoomContext context) {
        long restMs = context.ledger().restMs(room, context.nowMs().getAsLong());
        if (restMs > 0) {
            return Optional.of(Duration.ofMillis(restMs));
        }
        return context.ledger().mayEnter(room) ? Optional.empty() : Optional.of(CROWDED);
    }
}
