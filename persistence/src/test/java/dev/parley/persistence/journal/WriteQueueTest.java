package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A room has one write at a time, so first in, first out serves the rooms in turns; a group is bounded besides. */
class WriteQueueTest {
    private static final JournalMeters METERS = new RecordingMeters();

    private static RoomWrite write(String room, long bytes) {
        return new RoomWrite(room, "w", 1, 1, List.of(), bytes, 0, new CompletableFuture<>());
    }

    private static List<String> rooms(List<RoomWrite> group) {
        return group.stream().map(RoomWrite::persistenceId).toList();
    }

    @Test
    void aHugeWriteOfOneRoomHoldsTheOthersUpForItselfOnly() {
        WriteQueue queue = new WriteQueue(1_000, 1_000_000);
        queue.offer(write("small 1", 100));
        queue.offer(write("huge", 900_000));
        for (int i = 2; i < 52; i++) {
            queue.offer(write("small " + i, 100));
        }

        assertThat(rooms(queue.takeGroup(100, 10_000, METERS))).containsExactly("small 1");
        assertThat(rooms(queue.takeGroup(100, 10_000, METERS))).containsExactly("huge");
        assertThat(queue.takeGroup(100, 10_000, METERS)).hasSize(50);
    }

    @Test
    void aRoomThatWritesAgainAndAgainStandsBehindThoseWhoCameMeanwhile() {
        WriteQueue queue = new WriteQueue(1_000, 1_000_000);
        queue.offer(write("flooded", 8_000));
        assertThat(rooms(queue.takeGroup(100, 10_000, METERS))).containsExactly("flooded");
        queue.offer(write("healthy", 100));

        queue.offer(write("flooded", 8_000)); // Its first is durable now.

        assertThat(rooms(queue.takeGroup(100, 8_050, METERS))).containsExactly("healthy");
    }

    @Test
    void beyondItsBoundsAWriteIsRefused() {
        WriteQueue few = new WriteQueue(2, 1_000_000);
        few.offer(write("a", 1));
        few.offer(write("b", 1));
        WriteQueue light = new WriteQueue(100, 1_000);
        light.offer(write("a", 900));

        assertThat(few.offer(write("c", 1))).isEqualTo(WriteQueue.Offered.FULL);
        assertThat(light.offer(write("b", 200))).isEqualTo(WriteQueue.Offered.FULL);
        assertThat(new WriteQueue(1, 1_000).offer(write("alone", 5_000))).isEqualTo(WriteQueue.Offered.QUEUED);
    }
}
