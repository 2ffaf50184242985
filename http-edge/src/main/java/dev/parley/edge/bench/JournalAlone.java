package dev.parley.edge.bench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;

/** The journal without rooms: persistent actors that each write one event of a small pack's size after another. */
final class JournalAlone {
    private static final int EVENT_BYTES = 260;
    private static final int WARM_UP_SECONDS = 6;

    private JournalAlone() {}

    /** Durable events a second, with {@code writers} rooms' worth of writers and one event each in flight. */
    static double eventsPerSecond(Path folder, int writers, int seconds) throws Exception {
        Files.createDirectories(folder);
        AtomicLong written = new AtomicLong();
        Config config = ConfigFactory.parseMap(Map.of(
                        "parley.journal.kind", "embedded",
                        "parley.journal.directory", folder.toString(),
                        "pekko.persistence.journal.plugin", "parley.journal-plugin",
                        "pekko.persistence.snapshot-store.plugin", "pekko.persistence.no-snapshot-store",
                        "pekko.actor.provider", "local",
                        "pekko.loglevel", "WARNING"))
                .withFallback(ConfigFactory.load());
        ActorSystem<Void> system = ActorSystem.create(
                Behaviors.setup(context -> {
                    for (int i = 0; i < writers; i++) {
                        context.spawn(Writer.create("bench|" + i, written), "writer-" + i);
                    }
                    return Behaviors.empty();
                }),
                "journal-alone",
                config);
        try {
            TimeUnit.SECONDS.sleep(WARM_UP_SECONDS);
            long began = System.nanoTime();
            long before = written.get();
            TimeUnit.SECONDS.sleep(seconds);
            return (written.get() - before) / ((System.nanoTime() - began) / 1e9);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().get(30, TimeUnit.SECONDS);
        }
    }

    private static final class Writer extends EventSourcedBehavior<Boolean, byte[], Integer> {
        private final ActorContext<Boolean> context;
        private final AtomicLong written;

        private Writer(PersistenceId id, ActorContext<Boolean> context, AtomicLong written) {
            super(id);
            this.context = context;
            this.written = written;
        }

        static Behavior<Boolean> create(String id, AtomicLong written) {
            return Behaviors.setup(context -> {
                context.getSelf().tell(true);
                return new Writer(PersistenceId.ofUniqueId(id), context, written);
            });
        }

        @Override
        public Integer emptyState() {
            return 0;
        }

        @Override
        public CommandHandler<Boolean, byte[], Integer> commandHandler() {
            return newCommandHandlerBuilder()
                    .forAnyState()
                    .onAnyCommand(go -> Effect().persist(new byte[EVENT_BYTES]).thenRun(count -> {
                        written.incrementAndGet();
                        context.getSelf().tell(true);
                    }));
        }

        @Override
        public EventHandler<Integer, byte[]> eventHandler() {
            return (count, event) -> count + 1;
        }
    }
}
