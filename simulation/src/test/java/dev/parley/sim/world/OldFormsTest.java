package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.ControlRequest;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SnapshotForm;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OldFormsTest {
    /** The golden lock of version 1, as the stored form describes it. */
    private static final String LOCK_V1 = "449c061fc3d12d1867a5961705f044e35c44a87f9ebe19e3a2609bb1aab86bc7"
            + "0707070707070707070707070707070707070707070707070707070707070707";

    private static final NodeId ROOT = NodeId.parse(LOCK_V1.substring(0, 64)).orElseThrow();
    private static final PeerId KEY = PeerId.parse(LOCK_V1.substring(64)).orElseThrow();
    private static final ControlRequest REQUEST = new ControlRequest(new SessionId(5), 9);

    @Test
    void theVersionBeforeWritesTheGoldenLock() {
        Row row = OldForms.row(new RoomEvent.RoomLocked(KEY, Optional.of(REQUEST), ROOT));

        assertThat(row.manifest()).isEqualTo(RoomEventForm.ROOM_LOCKED_V1);
        assertThat(HexFormat.of().formatHex(row.bytes())).isEqualTo(LOCK_V1);
        assertThat(row.event()).isEqualTo(new RoomEvent.RoomLocked(KEY, Optional.empty(), ROOT));
    }

    @Test
    void whatItKnewAlreadyIsWrittenAsNow() {
        RoomEvent event = new RoomEvent.NodesAppended(List.of(), ROOT);

        assertThat(OldForms.row(event).bytes()).isEqualTo(Row.of(event).bytes());
    }

    @Test
    void aSnapshotOfTheVersionBeforeGivesTheSameState() {
        RoomState room = RoomState.empty(World.ROOM);
        byte[] manifest = SnapshotForm.manifest(room, new int[0]);

        byte[] old = OldForms.manifest(World.ROOM, manifest, List.of());

        assertThat(old).hasSize(manifest.length - 1).startsWith(1);
        RoomState restored = SnapshotForm.restore(World.ROOM, old, List.of());
        assertThat(SnapshotForm.manifest(restored, new int[0])).isEqualTo(manifest);
    }

    @Test
    void aSnapshotThatHoldsWhatTheOldFormLacksStaysAsItIs() {
        RoomState room = RoomState.empty(World.ROOM);
        room = RoomRules.evolve(
                room,
                new RoomEvent.RoomLocked(KEY, Optional.of(REQUEST), room.view().root()));
        byte[] manifest = SnapshotForm.manifest(room, new int[0]);

        assertThat(OldForms.manifest(World.ROOM, manifest, List.of())).isEqualTo(manifest);
    }
}
