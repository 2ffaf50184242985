package dev.parley.sim.mutate;

import dev.parley.sim.actors.ActorWorld;
import dev.parley.sim.check.Violation;
import dev.parley.sim.world.Scenario;
import dev.parley.sim.world.World;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * One run, made among the classes of whatever loader loaded this: the text of what broke, or null when all held. It is
 * named by the layer and the scenario, with a blank between them, and the seed. Only types of the JDK cross from one
 * loader to the other.
 */
public final class Trial implements BiFunction<String, Long, String> {
    @Override
    public String apply(String world, Long seed) {
        try {
            run(world, seed);
            return null;
        } catch (Violation broken) {
            return broken.getMessage();
        } catch (RuntimeException | StackOverflowError | AssertionError bug) {
            StackTraceElement[] stack = bug.getStackTrace();
            return bug + (stack.length == 0 ? "" : " at " + stack[0]);
        }
    }

    private static void run(String world, long seed) {
        int blank = world.indexOf(' ');
        Scenario scenario = scenarioOf(world.substring(blank + 1));
        switch (Mutant.Layer.valueOf(world.substring(0, blank))) {
            case FIRST -> World.of(seed, scenario, Optional.empty()).run();
            case SECOND -> ActorWorld.of(seed, scenario, Optional.empty()).run();
        }
    }

    private static Scenario scenarioOf(String name) {
        return Scenario.ALL.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
    }
}
