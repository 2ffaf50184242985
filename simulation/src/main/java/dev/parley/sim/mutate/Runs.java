package dev.parley.sim.mutate;

import java.util.List;

/**
 * Which runs are made against a planted bug, in order: of four runs one each is of the first three scenarios, with the
 * next seed each time; the fourth goes through the other scenarios again and again.
 */
public record Runs(List<String> scenarios, long firstSeed, int most) {
    private static final int OFTEN = 3;

    /** One run. */
    public record Run(String scenario, long seed) {}

    public Runs {
        scenarios = List.copyOf(scenarios);
    }

    /** Run {@code number}, counted from 0. */
    Run at(int number) {
        if (scenarios.size() <= OFTEN) {
            return new Run(scenarios.get(number % scenarios.size()), firstSeed + number / scenarios.size());
        }
        int turn = number / (OFTEN + 1);
        int place = number % (OFTEN + 1);
        int others = scenarios.size() - OFTEN;
        return place < OFTEN
                ? new Run(scenarios.get(place), firstSeed + turn)
                : new Run(scenarios.get(OFTEN + turn % others), firstSeed + turn / others);
    }
}
