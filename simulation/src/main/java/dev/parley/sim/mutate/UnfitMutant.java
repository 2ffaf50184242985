package dev.parley.sim.mutate;

/** A planted bug that cannot be planted: its text is broken, does not fit the source any more, or does not compile. */
public final class UnfitMutant extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnfitMutant(String id, String why) {
        super("mutant " + id + ": " + why);
    }
}
