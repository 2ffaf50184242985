package dev.parley.sim.check;

import java.util.function.Supplier;

/** An invariant did not hold. The message says which and where. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Violation(String what) {
        super(what);
    }

    public Violation(String what, Throwable cause) {
        super(what, cause);
    }

    /** Errors: throws one with this text unless {@code holds}. The text is made only then. */
    static void unless(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new Violation(what.get());
        }
    }
}
