package dev.parley.edge.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.parley.core.id.PeerId;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.Address;

/**
 * {@code parley.cluster}: how members find and reach each other. Without seeds a member is a cluster of its own.
 *
 * @param shards into how many groups rooms are divided, the same on every member
 * @param host under which the others reach this member; a name is looked up again for each new connection
 * @param port of it; 0, any free one, only where nobody else needs to know it
 * @param bindHost what this member listens on; empty: {@code host}
 * @param bindPort of it; 0: {@code port}
 * @param seeds {@code host:port} of members that a new one asks to be let in, the same list on all; the first of them
 *     starts the cluster when no other answers
 * @param joinWithin how long a member tries to be let in before it gives up
 */
public record ClusterSettings(
        int shards, String host, int port, String bindHost, int bindPort, List<String> seeds, Duration joinWithin) {
    /** What members say to each other. Two versions that follow one another understand each other. */
    static final int FORMAT = 1;

    public ClusterSettings {
        seeds = List.copyOf(seeds);
    }

    /** True if there are other members, or may be. */
    public boolean shared() {
        return !seeds.isEmpty();
    }

    /** The seeds as Pekko has them. */
    public List<Address> seedAddresses() {
        return seeds.stream().map(seed -> address(seed).orElseThrow()).toList();
    }

    /** {@code text} as host and port; empty if it is no such thing. */
    public static Optional<Address> address(String text) {
        try {
            URI uri = new URI("pekko://parley@" + text);
            return uri.getHost() != null && uri.getPort() > 0 && uri.getPath().isEmpty()
                    ? Optional.of(new Address("pekko", "parley", uri.getHost(), uri.getPort()))
                    : Optional.empty();
        } catch (URISyntaxException unfit) {
            return Optional.empty();
        }
    }

    /** The same in Pekko's words; {@code key} is the server's own, which all members share. */
    public Config forPekko(PeerId key) {
        Map<String, Object> said = new HashMap<>();
        said.put("pekko.cluster.sharding.number-of-shards", shards);
        said.put("pekko.remote.artery.canonical.hostname", host);
        said.put("pekko.remote.artery.canonical.port", port);
        said.put("pekko.remote.artery.bind.hostname", bindHost);
        said.put("pekko.remote.artery.bind.port", bindPort == 0 ? "" : bindPort);
        said.put(SameCluster.KEY, key.toHex());
        said.put(SameCluster.SHARDS, shards);
        said.put(SameCluster.FORMAT, FORMAT);
        said.put("pekko.cluster.configuration-compatibility-check.checkers.parley", SameCluster.class.getName());
        return ConfigFactory.parseMap(said);
    }
}
