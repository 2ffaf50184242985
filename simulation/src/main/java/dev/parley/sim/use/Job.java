package dev.parley.sim.use;

/** One run to make: which simulator, which scenario, which seed. The three together are the run. */
record Job(Layer layer, String scenario, long seed) {
    /** The one line that makes this run again, explained. */
    String replayHint() {
        return "./parley simulate --seed " + seed + " --runs 1 --scenario " + scenario
                + (layer == Layer.RULES ? "" : " --layer " + layer.title());
    }

    @Override
    public String toString() {
        return scenario + (layer == Layer.RULES ? "" : " (" + layer.title() + ")") + " seed " + seed;
    }
}
