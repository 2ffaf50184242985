package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.fault.When;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A plan is data: it survives being written, and is the run. */
class PlanTest {
    @Test
    void eachPlanSurvivesBeingWritten() {
        for (long seed = 0; seed < 200; seed++) {
            Plan plan = Plan.draw(seed, Scenario.ALL.get((int) seed % Scenario.ALL.size()));

            assertThat(Plan.parse(plan.toText())).isEqualTo(plan);
        }
    }

    @Test
    void aFaultThatWaitsForAMomentIsOneLine() {
        Plan plan = Plan.draw(1, Scenario.DEFAULT)
                .with(List.of(), List.of(), List.of(new Fault.CrashRoom(new When.First(2_000, Moment.CATCH_UP, 0), 0)));

        assertThat(plan.toText().lines())
                .contains("faults CrashRoom(when=First(afterMs=2000,moment=CATCH_UP,room=0),room=0)");
        assertThat(Plan.parse("# found by hand\n\n" + plan.toText())).isEqualTo(plan);
    }

    @Test
    void whatIsNoPlanIsRefusedByLine() {
        String text = Plan.draw(1, Scenario.DEFAULT).toText();

        assertThatThrownBy(() -> Plan.parse(text + "weather sunny\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weather sunny");
        assertThatThrownBy(() -> Plan.parse(text + "faults Flood(when=At(ms=5))\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a Fault at 5");
        assertThatThrownBy(() -> Plan.parse(text + "faults CrashRoom(when=At(ms=5),room=0\n"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected more");
    }

    @Test
    void aWrittenPlanIsTheSameRun() {
        for (long seed = 40; seed < 43; seed++) {
            Plan plan = Plan.draw(seed, Scenario.DEFAULT);

            World.Outcome first = World.of(plan, Optional.empty()).run();

            assertThat(World.of(Plan.parse(plan.toText()), Optional.empty()).run())
                    .isEqualTo(first);
        }
    }

    @Test
    void leavingOutAPeerOrFaultLeavesTheOthersAsTheyWere() {
        Plan plan = Plan.draw(3, Scenario.DEFAULT);
        Plan less = plan.with(
                plan.peers().subList(0, 4), plan.actions(), plan.faults().subList(0, 1));
        World whole = World.of(plan, Optional.empty());
        World part = World.of(less, Optional.empty());

        assertThat(part.peers()).hasSize(4);
        for (SimPeer peer : part.peers()) {
            assertThat(peer.id())
                    .isEqualTo(whole.peer(peer.number()).orElseThrow().id());
        }
        assertThat(part.run().nodes()).isPositive();
    }
}
