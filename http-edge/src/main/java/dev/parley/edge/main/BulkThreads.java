package dev.parley.edge.main;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads for work that one peer can have much of: large messages and the signatures of large packs.
 *
 * <p>As many as cores, so that a bulk load uses them all when nobody else does; of the lowest priority, so that whatever
 * else wants a core gets it first where the JVM passes priorities on ({@code -XX:ThreadPriorityPolicy=1}). Small work has
 * threads of its own and never waits in this queue.
 *
 * <p>Errors: {@link RejectedExecutionException} beyond {@link #TASKS_MAX} tasks.
 */
final class BulkThreads implements Executor, AutoCloseable {
    static final int TASKS_MAX = 65_536;

    private final ThreadPoolExecutor threads;

    BulkThreads(int count) {
        AtomicInteger made = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                count, count, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(TASKS_MAX), task -> {
                    Thread thread = new Thread(task, "parley-bulk-" + made.incrementAndGet());
                    thread.setPriority(Thread.MIN_PRIORITY);
                    thread.setDaemon(true);
                    return thread;
                });
    }

    @Override
    public void execute(Runnable task) {
        threads.execute(task);
    }

    /** What waits is dropped: the sessions it was for are gone. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
