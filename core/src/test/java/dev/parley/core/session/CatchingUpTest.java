package dev.parley.core.session;

import static dev.parley.core.session.Talk.chunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transitions from {@code CatchingUp}. */
class CatchingUpTest {
    private static final PeerLacks EVERYTHING = new PeerLacks.Everything();

    private static Effect pull(long number, long plan, Optional<PeerLacks> lacks, int asOfNodes, int position) {
        return new Effect.Pull(
                number, new PullPlan(Talk.SELF, plan, lacks, asOfNodes, Subscription.EVERYTHING, position, 384 << 10));
    }

    private static Effect start(long number) {
        return new Effect.StartTimer(Effect.Timer.ROOM_WAIT, number, Talk.WAIT);
    }

    private static Effect stop(long number) {
        return new Effect.StopTimer(Effect.Timer.ROOM_WAIT, number);
    }

    private static Effect sent(int nodes) {
        return new Effect.SendThenTell(new ToPeer.Pack("server", Talk.bytes(nodes), Optional.empty()));
    }

    @Test
    void chunksAreSentOneByOneThenTheFeedIsJoined() {
        Talk talk = Talk.catchingUp();

        assertThat(talk.step(new Input.Pulled(5, chunk(3, 3, false)))).containsExactly(stop(5), sent(3));
        assertThat(talk.step(new Input.Drained())).containsExactly(pull(6, 4, Optional.empty(), 100, 3), start(6));
        assertThat(talk.step(new Input.Pulled(6, chunk(2, 5, true)))).containsExactly(stop(6), sent(2));
        assertThat(talk.step(new Input.Drained())).containsExactly(new Effect.GoLive(7, 10), start(7));
        assertThat(talk.step(new Input.FeedJoined(7, 10))).containsExactly(stop(7));
        assertThat(talk.phase.name()).isEqualTo("live");
        assertThat(talk.phase.readsNext()).isTrue();
    }

    @Test
    void aChunkOfWhichNothingPassedTheFilterIsNotSent() {
        Talk talk = Talk.catchingUp();

        assertThat(talk.step(new Input.Pulled(5, chunk(0, 30, false))))
                .containsExactly(stop(5), pull(6, 4, Optional.empty(), 100, 30), start(6));
        assertThat(talk.step(new Input.Pulled(6, chunk(0, 40, true))))
                .containsExactly(stop(6), new Effect.GoLive(7, 10), start(7));
    }

    @Test
    void aRoomThatLostThePlanIsToldItsRule() {
        Talk talk =
                Talk.catchingUp().then(new Input.Pulled(5, chunk(3, 3, false))).then(new Input.Drained());

        assertThat(talk.step(new Input.PlanUnknown(6))).containsExactly(pull(7, 4, Optional.of(EVERYTHING), 100, 3));
        assertThat(talk.step(new Input.Pulled(6, chunk(1, 4, false))))
                .as("stale")
                .isEmpty();
        assertThat(talk.step(new Input.Pulled(7, chunk(1, 4, false)))).containsExactly(stop(6), sent(1));
    }

    @Test
    void theDeadlineGoesOnWhileThePlanIsMadeAgain() {
        Talk talk = Talk.catchingUp().then(new Input.PlanUnknown(5));

        assertThat(talk.step(new Input.TimerFired(Effect.Timer.ROOM_WAIT, 5)))
                .contains(Talk.failure("room is not available, try again"));
    }

    @Test
    void aFeedThatIsBehindMakesAPlanOfWhatCameSince() {
        Talk talk = Talk.catchingUp().then(new Input.Pulled(5, chunk(0, 3, true)));

        assertThat(talk.step(new Input.FeedBehind(6)))
                .containsExactly(stop(6), pull(8, 7, Optional.of(new PeerLacks.Since(100)), PullPlan.NOW, 0), start(8));
        assertThat(talk.step(new Input.Pulled(8, chunk(5, 5, false)))).containsExactly(stop(8), sent(5));
        assertThat(talk.step(new Input.Drained())).containsExactly(pull(9, 7, Optional.empty(), 120, 5), start(9));
        assertThat(talk.step(new Input.Pulled(9, chunk(5, 9, true)))).containsExactly(stop(9), sent(5));
        assertThat(talk.step(new Input.Drained())).containsExactly(new Effect.GoLive(10, 12), start(10));
        assertThat(talk.step(new Input.FeedBehind(10)))
                .contains(pull(12, 11, Optional.of(new PeerLacks.Since(120)), PullPlan.NOW, 0));
    }

    static Stream<Input> silence() {
        return Stream.of(new Input.Unanswered(5), new Input.TimerFired(Effect.Timer.ROOM_WAIT, 5));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silence")
    void aRoomThatDoesNotAnswerEndsIt(Input input) {
        List<Effect> wanted = List.of(
                Talk.failure("room is not available, try again"),
                Talk.hangUp(CloseCode.OVERLOADED),
                new Effect.Leave());

        assertThat(Talk.catchingUp().step(input)).isEqualTo(wanted);
        Talk joining =
                Talk.reconciling().then(new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of())));
        assertThat(joining.step(input)).isEqualTo(wanted);
    }

    @Test
    void messagesOnTheirWayWhenReadingStoppedAreAnsweredInOrderOnceLive() {
        Talk talk = Talk.reconciling().saying(new FromPeer.Noop());
        talk.then(new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of())));
        assertThat(talk.hears(new FromPeer.ServerInfo())).isEmpty();
        assertThat(talk.hears(Talk.pack(0, 1))).isEmpty();

        assertThat(talk.step(new Input.FeedJoined(5, 10)))
                .containsExactly(
                        stop(5),
                        new Effect.Verify(6, Talk.nodes(0, 1), Optional.empty()),
                        new Effect.Send(new ToPeer.NoopAck()),
                        new Effect.Send(new ToPeer.ServerInfo(Talk.SERVER)));
    }

    @Test
    void theRoomsNewsWaitUntilTheCatchUpIsOut() {
        Encoded first = new Encoded("{\"n\":1}", 7);
        Talk talk = Talk.catchingUp();

        assertThat(talk.step(new Input.PeerJoined(Talk.OTHER, "p", "ui"))).isEmpty();
        assertThat(talk.step(new Input.Announced(Talk.OTHER, first))).isEmpty();
        assertThat(talk.step(new Input.Announced(Talk.PEER, first))).isEmpty();
        assertThat(talk.step(new Input.PeerJoined(Talk.PEER, "p", "ui"))).isEmpty();
        assertThat(talk.step(new Input.PeerLeft(Talk.peer(0x33), "q", "ui"))).isEmpty();
        talk.then(new Input.Pulled(5, chunk(0, 1, true)));

        assertThat(talk.step(new Input.FeedJoined(6, 10)))
                .containsExactly(
                        stop(6),
                        new Effect.Send(new ToPeer.PeerJoined(Talk.ROOM, Talk.OTHER, "p", "ui")),
                        new Effect.SendDroppable(first, Optional.empty()),
                        new Effect.Send(new ToPeer.PeerLeft(Talk.ROOM, Talk.peer(0x33), "q", "ui")));
    }

    @Test
    void newsThatWaitAreBounded() {
        Talk talk = Talk.catchingUp();
        for (int i = 0; i < 500; i++) {
            talk.step(new Input.Announced(Talk.OTHER, new Encoded("{\"n\":" + i + "}", 9)));
            talk.step(new Input.PeerJoined(Talk.peer(i % 3), "p", "ui"));
            talk.step(new Input.PeerLeft(Talk.peer(i % 3), "p", "ui"));
        }
        talk.then(new Input.Pulled(5, chunk(0, 1, true)));

        List<Effect> effects = talk.step(new Input.FeedJoined(6, 10));

        assertThat(effects).hasSize(1 + Backlog.ANNOUNCED_MAX + 3);
        assertThat(effects).contains(new Effect.SendDroppable(new Encoded("{\"n\":499}", 9), Optional.empty()));
    }

    @Test
    void anExpiredTokenEndsItWithoutAMessage() {
        long expiry = Talk.START_MS / 1000 + 2;
        Talk talk = Talk.reconciling()
                .then(new Input.Admitted(2, Talk.admission(EVERYTHING, Set.of(), OptionalLong.of(expiry))));

        assertThat(talk.step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 99)))
                .isEmpty();
        assertThat(talk.after(2000).step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 3)))
                .containsExactly(Talk.hangUp(CloseCode.TOKEN_EXPIRED), new Effect.Leave());
    }

    @Test
    void aTimerThatFiresBeforeTheEndIsWoundAgain() {
        long expiry = Talk.START_MS / 1000 + 20;
        Talk talk = Talk.reconciling()
                .then(new Input.Admitted(2, Talk.admission(EVERYTHING, Set.of(), OptionalLong.of(expiry))));

        assertThat(talk.after(15_000).step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 3)))
                .containsExactly(new Effect.StartTimer(Effect.Timer.TOKEN_EXPIRY, 6, Duration.ofSeconds(5)));
        assertThat(talk.after(5_000).step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 6)))
                .contains(Talk.hangUp(CloseCode.TOKEN_EXPIRED));
    }

    static Stream<Input> inFlight() {
        return Stream.of(
                new Input.Pulled(4, chunk(1, 1, true)),
                new Input.PlanUnknown(9),
                new Input.FeedJoined(5, 10),
                new Input.FeedBehind(5),
                new Input.Unanswered(2),
                new Input.Admitted(2, Talk.admission(EVERYTHING, Set.of())),
                new Input.NotAdmitted(2, new SyncFailure.TokenExpired()),
                new Input.TimerFired(Effect.Timer.HELLO, 1),
                new Input.TimerFired(Effect.Timer.ROOM_WAIT, 2),
                new Input.TimerFired(Effect.Timer.DELAYED_ACK, 5),
                new Input.OrphansDropped(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inFlight")
    void whatMayBeInFlightChangesNothing(Input input) {
        Talk talk = Talk.catchingUp();
        Phase before = talk.phase;

        assertThat(talk.step(input)).isEmpty();
        assertThat(talk.phase).isSameAs(before);
        assertThat(talk.phase.readsNext()).isFalse();
    }

    @Test
    void whatNoRaceCanMakeIsOurBug() {
        assertThatThrownBy(() -> Talk.catchingUp().step(new Input.Relayed(11, List.of())))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> Talk.catchingUp().step(new Input.Drained())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aBrokenSendEndsItWithItsCode() {
        assertThat(Talk.catchingUp().step(new Input.Failed(new SyncFailure.SendStalled(Duration.ofSeconds(5)))))
                .containsExactly(Talk.hangUp(CloseCode.OVERLOADED), new Effect.Leave());
        assertThat(Talk.catchingUp().step(new Input.PeerGone())).containsExactly(new Effect.Leave());
    }
}
