package dev.parley.sim.use;

import dev.parley.sim.actors.ActorWorld;
import dev.parley.sim.check.Violation;
import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Trace;
import java.util.Optional;

/** Makes runs of the second layer. */
final class ActorsLayer {
    private ActorsLayer() {}

    static Ending run(Job job) {
        return ending(job, ActorWorld.of(RulesLayer.plan(job), Optional.empty()));
    }

    /** Runs {@code plan}; {@code listener} hears each event. */
    static Ending run(Job job, Plan plan, Trace.Listener listener) {
        return ending(job, ActorWorld.of(plan, Optional.of(listener)));
    }

    private static Ending ending(Job job, ActorWorld world) {
        try {
            ActorWorld.Outcome outcome = world.run();
            return new Ending.Held(
                    job, outcome.traceHash(), outcome.events(), outcome.simulatedMs(), outcome.seq(), outcome.nodes());
        } catch (Violation violation) {
            return new Ending.Broke(job, Kinds.of(violation), violation.getMessage());
        }
    }
}
