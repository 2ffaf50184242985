package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.S3;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.enter;
import static dev.parley.persistence.room.Fixtures.entry;
import static dev.parley.persistence.room.Fixtures.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.session.Admission;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who is in the room, and who hears of it when. */
class RoomDeskRosterTest {
    private static final RelayId R3 = new RelayId(3);
    /** Where the second incarnation counts on from after roster 4 of the first. */
    private static final long MOVED = RosterPublication.beyond(4, 2);

    private final DeskDriver room = DeskDriver.empty();

    @Test
    void theOthersHearOfANewcomerBeforeItIsLetIn() {
        room.tell(attach(R1), enter(R1, 1, entry(S1, 1)));
        room.heard(R1);

        room.tell(enter(R1, 2, entry(S2, 2)));

        List<ToRelay> heard = room.heard(R1);
        assertThat(heard.get(0)).isEqualTo(new ToRelay.RosterChange(3, List.of(entry(S2, 2)), List.of()));
        assertThat(((ToRelay.Admitted) heard.get(1)).admission().peers()).containsExactly(peer(1));
    }

    @Test
    void anIdentityComesOnceAndGoesOnce() {
        room.tell(attach(R1), attach(R2), enter(R1, 1, entry(S1, 1)));
        room.heard(R1);

        room.tell(enter(R2, 1, entry(S2, 1)));
        assertThat(room.heard(R1)).isEmpty();
        room.tell(new ToRoom.SessionLeft(R1, 2, S1));
        assertThat(room.heard(R1)).isEmpty();
        room.tell(new ToRoom.SessionLeft(R2, 2, S2));

        assertThat(room.heard(R1, ToRelay.RosterChange.class))
                .singleElement()
                .satisfies(change -> assertThat(change.left()).containsExactly(entry(S2, 1)));
    }

    @Test
    void anEnterReceivedAgainIsAnsweredAgainAndNobodyHearsOfIt() {
        room.tell(attach(R1), enter(R1, 1, entry(S1, 1)));
        room.heard(R1);

        room.tell(enter(R1, 1, entry(S1, 1)));

        assertThat(room.heard(R1)).singleElement().isInstanceOf(ToRelay.Admitted.class);
    }

    @Test
    void whoIsRefusedWasNeverThere() {
        room.tell(attach(R1), new ToRoom.Lock(R1, S3, 1, peer(7)));
        room.heard(R1);

        room.tell(enter(R1, 1, entry(S1, 1)), new ToRoom.Roster(R1, 1, List.of(entry(S1, 1))));

        assertThat(room.heard(R1))
                .containsExactly(new ToRelay.NotAdmitted(
                        S1,
                        1,
                        new SyncFailure.Unauthorized(
                                "auth: room is locked \u2014 include a capability token in hello")));
        assertThat(room.desk.sessions()).isZero();
    }

    @Test
    void aLostDepartureShowsByTheVersionAndIsRepaired() {
        room.tell(attach(R1), attach(R2), enter(R1, 1, entry(S1, 1)), enter(R1, 2, entry(S2, 2)));
        room.heard(R1);
        room.heard(R2);

        room.tell(new ToRoom.Attach(R1, 0, 1, 3, 4, Set.of(R1, R2)));
        assertThat(room.heard(R1)).contains(new ToRelay.RosterWanted());
        room.tell(new ToRoom.Roster(R1, 3, List.of(entry(S2, 2))));

        assertThat(room.heard(R2, ToRelay.RosterChange.class))
                .singleElement()
                .satisfies(change -> assertThat(change.left()).containsExactly(entry(S1, 1)));
    }

    @Test
    void aHoleInTheVersionsIsAskedFor() {
        room.tell(attach(R1));
        room.heard(R1);

        room.tell(enter(R1, 2, entry(S2, 2)));

        assertThat(room.heard(R1)).endsWith(new ToRelay.RosterWanted());
        assertThat(room.desk.sessions()).isEqualTo(1);
    }

    @Test
    void aRelayThatMissedARosterGetsTheWhole() {
        room.tell(attach(R1), enter(R1, 1, entry(S1, 1)));
        room.heard(R1);

        room.tell(new ToRoom.Attach(R1, 0, 1, 1, 1, Set.of(R1)));

        assertThat(room.heard(R1)).contains(new ToRelay.RosterIs(2, List.of(entry(S1, 1)), Set.of(R1)));
    }

    @Test
    void aMoveIsSilentAndNumbersRise() {
        room.tell(attach(R1), attach(R2), enter(R1, 1, entry(S1, 1)), enter(R2, 1, entry(S2, 2)));
        room.startAgain();
        room.heard(R1);
        room.heard(R2);

        room.tell(new ToRoom.Attach(R1, 0, 1, 1, 4, Set.of(R1, R2)), new ToRoom.Roster(R1, 1, List.of(entry(S1, 1))));
        assertThat(room.heard(R1)).containsExactly(new ToRelay.Head(2, 0, 1), new ToRelay.RosterWanted());
        room.tell(new ToRoom.Attach(R2, 0, 1, 1, 4, Set.of(R1, R2)), new ToRoom.Roster(R2, 1, List.of(entry(S2, 2))));

        ToRelay whole = new ToRelay.RosterIs(MOVED + 1, List.of(entry(S1, 1), entry(S2, 2)), Set.of(R1, R2));
        assertThat(room.heard(R1)).containsExactly(whole);
        assertThat(room.heard(R2)).endsWith(whole);
    }

    @Test
    void whoEntersDuringAMoveWaitsUntilTheRoomKnowsWhoIsThere() {
        room.tell(attach(R1), attach(R2), enter(R1, 1, entry(S1, 1)), enter(R2, 1, entry(S2, 2)));
        room.startAgain();
        room.heard(R1);

        room.tell(
                new ToRoom.Attach(R1, 0, 1, 1, 4, Set.of(R1, R2)),
                new ToRoom.Roster(R1, 1, List.of(entry(S1, 1))),
                enter(R1, 2, entry(S3, 3)));
        assertThat(room.heard(R1, ToRelay.Admitted.class)).isEmpty();
        room.tell(new ToRoom.Attach(R2, 0, 1, 1, 4, Set.of(R1, R2)), new ToRoom.Roster(R2, 1, List.of(entry(S2, 2))));

        assertThat(room.heard(R1, ToRelay.Admitted.class))
                .singleElement()
                .extracting(ToRelay.Admitted::admission)
                .extracting(Admission::peers)
                .isEqualTo(List.of(peer(1), peer(2)));
    }

    @Test
    void aRelayThatDoesNotComeBackIsGivenUpAfterThreeSeconds() {
        room.tell(attach(R1), attach(R2), enter(R1, 1, entry(S1, 1)), enter(R2, 1, entry(S2, 2)));
        room.startAgain();
        room.heard(R1);

        room.tell(new ToRoom.Attach(R1, 0, 1, 1, 4, Set.of(R1, R2)), new ToRoom.Roster(R1, 1, List.of(entry(S1, 1))));
        room.heard(R1);
        room.passMs(2_999);
        assertThat(room.heard(R1)).isEmpty();
        room.passMs(1);

        assertThat(room.heard(R1)).containsExactly(new ToRelay.RosterIs(MOVED + 1, List.of(entry(S1, 1)), Set.of(R1)));
    }

    @Test
    void aRelayThatComesBackLateIsPublishedWithItsSessions() {
        room.tell(attach(R1), attach(R2), enter(R1, 1, entry(S1, 1)), enter(R2, 1, entry(S2, 2)));
        room.startAgain();
        room.tell(new ToRoom.Attach(R1, 0, 1, 1, 4, Set.of(R1, R2)), new ToRoom.Roster(R1, 1, List.of(entry(S1, 1))));
        room.passMs(3_000);
        room.heard(R1);
        room.heard(R2);

        room.tell(new ToRoom.Attach(R2, 0, 1, 1, 4, Set.of(R1, R2)));
        assertThat(room.heard(R2)).containsExactly(new ToRelay.Head(2, 0, 1), new ToRelay.RosterWanted());
        room.tell(new ToRoom.Roster(R2, 1, List.of(entry(S2, 2))));

        ToRelay whole = new ToRelay.RosterIs(MOVED + 2, List.of(entry(S1, 1), entry(S2, 2)), Set.of(R1, R2));
        assertThat(room.heard(R1)).containsExactly(whole);
        assertThat(room.heard(R2)).containsExactly(whole);
    }

    @Test
    void aRelayThatGoesTakesItsSessionsAlong() {
        room.tell(attach(R1), attach(R3), enter(R1, 1, entry(S1, 1)), enter(R3, 1, entry(S3, 3)));
        room.heard(R1);

        room.tell(new ToRoom.Detach(R3));

        assertThat(room.heard(R1))
                .containsExactly(
                        new ToRelay.RosterChange(5, List.of(), List.of(entry(S3, 3))),
                        new ToRelay.RosterIs(6, List.of(entry(S1, 1)), Set.of(R1)));
    }
}
