package dev.parley.sim.use;

import dev.parley.sim.world.Plan;
import dev.parley.sim.world.Trace;

/** Which of the two simulators makes a run. */
enum Layer {
    /** The production rules in a world of our own: {@code sim.world}. */
    RULES("rules") {
        @Override
        Ending run(Job job) {
            return RulesLayer.run(job);
        }

        @Override
        Ending run(Job job, Plan plan, Trace.Listener listener) {
            return RulesLayer.run(job, plan, listener);
        }
    },
    /** The production actors on a deterministic dispatcher: {@code sim.actors}. */
    ACTORS("actors") {
        @Override
        Ending run(Job job) {
            return ActorsLayer.run(job);
        }

        @Override
        Ending run(Job job, Plan plan, Trace.Listener listener) {
            return ActorsLayer.run(job, plan, listener);
        }
    };

    private final String title;

    Layer(String title) {
        this.title = title;
    }

    /** Its name on the command line. */
    String title() {
        return title;
    }

    /** Makes this run. */
    abstract Ending run(Job job);

    /** Runs {@code plan} as this job; {@code listener} hears each event. */
    abstract Ending run(Job job, Plan plan, Trace.Listener listener);
}
