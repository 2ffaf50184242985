package dev.parley.sim.actors;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.SystemMaterializer;
import org.slf4j.LoggerFactory;

/** An actor system whose every dispatcher, ours and Pekko's, is one {@link ActorLoop}; its journal is in memory. */
final class SimulatedSystem {
    /** Pekko's own dispatchers and ours carry this key, and nothing else does. */
    private static final String MARK = "executor";

    private static final Config OURS = ConfigFactory.parseString("""
            pekko {
              actor {
                provider = "local"
                allow-java-serialization = off
                warn-about-java-serializer-usage = off
              }
              scheduler.implementation = "dev.parley.sim.actors.VirtualScheduler"
              loggers = ["dev.parley.sim.actors.ErrorWatch"]
              use-slf4j = off
              loglevel = "ERROR"
              stdout-loglevel = "OFF"
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              library-extensions = []
              extensions = []
              jvm-shutdown-hooks = off
              coordinated-shutdown.run-by-jvm-shutdown-hook = off
              persistence {
                journal.plugin = "parley.simulated-journal"
                snapshot-store.plugin = "parley.simulated-snapshots"
                typed.stash-capacity = 16384
                typed.stash-overflow-strategy = drop
                max-concurrent-recoveries = 8
              }
            }
            parley {
              room.read-journal = "parley.simulated-read-journal"
              simulated-journal = ${parley.journal-plugin} {
                class = "dev.parley.sim.actors.SimulatedJournal"
                plugin-dispatcher = "pekko.actor.default-dispatcher"
                replay-dispatcher = "pekko.actor.default-dispatcher"
              }
              simulated-snapshots = ${parley.snapshot-plugin} {
                class = "dev.parley.sim.actors.SimulatedSnapshots"
                plugin-dispatcher = "pekko.actor.default-dispatcher"
              }
              simulated-read-journal.class = "dev.parley.sim.actors.SimulatedReadJournal"
            }
            """);

    static final Config CONFIG = config();

    private SimulatedSystem() {}

    /** A system that has come to rest; from now on {@code loop} runs it, on the calling thread. */
    static synchronized ActorSystem<Branch.Turn> start(ActorLoop loop, StoreSetup store) {
        hush();
        VirtualScheduler.handOver(loop);
        ActorSystem<Branch.Turn> system = ActorSystem.create(
                Branch.create(), "simulated", ActorSystemSetup.create(BootstrapSetup.create(CONFIG), store));
        SystemMaterializer.get(system); // It waits for an actor while it is made.
        loop.takeOver();
        return system;
    }

    /** What actors log in a run says nothing that its trace does not, a thousand times; faults are no news here. */
    private static void hush() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
            logs.getLogger("dev.parley.persistence").setLevel(Level.OFF);
            logs.getLogger("dev.parley.edge").setLevel(Level.OFF);
            logs.getLogger("org.apache.pekko").setLevel(Level.OFF);
        }
    }

    private static Config config() {
        Config all =
                OURS.withFallback(ConfigFactory.defaultReferenceUnresolved()).resolve();
        for (List<String> path : dispatchers(all.root(), List.of())) {
            String at = ConfigUtil.joinPath(path);
            all = all.withValue(at + ".type", ConfigValueFactory.fromAnyRef("Dispatcher"))
                    .withValue(at + ".executor", ConfigValueFactory.fromAnyRef(LoopExecutor.class.getName()))
                    .withValue(at + ".throughput", ConfigValueFactory.fromAnyRef(1));
        }
        return all;
    }

    /** Where dispatchers are set up, whoever does. */
    static List<List<String>> dispatchers(ConfigObject at, List<String> path) {
        List<List<String>> found = new ArrayList<>();
        if (at.containsKey(MARK) && at.get(MARK).valueType() == ConfigValueType.STRING
                || at.containsKey("type")
                        && String.valueOf(at.get("type").unwrapped()).endsWith("Dispatcher")) {
            found.add(path);
        }
        for (Map.Entry<String, ConfigValue> entry : at.entrySet()) {
            if (entry.getValue() instanceof ConfigObject below) {
                List<String> deeper = new ArrayList<>(path);
                deeper.add(entry.getKey());
                found.addAll(dispatchers(below, deeper));
            }
        }
        return found;
    }
}
