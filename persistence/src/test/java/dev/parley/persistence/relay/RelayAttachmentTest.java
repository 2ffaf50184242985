package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A relay stays attached while it has sessions, and nothing asked is lost when the room moves. */
class RelayAttachmentTest {
    private final RelayBench bench = new RelayBench();

    @Test
    void theFirstSessionAttachesBeforeItEnters() {
        bench.enter(1, 1, Subscription.EVERYTHING);

        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Attach.class, ToRoom.Enter.class);
        ToRoom.Attach attach = (ToRoom.Attach) bench.toRoom.get(0);
        assertThat(attach.cursor()).isEqualTo(-1);
        assertThat(attach.nextSubmit()).isEqualTo(1);
        assertThat(attach.rosterVersion()).isZero();
        assertThat(((ToRoom.Enter) bench.toRoom.get(1)).version()).isEqualTo(1);
    }

    @Test
    void theAttachmentIsRenewedEverySecondWithTheCursor() {
        bench.live(1, 0).room(head(1, 0, 1)).room(RelayBench.step(1));

        assertThat(bench.after(900).toRoom).isEmpty();
        assertThat(bench.after(100).toRoom)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToRoom.Attach.class, a -> assertThat(a.cursor()).isEqualTo(1));
    }

    @Test
    void aRoomThatMovedIsAttachedToAtOnceAndNothingElseIsSaidMeanwhile() {
        bench.live(1, 0).room(head(1, 0, 1)).after(500);

        bench.room(new ToRelay.WhoAreYou(2));
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Attach.class);

        assertThat(bench.room(new ToRelay.WhoAreYou(2)).toRoom).isEmpty();
        assertThat(bench.session(1, new Effect.AskMst(5, List.of(""))).toRoom).isEmpty();

        bench.room(head(2, 0, 1));
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.AskMst.class);
    }

    @Test
    void attemptsBackOffWithJitterThatTheSeedDecides() {
        List<Long> first = attemptsAfterSilence(11);

        assertThat(attemptsAfterSilence(11)).isEqualTo(first);
        assertThat(attemptsAfterSilence(12)).isNotEqualTo(first);
        assertThat(first).allSatisfy(gap -> assertThat(gap).isBetween(200L, 2_000L));
        assertThat(first).anySatisfy(gap -> assertThat(gap).isGreaterThanOrEqualTo(1_000L));
    }

    private static List<Long> attemptsAfterSilence(long seed) {
        RelayBench bench = new RelayBench(RelaySettings.DEFAULT, seed);
        bench.live(1, 0).room(head(1, 0, 1));
        bench.during(3_000);
        List<Long> gaps = new ArrayList<>();
        long last = -1;
        for (long end = bench.nowMs + 16_000; bench.nowMs < end; ) {
            if (bench.after(1).toRoom.stream().anyMatch(ToRoom.Attach.class::isInstance)) {
                if (last >= 0) {
                    gaps.add(bench.nowMs - last);
                }
                last = bench.nowMs;
            }
        }
        return gaps;
    }

    @Test
    void aRoomThatComesAndGoesIsLeftInPeaceLonger() {
        bench.live(1, 0).room(head(1, 0, 1));
        for (int second = 0; second < 4; second++) {
            bench.after(1_000).room(head(1, 0, 1));
        }
        bench.after(500);
        List<Long> waits = new ArrayList<>();

        for (long incarnation = 2; incarnation < 8; incarnation++) {
            bench.room(new ToRelay.WhoAreYou(incarnation));
            long since = bench.nowMs;
            while (bench.toRoom.stream().noneMatch(ToRoom.Attach.class::isInstance)) {
                bench.after(10);
            }
            waits.add(bench.nowMs - since);
            bench.room(head(incarnation, 0, 1));
        }

        assertThat(waits.get(0)).isZero();
        assertThat(waits.get(waits.size() - 1)).isGreaterThanOrEqualTo(500);
    }

    @Test
    void anUnansweredRequestIsAskedAgainAfterThreeSecondsAndGivenUpAfterTheWait() {
        bench.live(1, 0).room(head(1, 0, 1));
        bench.session(1, new Effect.AskMst(5, List.of("")));

        int asked = 0;
        List<Input> told = new ArrayList<>();
        for (int i = 0; i < 250; i++) {
            bench.after(100);
            asked += (int) bench.toRoom.stream()
                    .filter(ToRoom.AskMst.class::isInstance)
                    .count();
            told.addAll(bench.told(1));
            bench.room(head(1, 0, 1));
        }

        assertThat(asked).isEqualTo(6);
        assertThat(told).containsExactly(new Input.Unanswered(5));
    }

    @Test
    void answersReachTheirRequestOnce() {
        bench.live(1, 0);
        SessionId session = new SessionId(1);
        bench.session(1, new Effect.AskMst(5, List.of("")));
        bench.session(1, new Effect.AskLacking(6, List.of()));

        assertThat(bench.room(new ToRelay.Lacking(session, 6, List.of())).told(1))
                .containsExactly(new Input.Lacking(6, List.of()));
        assertThat(bench.room(new ToRelay.Lacking(session, 6, List.of())).told(1))
                .isEmpty();
        assertThat(bench.room(new ToRelay.MstAnswer(session, 5, List.of())).told(1))
                .containsExactly(new Input.MstAnswer(5, List.of()));
        assertThat(bench.room(new ToRelay.PlanUnknown(session, 9)).told(1)).isEmpty();
    }

    @Test
    void aRefusedSessionIsTakenOffTheList() {
        bench.live(1, 0).enter(2, 2, Subscription.EVERYTHING);

        bench.room(new ToRelay.NotAdmitted(new SessionId(2), 20, new SyncFailure.Unauthorized("auth: x")));

        assertThat(bench.told(2)).hasSize(1);
        assertThat(bench.toRoom).containsExactly(new ToRoom.SessionLeft(RelayBench.SELF, 3, new SessionId(2)));
        assertThat(bench.session(2, new Effect.Leave()).toRoom).isEmpty();
    }

    @Test
    void theListIsSentWhenItIsWanted() {
        bench.live(1, 0).live(2, 0);

        bench.room(new ToRelay.RosterWanted());

        assertThat(bench.toRoom)
                .containsExactly(
                        new ToRoom.Roster(RelayBench.SELF, 2, List.of(RelayBench.entry(1, 1), RelayBench.entry(2, 2))));
    }

    @Test
    void withoutSessionsTheRelayLeavesAndStopsAfterItsGrace() {
        bench.live(1, 0).room(head(1, 0, 1));

        bench.session(1, new Effect.Leave());
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.SessionLeft.class, ToRoom.Detach.class);

        assertThat(bench.after(1_900).stop).isFalse();
        assertThat(bench.toRoom).isEmpty();
        assertThat(bench.after(100).stop).isTrue();
    }

    @Test
    void aSessionThatComesDuringTheGraceStartsAnew() {
        bench.live(1, 0).room(head(1, 0, 1)).room(RelayBench.step(1));
        bench.session(1, new Effect.Leave());

        bench.after(1_000).enter(2, 2, Subscription.EVERYTHING);
        assertThat(((ToRoom.Attach) bench.toRoom.get(0)).cursor()).isEqualTo(-1);
        assertThat(bench.after(5_000).stop).isFalse();
        bench.room(head(1, 9, 1)).room(RelayBench.admission(2, 9)).session(2, new Effect.GoLive(3, 9));
        assertThat(bench.room(RelayBench.step(10)).stepsTold(2)).containsExactly(10L);
    }
}
