package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.persistence.relay.RelayEffect;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRoom;
import java.util.List;
import org.junit.jupiter.api.Test;

class RelayTurnsTest {
    private static final SessionId LOUD = new SessionId(1);
    private static final SessionId QUIET = new SessionId(2);
    private final RelayTurns turns = new RelayTurns();
    private long sent;

    @Test
    void aPackThatComesInTurnIsFair() {
        flood();
        offer(QUIET, 9);

        assertThatCode(() -> {
                    send(LOUD);
                    send(QUIET);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aPackThatWaitsForAFloodIsNot() {
        flood();
        offer(QUIET, 9);
        send(LOUD);
        send(LOUD);
        send(LOUD);
        send(LOUD);

        assertThatThrownBy(() -> send(QUIET))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("waited in its relay for");
    }

    private void flood() {
        for (int number = 0; number < 6; number++) {
            offer(LOUD, number);
        }
        send(LOUD);
    }

    private void offer(SessionId session, long number) {
        turns.took(new RelayInput.FromSession(session, new Effect.Submit(number, List.of(), 1_000)));
    }

    private void send(SessionId session) {
        ToRoom.Submit submit = new ToRoom.Submit(session, PeerId.of(new byte[PeerId.SIZE_BYTES]), List.of());
        turns.did(new RelayEffect.TellRoom(new ToRoom.Submits(new RelayId(7), ++sent, List.of(submit))));
    }
}
