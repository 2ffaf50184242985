package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Candidate;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.relay.RelayEffect;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRoom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RelayTurnsTest {
    private static final SessionId LOUD = new SessionId(1);
    private static final SessionId QUIET = new SessionId(2);
    private final RelayTurns turns = new RelayTurns();
    private final Map<Long, Candidate> candidates = new TreeMap<>();
    private long sent;

    @Test
    void aPackThatComesInTurnIsFair() {
        flood();
        offer(QUIET, 9);

        assertThatCode(() -> {
                    send(LOUD, 1);
                    send(QUIET, 9);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void aPackThatWaitsForAFloodIsNot() {
        flood();
        offer(QUIET, 9);
        for (int number = 1; number < 5; number++) {
            send(LOUD, number);
        }

        assertThatThrownBy(() -> send(QUIET, 9))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("waited in its relay for");
    }

    @Test
    void aPackBehindOthersOfItsOwnHasTheirTimeToo() {
        flood();
        offer(QUIET, 9);
        offer(QUIET, 10);

        assertThatThrownBy(() -> {
                    send(LOUD, 1);
                    send(QUIET, 9);
                    for (int number = 2; number < 6; number++) {
                        send(LOUD, number);
                    }
                    send(QUIET, 10);
                })
                .isInstanceOf(Violation.class);
    }

    @Test
    void whatWasGivenUpGivesNoTime() {
        flood();
        offer(QUIET, 9);
        offer(QUIET, 10);
        turns.did(new RelayEffect.TellSession(QUIET, new Input.Unanswered(9)));
        for (int number = 1; number < 5; number++) {
            send(LOUD, number);
        }

        assertThatThrownBy(() -> send(QUIET, 10)).isInstanceOf(Violation.class);
    }

    @Test
    void packsThatWereGivenUpAfterTheirSessionLeftAreNotTakenForLaterOnes() {
        offer(QUIET, 9);
        offer(QUIET, 10);
        offer(QUIET, 11);
        flood();
        for (int number = 1; number < 5; number++) {
            send(LOUD, number);
        }

        assertThatCode(() -> send(QUIET, 11)).doesNotThrowAnyException();
        assertThatCode(() -> send(LOUD, 5)).doesNotThrowAnyException();
    }

    private void flood() {
        for (int number = 0; number < 6; number++) {
            offer(LOUD, number);
        }
        send(LOUD, 0);
    }

    private void offer(SessionId session, long number) {
        turns.took(new RelayInput.FromSession(session, new Effect.Submit(number, List.of(candidate(number)), 1_000)));
    }

    private void send(SessionId session, long number) {
        ToRoom.Submit submit =
                new ToRoom.Submit(session, PeerId.of(new byte[PeerId.SIZE_BYTES]), List.of(candidate(number)));
        turns.did(new RelayEffect.TellRoom(new ToRoom.Submits(new RelayId(7), ++sent, List.of(submit))));
    }

    /** The only one of the pack with this number. */
    private Candidate candidate(long number) {
        return candidates.computeIfAbsent(number, key -> {
            Transaction none = new Transaction(PeerId.of(new byte[PeerId.SIZE_BYTES]), key, 0, List.of(), List.of());
            return new Candidate(Nodes.claimed(Nodes.idOf(none), none, new byte[64]), new Verdict.Unchecked());
        });
    }
}
