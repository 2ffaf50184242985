package dev.parley.sim.use;

import dev.parley.sim.world.Scenario;
import java.util.List;
import java.util.Optional;

/**
 * Which run a seed is, when the command line leaves it open: mostly the default scenario, each fifth seed one of the
 * others in turn, each twentieth the second layer. It follows from the seed alone, so that a seed names a run.
 *
 * @param layer only this layer; empty for both
 * @param scenario only this one; empty for the mixture
 */
record Choice(Optional<Layer> layer, Optional<String> scenario) {
    private static final int OTHER_SCENARIO_EVERY = 5;
    private static final int ACTORS_EVERY = 20;
    private static final int ACTORS_AT = 10;

    private static final List<String> OTHERS = Scenario.ALL.stream()
            .map(Scenario::name)
            .filter(name -> !name.equals(Scenario.DEFAULT.name()))
            .toList();

    Job job(long seed) {
        long unsigned = seed & Long.MAX_VALUE;
        Layer runs = layer.orElse(unsigned % ACTORS_EVERY == ACTORS_AT ? Layer.ACTORS : Layer.RULES);
        return new Job(runs, scenario.orElseGet(() -> scenarioOf(unsigned)), seed);
    }

    private static String scenarioOf(long seed) {
        return seed % OTHER_SCENARIO_EVERY == OTHER_SCENARIO_EVERY - 1
                ? OTHERS.get((int) (seed / OTHER_SCENARIO_EVERY % OTHERS.size()))
                : Scenario.DEFAULT.name();
    }
}
