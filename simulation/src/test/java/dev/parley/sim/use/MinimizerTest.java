package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.world.Bounds;
import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Scenario;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** A plan shrinks to the parts that its break needs, and to nothing less. */
class MinimizerTest {
    private static final Plan LARGE = largest();

    private final List<String> told = new ArrayList<>();

    /** A seed whose plan has several rooms and faults. */
    private static Plan largest() {
        for (long seed = 1; ; seed++) {
            Plan plan = Plan.draw(seed, Scenario.DEFAULT);
            if (plan.rooms().size() > 2
                    && plan.faults().stream().anyMatch(Fault.CutPeer.class::isInstance)
                    && plan.faults().stream().anyMatch(Fault.Drop.class::isInstance)) {
                return plan;
            }
        }
    }

    private Plan shrunk(int runsMax, Predicate<Plan> breaks) {
        return new Minimizer(breaks, runsMax, told::add).shrink(LARGE);
    }

    private static boolean cuts(Plan plan) {
        return plan.faults().stream().anyMatch(Fault.CutPeer.class::isInstance);
    }

    @Test
    void onlyTheFaultAndTheActionThatMatterAreLeft() {
        Plan.Action last = LARGE.actions().get(LARGE.actions().size() - 1);

        Plan small = shrunk(
                10_000,
                plan -> cuts(plan) && plan.actions().stream().anyMatch(action -> action.number() == last.number()));

        assertThat(small.faults()).hasSize(1);
        assertThat(small.actions()).extracting(Plan.Action::number).containsExactly(last.number());
        assertThat(small.peers()).extracting(Plan.Peer::number).containsExactly(last.peer());
        assertThat(small.members()).isEqualTo(1);
        assertThat(small.bounds()).isEqualTo(Bounds.USUAL);
        assertThat(small.realSignatures()).isFalse();
        assertThat(small.seed()).isEqualTo(LARGE.seed());
    }

    @Test
    void timesMoveTogetherAndSpansShorten() {
        Plan small = shrunk(
                10_000,
                plan -> plan.faults().stream()
                        .anyMatch(fault -> fault instanceof Fault.Drop drop && drop.forMs() >= 100));

        assertThat(small.faults()).hasSize(1);
        assertThat(((Fault.Drop) small.faults().get(0)).forMs()).isEqualTo(100);
        assertThat(small.faults().get(0).when().earliestMs()).isZero();
        assertThat(small.activeMs()).isEqualTo(1);
    }

    @Test
    void roomsWithoutPeersGo() {
        Plan small = shrunk(10_000, plan -> plan.peers().stream().anyMatch(peer -> peer.room() == 0));

        assertThat(small.rooms()).hasSize(1);
        assertThat(small.peers()).hasSize(1);
    }

    @Test
    void whatCannotShrinkStaysAsItIs() {
        assertThat(shrunk(10_000, plan -> false)).isEqualTo(LARGE);
    }

    @Test
    void theRunsAreBoundedAndTheSmallestSoFarIsKept() {
        Minimizer minimizer = new Minimizer(MinimizerTest::cuts, 7, told::add);

        Plan small = minimizer.shrink(LARGE);

        assertThat(minimizer.runs()).isEqualTo(7);
        assertThat(cuts(small)).isTrue();
    }

    @Test
    void eachKindOfPartIsTold() {
        shrunk(10_000, MinimizerTest::cuts);

        assertThat(told)
                .anyMatch(line -> line.startsWith("faults: "))
                .anyMatch(line -> line.startsWith("actions: ") || line.startsWith("peers: "));
    }
}
