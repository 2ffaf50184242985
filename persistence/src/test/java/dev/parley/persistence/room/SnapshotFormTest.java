package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.ROOM;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotFormTest {
    private static RoomState grow(RoomState room, List<Node> nodes) {
        RoomRules rules = new RoomRules(RoomSettings.DEFAULT, Fixtures.SERVER, Fixtures.TRUSTING);
        Flushed flushed =
                rules.decide(room, List.of(Fixtures.submit(S1, 1, nodes.toArray(new Node[0]))), 1_700_000_000_000L);
        RoomState next = room;
        for (RoomEvent event : flushed.events()) {
            next = RoomRules.evolve(next, event);
        }
        return next;
    }

    private static List<byte[]> segments(RoomState room) {
        int[] ends = SnapshotForm.segmentEnds(room.view());
        List<byte[]> segments = new ArrayList<>();
        int start = 0;
        for (int end : ends) {
            segments.add(SnapshotForm.segment(room.view(), start, end));
            start = end;
        }
        return segments;
    }

    private static RoomState throughASnapshot(RoomState room) {
        return SnapshotForm.restore(
                ROOM, SnapshotForm.manifest(room, SnapshotForm.segmentEnds(room.view())), segments(room));
    }

    private static void assertSame(RoomState restored, RoomState room) {
        assertThat(restored.seq()).isEqualTo(room.seq());
        assertThat(restored.view().root()).isEqualTo(room.view().root());
        assertThat(restored.view().count()).isEqualTo(room.view().count());
        assertThat(restored.view().clock()).isEqualTo(room.view().clock());
        assertThat(restored.index().mst().root()).isEqualTo(room.index().mst().root());
        assertThat(restored.index().wide()).isEqualTo(room.index().wide());
        assertThat(restored.index().narrow()).isEqualTo(room.index().narrow());
        assertThat(restored.lockKey()).isEqualTo(room.lockKey());
        assertThat(restored.policies()).isEqualTo(room.policies());
    }

    @Test
    void anEmptyRoomComesBack() {
        assertSame(throughASnapshot(RoomState.empty(ROOM)), RoomState.empty(ROOM));
    }

    @Test
    void aRoomOfSegmentsComesBackAndGrowsOn() {
        List<Node> large = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            large.add(node(1, i + 1, "k" + i, SnapshotForm.SEGMENT_BYTES / 9));
        }
        RoomState room = grow(RoomState.empty(ROOM), large);
        room = RoomRules.evolve(
                room,
                new RoomEvent.RoomLocked(
                        Fixtures.peer(7),
                        java.util.Optional.empty(),
                        room.view().root()));

        RoomState restored = throughASnapshot(room);

        assertThat(segments(room)).hasSize(2);
        assertSame(restored, room);
        assertSame(grow(restored, chain(2, 5, 30)), grow(room, chain(2, 5, 30)));
    }

    @Test
    void aSegmentStaysAsItIsWhileTheRoomGrows() {
        List<Node> large = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            large.add(node(1, i + 1, "k" + i, SnapshotForm.SEGMENT_BYTES / 9));
        }
        RoomState room = grow(RoomState.empty(ROOM), large);
        List<byte[]> before = segments(room);
        room = grow(room, chain(2, 40, 30));

        List<byte[]> after = segments(room);

        assertThat(before).hasSize(1);
        assertThat(after.getFirst()).isEqualTo(before.getFirst());
    }

    @Test
    void damageIsCorruptionAndNotAnotherState() {
        RoomState room = grow(RoomState.empty(ROOM), chain(1, 3, 1));
        byte[] manifest = SnapshotForm.manifest(room, new int[0]);

        for (int length = 0; length < manifest.length; length += 7) {
            byte[] cut = Arrays.copyOf(manifest, length);
            assertThatThrownBy(() -> SnapshotForm.restore(ROOM, cut, List.of())).isInstanceOf(CorruptRoom.class);
        }
        assertThatThrownBy(() -> SnapshotForm.restore(ROOM, manifest, List.of(new byte[0])))
                .isInstanceOf(CorruptRoom.class)
                .hasMessageContaining("segment");
        byte[] newer = manifest.clone();
        newer[0] = 3;
        assertThatThrownBy(() -> SnapshotForm.restore(ROOM, newer, List.of()))
                .isInstanceOf(CorruptRoom.class)
                .hasMessageContaining("newer server");
    }

    @Test
    void snapshotsComeInProportionToTheRoom() {
        SnapshotSchedule schedule = new SnapshotSchedule(RoomSettings.DEFAULT);
        long written = 0;
        int snapshots = 0;
        long last = 0;
        long longestTail = 0;
        long bytes = 0;
        for (int event = 0; event < 100_000; event++) {
            bytes += 10_000;
            longestTail = Math.max(longestTail, bytes - last);
            if (schedule.due(bytes)) {
                snapshots++;
                written += SnapshotForm.SEGMENT_BYTES + (bytes - last);
                last = bytes;
            }
        }

        assertThat(snapshots).isBetween(15, 60);
        assertThat(written).isLessThan(2 * bytes);
        assertThat(longestTail).isLessThanOrEqualTo(SnapshotSchedule.BYTES_MAX + 10_000);
    }

    @Test
    void aRecoveredRoomGoesOnFromItsSnapshot() {
        SnapshotSchedule schedule =
                new SnapshotSchedule(RoomSettings.DEFAULT.with(new RoomSettings.Snapshots(1_000, 25)));
        schedule.recovered(10_000);

        assertThat(schedule.due(12_499)).isFalse();
        assertThat(schedule.due(12_500)).isTrue();
        assertThat(schedule.due(12_501)).isFalse();
    }
}
