package dev.parley.edge.socket;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Runs at most so many tasks at one time on a pool that others use too; the rest wait here in order. Thread-safe.
 *
 * <p>For work that cannot be cut: whatever is queued, some threads stay free of it. Whoever uses this bounds what waits.
 *
 * <p>Errors: {@link RejectedExecutionException} when the pool takes nothing; then the task is not kept.
 */
public final class FewAtOnce implements Executor {
    private final Executor threads;
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int free;

    public FewAtOnce(Executor threads, int atOnceMax) {
        this.threads = threads;
        this.free = atOnceMax;
    }

    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (free == 0) {
                waiting.addLast(task);
                return;
            }
            free--;
        }
        try {
            threads.execute(() -> run(task));
        } catch (RejectedExecutionException full) {
            synchronized (this) {
                free++;
            }
            throw full;
        }
    }

    private void run(Runnable task) {
        Runnable now = task;
        while (now != null) {
            boolean handedOn;
            try {
                now.run();
            } finally {
                handedOn = handedOn();
            }
            now = handedOn ? null : next();
        }
    }

    /** The next task goes behind all else that wants a thread; false if this thread has to go on with it. */
    private boolean handedOn() {
        try {
            threads.execute(() -> {
                Runnable next = next();
                if (next != null) {
                    run(next);
                }
            });
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    private synchronized Runnable next() {
        Runnable next = waiting.pollFirst();
        if (next == null) {
            free++;
        }
        return next;
    }
}
