package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.ToPeer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A token ends at a time of the wall clock, whatever somebody does to that clock meanwhile (spec 03 §2.3). Time that
 * passes runs the timers; {@code nowMs} is the clock.
 */
class ExpiryTest {
    private static final long LIFE_SECONDS = 3_600;
    private static final long EXPIRY_MS = Talk.START_MS + LIFE_SECONDS * 1_000;

    /** The phases that a token can run out in. */
    private enum In {
        CATCHING_UP,
        LIVE
    }

    /** A session under a clock that can be set. */
    private static final class Watched {
        final Talk talk;
        Effect.StartTimer timer;
        long passedMs;

        Watched(In phase) {
            PeerLacks lacks = phase == In.LIVE ? new PeerLacks.Nothing() : new PeerLacks.Everything();
            OptionalLong expiry = OptionalLong.of(EXPIRY_MS / 1_000);
            talk = Talk.reconciling();
            hear(talk.step(new Input.Admitted(2, Talk.admission(lacks, Set.of(), expiry))));
            if (phase == In.LIVE) {
                hear(talk.step(new Input.FeedJoined(5, 10)));
            }
        }

        private void hear(List<Effect> effects) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.StartTimer start && start.timer() == Effect.Timer.TOKEN_EXPIRY) {
                    timer = start;
                }
            }
        }

        /** Lets the running timer fire, the clock going as time does. */
        void fire() {
            passedMs += timer.after().toMillis();
            talk.after(timer.after().toMillis());
            hear(talk.step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, timer.number())));
        }

        boolean ended() {
            return talk.phase instanceof Phase.Closed;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSteadyClockEndsTheSessionAtTheSecondAndNotBefore(In phase) {
        Watched session = new Watched(phase);

        while (!session.ended()) {
            assertThat(session.talk.nowMs).isLessThan(EXPIRY_MS);
            session.fire();
        }

        assertThat(session.talk.nowMs).isEqualTo(EXPIRY_MS);
        assertThat(session.talk.phase).isEqualTo(new Phase.Closed(CloseCode.TOKEN_EXPIRED));
    }

    @ParameterizedTest
    @EnumSource
    void aClockSetForwardBeyondTheEndEndsTheSessionSoon(In phase) {
        Watched session = new Watched(phase);
        session.fire();
        long beforeMs = session.passedMs;

        session.talk.after(LIFE_SECONDS * 1_000);
        while (!session.ended()) {
            session.fire();
        }

        assertThat(session.passedMs - beforeMs)
                .isLessThanOrEqualTo(Duration.ofSeconds(Access.RECHECK_SECONDS).toMillis());
    }

    @ParameterizedTest
    @EnumSource
    void aClockSetBackNeitherEndsTheSessionEarlyNorForgetsIt(In phase) {
        Watched session = new Watched(phase);
        while (session.talk.nowMs < EXPIRY_MS - 16_000) {
            session.fire();
        }

        session.talk.after(-600_000);
        long setAtMs = session.passedMs;
        while (!session.ended()) {
            assertThat(session.talk.nowMs).isLessThan(EXPIRY_MS);
            session.fire();
        }

        assertThat(session.talk.nowMs).isEqualTo(EXPIRY_MS);
        assertThat(session.passedMs - setAtMs).isGreaterThanOrEqualTo(600_000);
    }

    @Test
    void aClockSetWithinTheLastMillisecondsIsNotMissed() {
        Watched session = new Watched(In.LIVE);
        session.talk.after(EXPIRY_MS - Talk.START_MS - 1);

        assertThat(session.talk.step(new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, session.timer.number())))
                .containsExactly(new Effect.StartTimer(
                        Effect.Timer.TOKEN_EXPIRY, session.timer.number() + 3, Duration.ofMillis(1)));
    }

    @Test
    void whatAPeerSaysBeforeTheEndIsHeard() {
        Watched session = new Watched(In.LIVE);

        session.talk.after(LIFE_SECONDS * 1_000 - 57_000);
        assertThat(session.talk.hears(new FromPeer.Noop())).containsExactly(new Effect.Send(new ToPeer.NoopAck()));
        session.talk.after(56_999);
        assertThat(session.talk.hears(new FromPeer.Noop())).containsExactly(new Effect.Send(new ToPeer.NoopAck()));
    }

    @Test
    void whatAPeerSaysAfterTheEndIsNotHeardAlsoBeforeTheTimerComes() {
        Watched session = new Watched(In.LIVE);
        session.talk.after(LIFE_SECONDS * 1_000);

        assertThat(session.talk.hears(new FromPeer.Noop()))
                .containsExactly(Talk.hangUp(CloseCode.TOKEN_EXPIRED), new Effect.Leave());
    }

    @Test
    void whatAPeerSaidWhileItCaughtUpIsNotHeardAfterTheEnd() {
        Watched session = new Watched(In.CATCHING_UP);
        session.talk.saying(new FromPeer.Noop());
        session.talk.then(new Input.Pulled(5, Talk.chunk(0, 0, true)));
        session.talk.after(LIFE_SECONDS * 1_000);

        assertThat(session.talk.step(new Input.FeedJoined(6, 10)))
                .containsExactly(Talk.hangUp(CloseCode.TOKEN_EXPIRED), new Effect.Leave());
    }

    @Test
    void aTokenWithoutAnEndInSightIsLookedAtForEver() {
        Access access = new Access(Set.of(), OptionalLong.of(-1L), 1);

        assertThat(access.expired(Long.MAX_VALUE)).isFalse();
        assertThat(access.wind(2, Talk.START_MS))
                .contains(new Effect.StartTimer(Effect.Timer.TOKEN_EXPIRY, 2, Duration.ofSeconds(15)));
    }
}
