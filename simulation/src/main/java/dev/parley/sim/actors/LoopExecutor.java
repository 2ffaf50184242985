package dev.parley.sim.actors;

import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.dispatch.DispatcherPrerequisites;
import org.apache.pekko.dispatch.ExecutorServiceConfigurator;
import org.apache.pekko.dispatch.ExecutorServiceFactory;

/** The executor of every dispatcher of a simulated actor system: all of them hand their work to its {@link ActorLoop}. */
public final class LoopExecutor extends ExecutorServiceConfigurator {
    private final ActorLoop loop;

    /** Called by Pekko. The loop is the one of the system's {@link VirtualScheduler}. */
    public LoopExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        this.loop = ((VirtualScheduler) prerequisites.scheduler()).loop();
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> new Handing(loop);
    }

    private static final class Handing extends AbstractExecutorService {
        private final ActorLoop loop;
        private boolean down;

        Handing(ActorLoop loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void shutdown() {
            down = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            down = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return down;
        }

        @Override
        public boolean isTerminated() {
            return down;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }

        @Override
        public void close() {
            down = true;
        }
    }
}
