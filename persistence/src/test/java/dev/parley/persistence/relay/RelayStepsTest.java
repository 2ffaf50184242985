package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.head;
import static dev.parley.persistence.relay.RelayBench.peer;
import static dev.parley.persistence.relay.RelayBench.step;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the room commits reaches each live session once and in order. */
class RelayStepsTest {
    private final RelayBench bench = new RelayBench();

    @Test
    void stepsReachLiveSessionsInOrder() {
        bench.live(1, 5).live(2, 5);

        bench.room(step(6));

        assertThat(bench.stepsTold(1)).containsExactly(6L);
        assertThat(bench.stepsTold(2)).containsExactly(6L);
    }

    @Test
    void aSessionThatCatchesUpGetsNoSteps() {
        bench.admitted(1, 5);

        bench.room(step(6));

        assertThat(bench.toSessions).isEmpty();
    }

    @Test
    void aRepeatedStepIsDropped() {
        bench.live(1, 5).room(step(6));

        bench.room(step(6));

        assertThat(bench.toSessions).isEmpty();
    }

    @Test
    void aGapHoldsBackAndAsksOnceASecond() {
        bench.live(1, 5);

        bench.room(step(7));
        assertThat(bench.toSessions).isEmpty();
        assertThat(bench.toRoom).containsExactly(new ToRoom.Repair(RelayBench.SELF, 5));

        bench.room(step(8));
        assertThat(bench.toRoom).isEmpty();

        assertThat(bench.after(1_000).toRoom).contains(new ToRoom.Repair(RelayBench.SELF, 5));
    }

    @Test
    void whatWasHeldBackFollowsTheRepair() {
        bench.live(1, 5).room(step(7)).room(step(9));

        bench.room(step(6));
        assertThat(bench.stepsTold(1)).containsExactly(6L, 7L);

        bench.room(step(8));
        assertThat(bench.stepsTold(1)).containsExactly(8L, 9L);
    }

    @Test
    void aHeadBeyondTheCursorFindsALostTail() {
        bench.live(1, 5);

        bench.room(head(1, 7, 1));

        assertThat(bench.toRoom).containsExactly(new ToRoom.Repair(RelayBench.SELF, 5));
    }

    @Test
    void whatCannotBeRepairedEndsLiveSessionsOnly() {
        bench.live(1, 5).admitted(2, 5);
        bench.room(step(9));

        bench.room(new ToRelay.CannotRepair(8));

        assertThat(bench.told(1)).hasSize(1);
        assertThat(RelayBench.failure(bench.told(1).get(0))).isEqualTo(new SyncFailure.FeedLost(6));
        assertThat(bench.told(2)).isEmpty();

        bench.session(2, new Effect.GoLive(3, 8));
        assertThat(bench.told(2).get(0)).isEqualTo(new Input.FeedJoined(3, 8));
        assertThat(bench.stepsTold(2)).containsExactly(9L);

        bench.room(step(10));
        assertThat(bench.told(1)).isEmpty();
        assertThat(bench.stepsTold(2)).containsExactly(10L);
    }

    @Test
    void aSessionThatJoinsGetsWhatItMissedFromTheRing() {
        bench.live(1, 5).admitted(2, 5).room(step(6));
        bench.room(step(7));

        bench.session(2, new Effect.GoLive(3, 5));

        assertThat(bench.told(2).get(0)).isEqualTo(new Input.FeedJoined(3, 5));
        assertThat(bench.stepsTold(2)).containsExactly(6L, 7L);
    }

    @Test
    void aSessionThatIsAheadOfTheRelaySkipsWhatItHas() {
        bench.live(1, 5).admitted(2, 5);

        bench.session(2, new Effect.GoLive(3, 7));
        assertThat(bench.told(2)).containsExactly(new Input.FeedJoined(3, 7));

        for (long seq = 6; seq <= 8; seq++) {
            bench.room(step(seq));
            assertThat(bench.stepsTold(1)).containsExactly(seq);
            assertThat(bench.stepsTold(2)).isEqualTo(seq == 8 ? List.of(8L) : List.of());
        }
    }

    @Test
    void aRingThatOverflowedSendsTheSessionBackToCatchUp() {
        RelaySettings settings = ringOf(4, 8 << 20);
        RelayBench small = new RelayBench(settings, 1).live(1, 5).admitted(2, 5);
        for (long seq = 6; seq <= 10; seq++) {
            small.room(step(seq));
        }

        small.session(2, new Effect.GoLive(3, 5));
        assertThat(small.told(2)).containsExactly(new Input.FeedBehind(3));

        small.session(2, new Effect.GoLive(4, 6));
        assertThat(small.told(2).get(0)).isEqualTo(new Input.FeedJoined(4, 6));
        assertThat(small.stepsTold(2)).containsExactly(7L, 8L, 9L, 10L);
    }

    @Test
    void aSessionThatMissedMoreThanItsSocketHoldsGoesBackToCatchUp() {
        for (RelaySettings settings : List.of(
                RelaySettings.DEFAULT.withSocketBuffer(8, 8 << 20),
                RelaySettings.DEFAULT.withSocketBuffer(512, 2_500))) {
            RelayBench small = new RelayBench(settings, 1).live(1, 5).admitted(2, 5);
            for (long seq = 6; seq <= 10; seq++) {
                small.room(step(seq));
            }

            small.session(2, new Effect.GoLive(3, 5));
            assertThat(small.told(2)).containsExactly(new Input.FeedBehind(3));

            small.session(2, new Effect.GoLive(4, 8));
            assertThat(small.told(2).get(0)).isEqualTo(new Input.FeedJoined(4, 8));
            assertThat(small.stepsTold(2)).containsExactly(9L, 10L);
        }
    }

    @Test
    void theRingIsBoundedInBytesToo() {
        RelayBench small = new RelayBench(ringOf(1024, 100), 1).live(1, 5).admitted(2, 5);
        small.room(step(6));

        small.session(2, new Effect.GoLive(3, 5));

        assertThat(small.told(2)).containsExactly(new Input.FeedBehind(3));
    }

    @Test
    void whatIsHeldBackIsBoundedAndAskedForAgain() {
        RelayBench small = new RelayBench(ringOf(2, 8 << 20), 1).live(1, 5);
        for (long seq = 10; seq >= 7; seq--) {
            small.room(step(seq));
        }

        small.room(step(6));
        assertThat(small.stepsTold(1)).containsExactly(6L, 7L, 8L);

        assertThat(small.after(1_000).toRoom).contains(new ToRoom.Repair(RelayBench.SELF, 8));
    }

    @Test
    void equalSubscriptionsShareOneEncodedMessage() {
        bench.live(1, 5);
        subscribed(2, "a/**");
        subscribed(3, "a/**");
        subscribed(4, "b/**");

        bench.room(new ToRelay.Step(
                6,
                List.of(new Run(
                        new SessionId(99), peer(99), List.of(RelayBench.node(1, "a/x"), RelayBench.node(2, "c")))),
                RelayBench.ROOT));

        assertThat(message(2)).isSameAs(message(3)).isNotSameAs(message(1));
        assertThat(bench.told(4)).containsExactly(new Input.Relayed(6, List.of()));
    }

    @Test
    void aSubscriptionThatLetsAllPassSharesTheWholeMessage() {
        bench.live(1, 5);
        subscribed(2, "a/**");

        bench.room(step(6, 99, "a/x"));

        assertThat(message(2)).isSameAs(message(1));
    }

    @Test
    void aNewSubscriptionHoldsFromTheNextStepOn() {
        bench.live(1, 5).session(1, new Effect.Resubscribe(new Subscription(List.of("b/*"))));

        bench.room(step(6, 99, "a/x"));
        assertThat(bench.told(1)).containsExactly(new Input.Relayed(6, List.of()));

        bench.room(step(7, 99, "b/x"));
        assertThat(message(1)).isNotNull();
    }

    @Test
    void anOwnRunIsCountedAndNotSentBackToItsSession() {
        bench.live(1, 5).live(2, 5);

        bench.room(step(6, 1, "k"));

        assertThat(bench.told(1)).containsExactly(new Input.Relayed(6, List.of()));
        assertThat(message(2)).isNotNull();
    }

    @Test
    void anEmptyStepCarriesTheSeq() {
        bench.live(1, 5);

        bench.room(new ToRelay.Step(6, List.of(), RelayBench.ROOT));

        assertThat(bench.told(1)).containsExactly(new Input.Relayed(6, List.of()));
    }

    private void subscribed(int session, String pattern) {
        bench.enter(session, session, new Subscription(List.of(pattern)))
                .room(RelayBench.admission(session, 5))
                .session(session, new Effect.GoLive(3, 5));
    }

    private Encoded message(int session) {
        return ((Input.Relayed) bench.told(session).get(0)).packs().get(0).message();
    }

    private static RelaySettings ringOf(int steps, long bytes) {
        RelaySettings d = RelaySettings.DEFAULT;
        return new RelaySettings(
                d.roomWait(),
                d.attachEvery(),
                d.silence(),
                d.retryMin(),
                d.retryMax(),
                d.resendAfter(),
                Duration.ofSeconds(1),
                d.grace(),
                steps,
                bytes,
                d.batchBytes(),
                d.queuedBytesMax(),
                d.reassemblyBytes(),
                d.burstMessages(),
                d.burstBytes(),
                d.presence(),
                d.parents());
    }
}
