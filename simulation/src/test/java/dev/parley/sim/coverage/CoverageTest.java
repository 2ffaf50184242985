package dev.parley.sim.coverage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.About;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.session.SessionSettings;
import dev.parley.core.wire.FromPeer;
import dev.parley.persistence.relay.RelayInput;
import dev.parley.persistence.relay.RelayRules;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.When;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private final Coverage coverage = new Coverage();
    private final Phase open = new Phase.Handshaking(
            new About(
                    new SessionId(1),
                    Optional.empty(),
                    PeerId.of(new byte[PeerId.SIZE_BYTES]),
                    SessionSettings.DEFAULT),
            1);

    @Test
    void stepsOfSessionsAreCountedByPhaseAndKind() {
        Phase closed = new Phase.Closed(CloseCode.DROPPED);
        coverage.session(open, new Input.TimerFired(Effect.Timer.HELLO, 1), closed);
        coverage.session(open, new Input.Failed(new SyncFailure.PeerDead()), closed);
        coverage.session(open, new Input.FromPeer(new FromPeer.Pack(new FromPeer.PackContent.BadBase64())), closed);

        Table session = table("session, input by phase");
        assertThat(session.hits("handshaking", "timer HELLO")).isEqualTo(1);
        assertThat(session.hits("handshaking", "failed by PeerDead")).isEqualTo(1);
        assertThat(session.hits("handshaking", "peer's pack of BadBase64")).isEqualTo(1);
        assertThat(table("session, from phase to phase").hits("handshaking", "closed"))
                .isEqualTo(3);
    }

    @Test
    void everyKindOfInputHasAPlaceOfItsOwn() {
        assertThat(SessionInputs.NAMES).doesNotHaveDuplicates();
        assertThat(coverage.tables()).allSatisfy(table -> {
            assertThat(table.reached()).isZero();
            assertThat(table.possible()).isPositive();
        });
    }

    @Test
    void whatComesToRelaysAndRoomsIsCounted() {
        coverage.relay(RelayRules.Standing.BEHIND, new RelayInput.Tick());
        coverage.room(Coverage.RoomState.STALE, new ToRoom.Detach(new RelayId(1)));
        coverage.room(Coverage.RoomState.WRITING, Coverage.RoomTurn.PERSISTED);

        assertThat(table("relay, input by standing").hits("BEHIND", "tick")).isEqualTo(1);
        assertThat(table("room, input by state").hits("STALE", "Detach")).isEqualTo(1);
        assertThat(table("room, input by state").hits("WRITING", "PERSISTED")).isEqualTo(1);
    }

    @Test
    void faultsThatOverlapMakeAPair() {
        coverage.faults(List.of(
                new Fault.CutPeer(new When.At(1_500), 0),
                new Fault.Drop(new When.At(1_000), 2_000, 10),
                new Fault.Delay(new When.At(4_000), 1_000, 10)));

        Table faults = table("pairs of faults at one time");
        assertThat(faults.reached()).isEqualTo(1);
        assertThat(faults.hits("Drop", "CutPeer")).isEqualTo(1);
    }

    @Test
    void refusalsAndEndsAreCountedByKind() {
        coverage.refused("invalid ed25519 signature on node 00");
        coverage.refused("something new");
        coverage.closed(1011, "server overload");
        coverage.closed(1008, "expected hello");

        assertThat(table("refusals").hits("", "invalid ed25519 signature")).isEqualTo(1);
        assertThat(table("refusals").hits("", "(other)")).isEqualTo(1);
        assertThat(table("close codes").hits("", "OVERLOADED")).isEqualTo(1);
        assertThat(table("close codes").hits("", "POLICY_VIOLATION")).isEqualTo(1);
    }

    @Test
    void runsAddUpAndTheReportShowsTheHoles() {
        Coverage other = new Coverage();
        other.closed(4001, "resync required");
        coverage.add(other);

        assertThat(coverage.report())
                .contains("close codes: 1 of 11", "never: NORMAL")
                .doesNotContain("RESYNC_REQUIRED");
    }

    private Table table(String title) {
        return coverage.tables().stream()
                .filter(table -> table.title().equals(title))
                .findFirst()
                .orElseThrow();
    }
}
