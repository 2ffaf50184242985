package dev.parley.edge.main;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is to be undone when a server stops, the last thing first. One that fails does not keep the others. */
final class StopSteps {
    private static final Logger LOG = LoggerFactory.getLogger(StopSteps.class);

    private final Deque<Step> steps = new ArrayDeque<>();

    /** Undoes one thing, in bounded time. */
    interface Undoing {
        void run() throws Exception;
    }

    private record Step(String what, Undoing undoing) {}

    void push(String what, Undoing undoing) {
        steps.push(new Step(what, undoing));
    }

    void run() {
        while (!steps.isEmpty()) {
            Step step = steps.pop();
            try {
                step.undoing().run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                LOG.atWarn()
                        .setMessage("a step of the stop failed")
                        .addKeyValue("step", step.what())
                        .addKeyValue("why", e.toString())
                        .log();
            }
        }
    }
}
