package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.core.access.Capabilities;
import dev.parley.core.access.Subscription;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.NodeId;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transitions from {@code Reconciling}. */
class ReconcilingTest {
    private static final Effect STOP_WAIT = new Effect.StopTimer(Effect.Timer.ROOM_WAIT, 2);

    private static Effect welcome(Capabilities caps, Optional<NodeId> mstRoot) {
        return new Effect.Send(new ToPeer.Welcome(
                Talk.ROOM,
                Talk.SELF,
                Talk.ROOT,
                List.of(Talk.id(3), Talk.id(9)),
                List.of(Talk.id(7)),
                caps,
                Talk.SERVER,
                List.of(Talk.OTHER),
                mstRoot));
    }

    @Test
    void nothingIsReadUntilLive() {
        assertThat(Talk.reconciling().phase.readsNext()).isFalse();
        assertThat(Talk.reconciling().phase.name()).isEqualTo("reconciling");
    }

    @Test
    void welcomeIsFirstThenTheFeedWhenNothingIsMissing() {
        Talk talk = Talk.reconciling();

        assertThat(talk.step(new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of()))))
                .containsExactly(
                        STOP_WAIT,
                        welcome(Capabilities.DEFAULT, Optional.of(Talk.TREE)),
                        new Effect.GoLive(5, 10),
                        new Effect.StartTimer(Effect.Timer.ROOM_WAIT, 5, Talk.WAIT));
        assertThat(talk.phase.name()).isEqualTo("catching-up");
    }

    @Test
    void welcomeIsFirstThenTheFirstPull() {
        PeerLacks lacks = new PeerLacks.AllBut(List.of(Talk.id(1)));
        PullPlan plan = new PullPlan(Talk.SELF, 4, Optional.of(lacks), 100, Subscription.EVERYTHING, 0, 384 << 10);

        assertThat(Talk.reconciling().step(new Input.Admitted(2, Talk.admission(lacks, Set.of()))))
                .containsExactly(
                        STOP_WAIT,
                        welcome(Capabilities.DEFAULT, Optional.of(Talk.TREE)),
                        new Effect.Pull(5, plan),
                        new Effect.StartTimer(Effect.Timer.ROOM_WAIT, 5, Talk.WAIT));
    }

    @Test
    void theTreeRootIsToldOnlyWhenNegotiated() {
        Capabilities none = new Capabilities(false, false, true, true, false, OptionalLong.empty(), true, true);
        FromPeer.Hello hello = Talk.hello();
        FromPeer.Hello plain = new FromPeer.Hello(
                hello.pubkey(),
                hello.room(),
                hello.heads(),
                hello.sketch(),
                none,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty());

        assertThat(Talk.opened()
                        .saying(plain)
                        .step(new Input.Admitted(2, Talk.admission(new PeerLacks.Nothing(), Set.of()))))
                .contains(welcome(none, Optional.empty()));
    }

    static Stream<Arguments> expiries() {
        long nowSeconds = Talk.START_MS / 1000;
        return Stream.of(
                arguments(nowSeconds + 2, Duration.ofSeconds(2)),
                arguments(nowSeconds + 15, Duration.ofSeconds(15)),
                arguments(nowSeconds + 16, Duration.ofSeconds(15)),
                arguments(nowSeconds + 1_000_000_000, Duration.ofSeconds(15)),
                arguments(-1L, Duration.ofSeconds(15)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("expiries")
    void aTokenStartsItsTimer(long expirySeconds, Duration after) {
        Admission admission =
                Talk.admission(new PeerLacks.Nothing(), Set.of("room.admin"), OptionalLong.of(expirySeconds));

        assertThat(Talk.reconciling().step(new Input.Admitted(2, admission)))
                .contains(new Effect.StartTimer(Effect.Timer.TOKEN_EXPIRY, 3, after));
    }

    @ParameterizedTest(name = "{0} ms")
    @ValueSource(longs = {0, 5_000})
    void aTokenThatRanOutWhileTheRoomWasLookedForIsRefusedAsExpired(long lateMs) {
        OptionalLong expiry = OptionalLong.of(Talk.START_MS / 1000 + 2);
        Admission admission = Talk.admission(new PeerLacks.Nothing(), Set.of("room.admin"), expiry);

        assertThat(Talk.reconciling().after(2_000 + lateMs).step(new Input.Admitted(2, admission)))
                .containsExactly(
                        Talk.failure("auth: token has expired"),
                        Talk.hangUp(CloseCode.TOKEN_EXPIRED),
                        new Effect.Leave());
    }

    static Stream<Arguments> endings() {
        Effect leave = new Effect.Leave();
        List<Effect> unavailable =
                List.of(Talk.failure("room is not available, try again"), Talk.hangUp(CloseCode.OVERLOADED), leave);
        return Stream.of(
                arguments(new Input.Unanswered(2), unavailable),
                arguments(new Input.TimerFired(Effect.Timer.ROOM_WAIT, 2), unavailable),
                arguments(
                        new Input.NotAdmitted(2, new SyncFailure.Unauthorized("auth: no")),
                        List.of(
                                Talk.failure("auth: no"),
                                new Effect.HangUp(CloseCode.POLICY_VIOLATION, "auth: no"),
                                leave)),
                arguments(
                        new Input.NotAdmitted(2, new SyncFailure.TokenExpiredAtHello("auth: token has expired")),
                        List.of(Talk.failure("auth: token has expired"), Talk.hangUp(CloseCode.TOKEN_EXPIRED), leave)),
                arguments(
                        new Input.Failed(new SyncFailure.TooManySessions("room is full")),
                        List.of(Talk.failure("room is full"), Talk.hangUp(CloseCode.OVERLOADED), leave)),
                arguments(new Input.PeerGone(), List.of(leave)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("endings")
    void itEndsWithItsCodeAndLeavesTheRoom(Input input, List<Effect> wanted) {
        Talk talk = Talk.reconciling();

        assertThat(talk.step(input)).isEqualTo(wanted);
        assertThat(talk.phase).isInstanceOf(Phase.Closed.class);
    }

    static Stream<Input> inFlight() {
        return Stream.of(
                new Input.Admitted(1, Talk.admission(new PeerLacks.Nothing(), Set.of())),
                new Input.NotAdmitted(3, new SyncFailure.TokenExpired()),
                new Input.Unanswered(1),
                new Input.TimerFired(Effect.Timer.HELLO, 1),
                new Input.TimerFired(Effect.Timer.ROOM_WAIT, 1),
                new Input.PeerJoined(Talk.OTHER, "p", "ui"),
                new Input.PeerLeft(Talk.OTHER, "p", "ui"),
                new Input.Announced(Talk.OTHER, new Encoded("{}", 2)),
                new Input.OrphansDropped(1));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("inFlight")
    void whatMayBeInFlightChangesNothing(Input input) {
        Talk talk = Talk.reconciling();
        Phase before = talk.phase;

        assertThat(talk.step(input)).isEmpty();
        assertThat(talk.phase).isSameAs(before);
    }

    @Test
    void relaysBeforeTheDifferenceAreOurBug() {
        assertThatThrownBy(() -> Talk.reconciling().step(new Input.Relayed(1, List.of())))
                .isInstanceOf(IllegalStateException.class);
    }
}
