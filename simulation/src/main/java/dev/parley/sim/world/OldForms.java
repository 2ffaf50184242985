package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.CorruptRoom;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import dev.parley.persistence.room.SnapshotForm;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * What the version before writes: the same forms, except for locks without the request that asked for them, and for
 * snapshots without the list of such requests. Written from the description of the old forms, not by production code.
 *
 * <pre>
 * parley.room-locked.v1   root after (32), key (32)
 * snapshot manifest 1     as version 2, without its last list
 * </pre>
 */
final class OldForms {
    private static final byte MANIFEST_WITHOUT_CONTROLS = 1;

    private OldForms() {}

    static Row row(RoomEvent event) {
        return event instanceof RoomEvent.RoomLocked locked
                ? Row.of(
                        RoomEventForm.ROOM_LOCKED_V1,
                        ByteBuffer.allocate(64)
                                .put(locked.rootAfter().toBytes())
                                .put(locked.key().toBytes())
                                .array())
                : Row.of(event);
    }

    /** The old form of a snapshot's manifest, or the manifest as it is when it has something that the old one lacks. */
    static byte[] manifest(RoomId room, byte[] manifest, List<byte[]> segments) {
        byte[] old = Arrays.copyOf(manifest, manifest.length - 1);
        old[0] = MANIFEST_WITHOUT_CONTROLS;
        try {
            SnapshotForm.restore(room, old, segments);
            return old;
        } catch (CorruptRoom hasControls) {
            return manifest;
        }
    }
}
