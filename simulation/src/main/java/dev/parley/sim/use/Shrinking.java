package dev.parley.sim.use;

import dev.parley.sim.world.Plan;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Shrinks the plan of a broken run, where alike means: the same kind of break in the same layer. */
final class Shrinking {
    private final Ending.Broke broken;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Minimizer minimizer;

    Shrinking(Ending.Broke broken, int runsMax, Consumer<String> progress) {
        this.broken = broken;
        this.minimizer = new Minimizer(this::breaksAlike, runsMax, progress);
    }

    /** The smallest so far is enough. Safe on any thread. */
    void stop() {
        stopped.set(true);
    }

    int runs() {
        return minimizer.runs();
    }

    Plan of(Plan breaking) {
        return minimizer.shrink(breaking);
    }

    private boolean breaksAlike(Plan plan) {
        if (stopped.get()) {
            return false;
        }
        try {
            return broken.job().layer().run(broken.job(), plan, (atMs, what, details) -> {})
                            instanceof Ending.Broke again
                    && again.kind().equals(broken.kind());
        } catch (RuntimeException | StackOverflowError | AssertionError bug) {
            return Kinds.of(bug).equals(broken.kind());
        }
    }
}
