package dev.parley.sim.use;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * What Ctrl-C does while something long goes on: it asks that to stop, and lets the process end only when that has said
 * how far it came, or after a bounded while.
 */
final class Interruption {
    private static final long PATIENCE_SECONDS = 15;

    private Interruption() {}

    /** Does {@code work}; when the process is told to end meanwhile, runs {@code stop} on another thread and waits for it. */
    static <T> T during(Supplier<T> work, Runnable stop) {
        CountDownLatch over = new CountDownLatch(1);
        Thread hook = new Thread(() -> stopped(stop, over), "simulate-stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.get();
        } finally {
            over.countDown();
            remove(hook);
        }
    }

    private static void stopped(Runnable stop, CountDownLatch over) {
        stop.run();
        try {
            over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException nobodyWaits) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            return; // It is what waits for us.
        }
    }
}
