package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TurnWatchTest {
    private final TurnWatch watch = new TurnWatch();
    private final List<ToRoom.Submit> flood = submits(1, 6);
    private final ToRoom.Submit quiet = submits(2, 1).getFirst();

    @Test
    void aFloodDelaysNobodyByMoreThanItsShare() {
        bring();

        assertThatCode(() -> {
                    watch.turn(List.of(flood.get(0)));
                    watch.turn(List.of(quiet));
                    flood.subList(1, 6).forEach(next -> watch.turn(List.of(next)));
                })
                .doesNotThrowAnyException();
    }

    @Test
    void whoWaitsForTheWholeFloodWaitsTooLong() {
        bring();
        watch.turn(List.of(flood.get(0)));
        watch.turn(List.of(flood.get(1)));

        assertThatThrownBy(() -> watch.turn(List.of(flood.get(2))))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("waited 3 turns, among 2 sessions");
    }

    @Test
    void aSessionsPacksKeepTheirOrder() {
        bring();

        assertThatThrownBy(() -> watch.turn(List.of(flood.get(1))))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("out of order");
    }

    private void bring() {
        watch.heard(new ToRoom.Submits(new RelayId(1), 1, flood), 6);
        watch.heard(new ToRoom.Submits(new RelayId(2), 1, List.of(quiet)), 1);
        watch.lanes(2);
    }

    private static List<ToRoom.Submit> submits(long session, int count) {
        List<ToRoom.Submit> submits = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            submits.add(new ToRoom.Submit(new SessionId(session), PeerId.of(new byte[32]), List.of()));
        }
        return submits;
    }
}
