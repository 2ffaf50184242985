package dev.parley.sim.use;

import dev.parley.sim.check.Violation;
import dev.parley.sim.coverage.Coverage;
import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Scenario;
import dev.parley.sim.world.Trace;
import dev.parley.sim.world.World;
import java.util.Optional;

/** Makes runs of the first layer. */
final class RulesLayer {
    private RulesLayer() {}

    /** What this job's seed makes of its scenario. */
    static Plan plan(Job job) {
        return Plan.draw(job.seed(), scenario(job.scenario()));
    }

    static Scenario scenario(String name) {
        return Scenario.ALL.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
    }

    static Ending run(Job job) {
        return ending(job, World.of(plan(job), Optional.empty()));
    }

    /** Makes this run, and adds what it reached to {@code reached}, also when it breaks. */
    static Ending run(Job job, Coverage reached) {
        World world = World.of(plan(job), Optional.empty());
        Ending ending = ending(job, world);
        synchronized (reached) {
            reached.add(world.coverage());
        }
        return ending;
    }

    /** Runs {@code plan}; {@code listener} hears each event. */
    static Ending run(Job job, Plan plan, Trace.Listener listener) {
        return ending(job, World.heardBy(plan, listener));
    }

    private static Ending ending(Job job, World world) {
        try {
            World.Outcome outcome = world.run();
            return new Ending.Held(
                    job, outcome.traceHash(), outcome.events(), outcome.simulatedMs(), outcome.seq(), outcome.nodes());
        } catch (Violation violation) {
            return new Ending.Broke(job, Kinds.of(violation), violation.getMessage());
        }
    }
}
