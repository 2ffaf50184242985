package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The play of {@link RoomDeskPropertyTest} with every decision taken by the fuzzer. */
class RoomDeskFuzzTest {
    private static final int STEPS_MAX = 150;

    static Stream<byte[]> seeds() {
        return Stream.concat(Corpus.of(RoomDeskFuzzTest.class, "desk"), Corpus.random(8, 600));
    }

    @MethodSource("seeds")
    @FuzzTest
    void desk(byte[] bytes) {
        InputRandom input = new InputRandom(bytes);
        DeskDriver room = new DeskDriver(RoomDeskPropertyTest.TIGHT);
        Map<RelayId, Long> lastStep = new HashMap<>();
        for (int steps = 0; steps < STEPS_MAX && !input.exhausted(); steps++) {
            switch (input.nextInt(20)) {
                case 0 -> {
                    room.startAgain();
                    lastStep.clear();
                }
                case 1, 2 -> room.passMs(input.nextInt(6_000));
                default -> room.tellWithoutFlush(RoomDeskPropertyTest.something(input, room));
            }
            if (input.nextInt(3) > 0) {
                room.flush();
            }
            RoomDeskPropertyTest.stepsAreDenseAndStored(room, R1, lastStep);
            RoomDeskPropertyTest.stepsAreDenseAndStored(room, R2, lastStep);
        }
        RoomState replayed = room.replay(room.journal.size());
        assertThat(replayed.view().root()).isEqualTo(room.state.view().root());
        assertThat(replayed.index().mst().root())
                .isEqualTo(room.state.index().mst().root());
        assertThat(room.desk.orphans()).isLessThanOrEqualTo(10);
        RoomDeskPropertyTest.nodesAreStoredOnce(room);
    }
}
