package dev.parley.sim.mutate;

/** Bugs can be planted only where the sources and a compiler are. The message says which is missing. */
public final class NoCheckout extends Exception {
    private static final long serialVersionUID = 1L;

    public NoCheckout(String why) {
        super(why);
    }
}
