package dev.parley.sim.world;

import dev.parley.core.history.Decoded;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import dev.parley.sim.check.Violation;

/**
 * An event as it lies in the journal. {@code event} is what production's reader makes of the bytes, which is all that
 * anybody ever gets back.
 */
record Row(String manifest, byte[] bytes, RoomEvent event) {
    /** Errors: {@link Violation} when production cannot read these bytes. */
    static Row of(String manifest, byte[] bytes) {
        return switch (RoomEventForm.decode(manifest, bytes)) {
            case Decoded.Whole<RoomEvent>(var event) -> new Row(manifest, bytes, event);
            case Decoded.Broken<RoomEvent>(var what, var offsetBytes) ->
                throw new Violation("a stored event cannot be read: " + manifest + ": " + what + " at " + offsetBytes);
        };
    }

    /** The event as this version of the server stores it. */
    static Row of(RoomEvent event) {
        return of(RoomEventForm.manifest(event), RoomEventForm.encode(event));
    }
}
