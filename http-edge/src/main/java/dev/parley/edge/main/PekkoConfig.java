package dev.parley.edge.main;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What Pekko is told: how members find each other, our plugins, no words at start, and the bounds of {@link Settings}. */
final class PekkoConfig {
    /** Stands before Pekko's own defaults and behind whatever the operator says. */
    static final Config DEFAULTS = ConfigFactory.parseString("""
            pekko {
              loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
              logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
              loglevel = "INFO"
              stdout-loglevel = "OFF"
              log-dead-letters = off
              log-dead-letters-during-shutdown = off
              library-extensions = []
              actor {
                provider = "cluster"
                allow-java-serialization = off
                warn-about-java-serializer-usage = off
              }
              remote.artery {
                transport = tcp
                # What a room and a relay say to each other is cut to 192 KiB.
                advanced.maximum-frame-size = 256KiB
              }
              cluster {
                downing-provider-class = "org.apache.pekko.cluster.sbr.SplitBrainResolverProvider"
                split-brain-resolver { active-strategy = keep-majority, stable-after = 3s }
                down-removal-margin = 1s
                # The first seed begins alone when no other answers for so long.
                seed-node-timeout = 3s
                retry-unsuccessful-join-after = 3s
                # A cluster of one need not wait for gossip to go round.
                gossip-interval = 200ms
                leader-actions-interval = 200ms
                periodic-tasks-initial-delay = 50ms
                jmx.enabled = off
                sharding {
                  remember-entities = off
                  state-store-mode = ddata
                  # Rooms put themselves away.
                  passivation.strategy = none
                  retry-interval = 200ms
                  waiting-for-state-timeout = 2s
                  updating-state-timeout = 2s
                  coordinator-singleton.min-number-of-hand-over-retries = 10
                }
                singleton.hand-over-retry-interval = 200ms
              }
              coordinated-shutdown {
                # The server drains first and then terminates the system itself.
                run-by-jvm-shutdown-hook = off
                exit-jvm = off
              }
              persistence {
                journal.plugin = "parley.journal-plugin"
                snapshot-store.plugin = "parley.snapshot-plugin"
                # Bounded by the room's own ingress, which is smaller.
                typed.stash-capacity = 16384
                typed.stash-overflow-strategy = drop
                max-concurrent-recoveries = 8
              }
              http.server {
                server-header = ""
                raw-request-uri-header = on
                remote-address-attribute = on
                backlog = 4096
                pipelining-limit = 1
                parsing.max-uri-length = 4k
                # A connection has one request of interest, the upgrade: remembered header values would stay with its
                # socket, 6 KB of them.
                parsing.header-cache { default = 0, User-Agent = 0 }
                # Browsers leave | and kin as they are in a path. What a room id may be is checked by us.
                parsing.uri-parsing-mode = relaxed
                # Strangers would fill the log: each bad request, a line of theirs. It is answered, that is enough.
                parsing { error-logging-verbosity = off, illegal-header-warnings = off }
              }
            }
            """);

    /** Connections that are no sessions: being refused, or saying nothing yet. */
    private static final int SILENT_CONNECTIONS = 4_096;

    /** Without these the server would not run, or not keep its word; what else may be said to Pekko is the operator's. */
    private static final Map<String, String> FIXED = new TreeMap<>(Map.of(
            "pekko.actor.provider", "cluster",
            "pekko.actor.allow-java-serialization", "off",
            "pekko.remote.artery.enabled", "on",
            "pekko.remote.artery.advanced.maximum-frame-size", "256KiB",
            "pekko.cluster.sharding.remember-entities", "off",
            "pekko.coordinated-shutdown.run-by-jvm-shutdown-hook", "off",
            "pekko.http.server.remote-address-attribute", "on",
            "pekko.http.server.raw-request-uri-header", "on"));

    /** These are made of a setting of ours. */
    private static final Map<String, String> OURS = Map.of(
            "pekko.cluster.sharding.number-of-shards", "parley.cluster.shards",
            "pekko.cluster.seed-nodes", "parley.cluster.seeds",
            "pekko.remote.artery.canonical.hostname", "parley.cluster.host",
            "pekko.remote.artery.canonical.port", "parley.cluster.port",
            "pekko.remote.artery.bind.hostname", "parley.cluster.bind-host",
            "pekko.remote.artery.bind.port", "parley.cluster.bind-port",
            "pekko.http.server.max-connections", "parley.edge.sessions-max",
            "pekko.http.server.idle-timeout", "parley.edge.ping-interval");

    private PekkoConfig() {}

    /** What an operator may not say to Pekko, in a sentence each; {@code given} is what was said besides the defaults. */
    static List<String> problems(Config given) {
        List<String> problems = new ArrayList<>();
        FIXED.forEach((key, value) -> {
            if (given.hasPathOrNull(key) && !same(given, key, value)) {
                problems.add(key + " must stay " + value + ": the server does not work otherwise");
            }
        });
        new TreeMap<>(OURS).forEach((key, ours) -> {
            if (given.hasPathOrNull(key)) {
                problems.add(key + " is set by Parley itself, from " + ours);
            }
        });
        return problems;
    }

    private static boolean same(Config given, String key, String value) {
        try {
            return switch (value) {
                case "on", "off" -> given.getBoolean(key) == value.equals("on");
                case "256KiB" -> given.getBytes(key) == 256 << 10;
                default -> given.getString(key).equals(value);
            };
        } catch (ConfigException unfit) {
            return false;
        }
    }

    /** {@code inServe}: the process is the server, so a fatal error may end it; a test's process may not. */
    static Config of(Settings settings, PeerId key, int cores, boolean inServe) {
        long idleSeconds =
                Math.max(60, settings.edge().pingInterval().multipliedBy(3).toSeconds());
        return ConfigFactory.empty()
                .withValue("pekko.jvm-exit-on-fatal-error", ConfigValueFactory.fromAnyRef(inServe))
                // Sessions have their own bound, whose answer is 503; this one only holds off what never says anything.
                .withValue(
                        "pekko.http.server.max-connections",
                        ConfigValueFactory.fromAnyRef(settings.edge().sessionsMax() + SILENT_CONNECTIONS))
                .withValue("pekko.http.server.idle-timeout", ConfigValueFactory.fromAnyRef(idleSeconds + "s"))
                .withValue(
                        "parley.dispatchers.verify.thread-pool-executor.fixed-pool-size",
                        ConfigValueFactory.fromAnyRef(cores))
                .withFallback(settings.cluster().forPekko(key))
                .withFallback(settings.config())
                .resolve();
    }
}
