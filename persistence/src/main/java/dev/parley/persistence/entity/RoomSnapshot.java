package dev.parley.persistence.entity;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.journal.SegmentedSnapshot;
import dev.parley.persistence.room.CorruptRoom;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SnapshotForm;
import java.util.ArrayList;
import java.util.List;

/**
 * A room's state on its way to a snapshot store. Immutable: the manifest is made on the room's thread, segments are made
 * from the view when the store asks for them.
 */
public record RoomSnapshot(HistoryView view, int[] segmentEnds, byte[] manifest) implements SegmentedSnapshot {
    public static RoomSnapshot of(RoomState state) {
        return of(state, SnapshotForm.SEGMENT_BYTES);
    }

    /** The same, cut into segments of about so many bytes. */
    public static RoomSnapshot of(RoomState state, int segmentBytes) {
        int[] ends = SnapshotForm.segmentEnds(state.view(), segmentBytes);
        return new RoomSnapshot(state.view(), ends, SnapshotForm.manifest(state, ends));
    }

    /** The state that a store gave back, from whatever store it comes. */
    public static RoomState restore(RoomId room, Object stored) {
        if (!(stored instanceof SegmentedSnapshot snapshot)) {
            throw new CorruptRoom(room, 0, "snapshot of an unknown kind: " + stored.getClass());
        }
        List<byte[]> segments = new ArrayList<>();
        for (int i = 0; i < snapshot.segmentCount(); i++) {
            segments.add(snapshot.segment(i));
        }
        return SnapshotForm.restore(room, snapshot.manifest(), segments);
    }

    @Override
    public int segmentCount() {
        return segmentEnds.length;
    }

    @Override
    public byte[] segment(int index) {
        return SnapshotForm.segment(view, index == 0 ? 0 : segmentEnds[index - 1], segmentEnds[index]);
    }
}
