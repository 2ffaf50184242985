package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRelay;
import org.junit.jupiter.api.Test;

/** When a life of the room ends without a word, its relays tell their sessions what was parked in it. */
class RelayParkedTest {
    private static final SessionId S1 = new SessionId(1);
    private final RelayBench bench = new RelayBench().live(1, 0).live(2, 0).room(head(1, 0, 1));

    @Test
    void whatWasParkedInTheLifeBeforeIsToldOnce() {
        bench.room(new ToRelay.OrphansParked(1, S1, 2));
        bench.room(new ToRelay.OrphansParked(1, S1, 3));

        bench.room(head(2, 0, 1));

        assertThat(bench.told(1)).containsExactly(new Input.OrphansDropped(3));
        assertThat(bench.told(2)).isEmpty();
        assertThat(bench.room(head(3, 0, 1)).toSessions).isEmpty();
    }

    @Test
    void whatTheRoomItselfSaidWasDroppedOrHealedIsNotToldAgain() {
        bench.room(new ToRelay.OrphansParked(1, S1, 3));
        bench.room(new ToRelay.OrphansDropped(S1, 2));
        assertThat(bench.told(1)).containsExactly(new Input.OrphansDropped(2));

        assertThat(bench.room(head(2, 0, 1)).told(1)).containsExactly(new Input.OrphansDropped(1));

        bench.room(new ToRelay.OrphansParked(2, S1, 3));
        bench.room(new ToRelay.OrphansParked(2, S1, 0));
        assertThat(bench.room(head(3, 0, 1)).toSessions).isEmpty();
    }

    @Test
    void aRoomThatIsOnlyBackAfterSilenceHasLostNothing() {
        bench.room(new ToRelay.OrphansParked(1, S1, 3));
        bench.after(5_000);

        assertThat(bench.room(head(1, 0, 1)).toSessions).isEmpty();
    }

    @Test
    void aLateWordOfTheLifeBeforeMeansNothing() {
        bench.room(head(2, 0, 1));
        bench.room(new ToRelay.OrphansParked(1, S1, 3));

        assertThat(bench.room(head(3, 0, 1)).toSessions).isEmpty();
    }

    @Test
    void aSessionThatLeftIsForgotten() {
        bench.room(new ToRelay.OrphansParked(1, S1, 3));
        bench.session(1, new Effect.Leave());

        assertThat(bench.room(head(2, 0, 1)).toSessions).isEmpty();
    }

    @Test
    void whatIsSaidOfASessionThatLeftIsNotKept() {
        bench.session(1, new Effect.Leave());
        bench.room(new ToRelay.OrphansParked(1, S1, 3));
        bench.live(1, 0);

        assertThat(bench.room(head(2, 0, 1)).toSessions).isEmpty();
    }
}
