package dev.parley.core.session;

import java.util.List;

/** One transition of a session: the phase it is in now, and what to do, in order. */
public record Step(Phase next, List<Effect> effects) {
    public Step {
        effects = List.copyOf(effects);
    }

    public static Step to(Phase next, Effect... effects) {
        return new Step(next, List.of(effects));
    }
}
