package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Small writes go first, large ones are passed over once at most; a group is bounded besides. */
class WriteQueueTest {
    private static final JournalMeters METERS = new RecordingMeters();
    private static final int LARGE = 50_000;

    private static RoomWrite write(String room, long bytes) {
        return new RoomWrite(room, "w", 1, 1, List.of(), bytes, 0, new CompletableFuture<>());
    }

    private static List<String> rooms(List<RoomWrite> group) {
        return group.stream().map(RoomWrite::persistenceId).toList();
    }

    private final WriteQueue queue = new WriteQueue(1_000, 1_000_000);

    @Test
    void aHugeWriteOfOneRoomHoldsTheOthersUpForItselfOnly() {
        queue.offer(write("huge", 900_000));
        for (int i = 0; i < 50; i++) {
            queue.offer(write("small " + i, 100));
        }

        assertThat(queue.takeGroup(100, 100_000, METERS)).hasSize(50);
        queue.offer(write("small again", 100));
        assertThat(rooms(queue.takeGroup(100, 100_000, METERS))).containsExactly("huge");
        assertThat(rooms(queue.takeGroup(100, 100_000, METERS))).containsExactly("small again");
    }

    @Test
    void aSmallWriteIsInTheNextGroupHoweverManyLargeOnesWait() {
        for (int i = 0; i < 10; i++) {
            queue.offer(write("flooded " + i, LARGE));
        }
        queue.offer(write("healthy", 100));

        assertThat(rooms(queue.takeGroup(100, 2 * LARGE + 200, METERS)))
                .containsExactly("healthy", "flooded 0", "flooded 1");
        assertThat(rooms(queue.takeGroup(100, 2 * LARGE + 200, METERS))).containsExactly("flooded 2", "flooded 3");
    }

    @Test
    void smallWritesWithoutEndHoldALargeOneUpForOneGroup() {
        queue.offer(write("large", LARGE));
        List<String> groups = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            queue.offer(write("small", 200));
            queue.offer(write("small", 200));
            groups.add(String.join(" ", rooms(queue.takeGroup(2, 2 * LARGE, METERS))));
        }

        assertThat(groups).containsExactly("small small", "large small", "small small");
    }

    @Test
    void aRoomThatWritesAgainAndAgainStandsBehindThoseWhoCameMeanwhile() {
        queue.offer(write("flooded", LARGE));
        assertThat(rooms(queue.takeGroup(100, LARGE, METERS))).containsExactly("flooded");
        queue.offer(write("other", LARGE));
        queue.offer(write("healthy", 100));

        queue.offer(write("flooded", LARGE)); // Its first is durable now.

        assertThat(rooms(queue.takeGroup(100, LARGE + 100, METERS))).containsExactly("healthy", "other");
        assertThat(rooms(queue.takeGroup(100, LARGE + 100, METERS))).containsExactly("flooded");
    }

    @Test
    void aSmallWriteDoesNotOvertakeALargeOneOfItsRoom() {
        queue.offer(write("room", LARGE));
        queue.offer(write("room", 1));
        queue.offer(write("other", 2));

        assertThat(queue.takeGroup(100, 1_000_000, METERS))
                .extracting(RoomWrite::payloadBytes)
                .containsExactly(2L, (long) LARGE, 1L);
        queue.offer(write("room", 3));
        queue.offer(write("late", LARGE));
        assertThat(rooms(queue.takeGroup(100, 1_000_000, METERS))).containsExactly("room", "late");
    }

    @Test
    void beyondItsBoundsAWriteIsRefused() {
        WriteQueue few = new WriteQueue(2, 1_000_000);
        few.offer(write("a", 1));
        few.offer(write("b", LARGE));
        WriteQueue light = new WriteQueue(100, 1_000);
        light.offer(write("a", 900));

        assertThat(few.offer(write("c", 1))).isEqualTo(WriteQueue.Offered.FULL);
        assertThat(light.offer(write("b", 200))).isEqualTo(WriteQueue.Offered.FULL);
        assertThat(new WriteQueue(1, 1_000).offer(write("alone", 5_000))).isEqualTo(WriteQueue.Offered.QUEUED);
    }
}
