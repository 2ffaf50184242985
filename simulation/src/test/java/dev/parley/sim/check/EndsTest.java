package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.access.Capabilities;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.About;
import dev.parley.core.session.Access;
import dev.parley.core.session.AckDamping;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Joined;
import dev.parley.core.session.Phase;
import dev.parley.core.session.RateLimit;
import dev.parley.core.session.SessionSettings;
import dev.parley.core.wire.FromPeer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EndsTest {
    private final About about = new About(
            new SessionId(1), Optional.empty(), PeerId.of(new byte[PeerId.SIZE_BYTES]), SessionSettings.DEFAULT);
    private final Phase open = new Phase.Handshaking(about, 1);
    private final Phase live = new Phase.Live(
            new Joined(about, new RoomId("room"), about.server(), Capabilities.DEFAULT, false),
            new Access(Set.of(), OptionalLong.of(1), 1),
            0,
            List.of(),
            new RateLimit(null, null), // Nobody looks at it.
            new AckDamping(0, Map.of()),
            2);

    @Test
    void aCauseHasItsCode() {
        Input slow = new Input.Failed(new SyncFailure.PeerTooSlow(1, 1));

        assertThatCode(() -> Ends.stepped(open, slow, new Phase.Closed(CloseCode.RESYNC_REQUIRED), false))
                .doesNotThrowAnyException();
        broken(() -> Ends.stepped(open, slow, new Phase.Closed(CloseCode.OVERLOADED), false), "ended with 1011");
    }

    @Test
    void aFailureEndsASession() {
        broken(() -> Ends.stepped(open, new Input.Failed(new SyncFailure.MemberLeaving()), open, false), "survived");
    }

    @Test
    void nothingElseEndsOne() {
        broken(
                () -> Ends.stepped(
                        open,
                        new Input.TimerFired(Effect.Timer.DELAYED_ACK, 1),
                        new Phase.Closed(CloseCode.NORMAL),
                        false),
                "which allows []");
    }

    @Test
    void aTokenEndsASessionAtItsTimerOnlyWhenItIsOver() {
        Input timer = new Input.TimerFired(Effect.Timer.TOKEN_EXPIRY, 1);
        Phase over = new Phase.Closed(CloseCode.TOKEN_EXPIRED);

        assertThatCode(() -> Ends.stepped(live, timer, over, true)).doesNotThrowAnyException();
        broken(() -> Ends.stepped(live, timer, over, false), "which allows []");
    }

    @Test
    void aTokenEndsASessionBeforeItHearsItsPeerOnlyWhenItIsOver() {
        Input message = new Input.FromPeer(new FromPeer.Noop());
        Phase over = new Phase.Closed(CloseCode.TOKEN_EXPIRED);

        assertThatCode(() -> Ends.stepped(live, message, over, true)).doesNotThrowAnyException();
        broken(() -> Ends.stepped(live, message, over, false), "which allows []");
    }

    @Test
    void whatIsOverStaysOver() {
        Phase closed = new Phase.Closed(CloseCode.NORMAL);

        assertThatCode(() -> Ends.stepped(closed, new Input.PeerGone(), closed, false))
                .doesNotThrowAnyException();
    }

    private static void broken(Runnable report, String what) {
        assertThatThrownBy(report::run).isInstanceOf(Violation.class).hasMessageContaining(what);
    }
}
