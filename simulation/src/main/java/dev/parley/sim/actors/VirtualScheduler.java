package dev.parley.sim.actors;

import com.typesafe.config.Config;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.AbstractScheduler;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.event.LoggingAdapter;
import scala.concurrent.ExecutionContext;
import scala.concurrent.duration.FiniteDuration;

/**
 * The scheduler of a simulated actor system: time passes when its {@link ActorLoop} says so. What is due goes to its
 * dispatcher then, in the order of (time, scheduling).
 */
public final class VirtualScheduler extends AbstractScheduler {
    /** Pekko makes the scheduler and takes only a class name for it: the loop is handed over beside, for one system. */
    private static final AtomicReference<ActorLoop> NEXT = new AtomicReference<>();

    private final ActorLoop loop;

    /** Called by Pekko. */
    public VirtualScheduler(Config config, LoggingAdapter log, ThreadFactory threads) {
        loop = NEXT.getAndSet(null);
        if (loop == null) {
            throw new IllegalStateException("no loop was handed over");
        }
    }

    /** The next scheduler that is made belongs to this loop. To be called under the lock of who starts systems. */
    static void handOver(ActorLoop loop) {
        NEXT.set(loop);
    }

    ActorLoop loop() {
        return loop;
    }

    private static final class Entry implements Cancellable {
        private boolean over;

        @Override
        public synchronized boolean cancel() {
            boolean before = over;
            over = true;
            return !before;
        }

        @Override
        public synchronized boolean isCancelled() {
            return over;
        }
    }

    @Override
    public Cancellable scheduleOnce(FiniteDuration delay, Runnable task, ExecutionContext where) {
        Entry entry = new Entry();
        loop.schedule(delay.toNanos(), () -> {
            if (entry.cancel()) {
                where.execute(task);
            }
        });
        return entry;
    }

    @Override
    @SuppressWarnings("deprecation") // Abstract all the same.
    public Cancellable schedule(
            FiniteDuration initial, FiniteDuration interval, Runnable task, ExecutionContext where) {
        Entry entry = new Entry();
        loop.schedule(initial.toNanos(), () -> again(entry, interval.toNanos(), task, where));
        return entry;
    }

    private void again(Entry entry, long intervalNanos, Runnable task, ExecutionContext where) {
        if (!entry.isCancelled()) {
            where.execute(task);
            loop.schedule(intervalNanos, () -> again(entry, intervalNanos, task, where));
        }
    }

    @Override
    public double maxFrequency() {
        return 1e9;
    }
}
