package dev.parley.edge.peer;

import java.util.List;
import java.util.Optional;

/**
 * How a replica behaves.
 *
 * <p>Units: {@code nodesPerSecond} paces what is sent, 0 = as fast as acknowledgements come; {@code burstNodes} go out
 * unpaced first; {@code packNodesMax} and {@code packBytesMax} (before base64) bound one pack, {@code packsInFlightMax}
 * those without an acknowledgement. {@code orphansMax} received nodes wait for parents. {@code tokenJson} is a JSON
 * object for {@code hello.token}; {@code subscribe} key patterns.
 */
public record ReplicaSettings(
        long nodesPerSecond,
        long burstNodes,
        int packNodesMax,
        int packBytesMax,
        int packsInFlightMax,
        int orphansMax,
        boolean verifies,
        List<String> subscribe,
        Optional<String> tokenJson) {
    /** No pacing, everything verified, the whole room subscribed. */
    public static final ReplicaSettings DEFAULT =
            new ReplicaSettings(0, 0, 512, 256 << 10, 4, 100_000, true, List.of("**"), Optional.empty());

    public ReplicaSettings {
        subscribe = List.copyOf(subscribe);
        if (nodesPerSecond < 0 || burstNodes < 0 || packNodesMax < 1 || packBytesMax < 1 || packsInFlightMax < 1) {
            throw new IllegalArgumentException("a replica setting is out of range");
        }
    }

    public ReplicaSettings paced(long perSecond, long burst) {
        return new ReplicaSettings(
                perSecond,
                burst,
                packNodesMax,
                packBytesMax,
                packsInFlightMax,
                orphansMax,
                verifies,
                subscribe,
                tokenJson);
    }

    public ReplicaSettings withToken(Optional<String> token) {
        return new ReplicaSettings(
                nodesPerSecond,
                burstNodes,
                packNodesMax,
                packBytesMax,
                packsInFlightMax,
                orphansMax,
                verifies,
                subscribe,
                token);
    }

    public ReplicaSettings withSubscription(List<String> patterns) {
        return new ReplicaSettings(
                nodesPerSecond,
                burstNodes,
                packNodesMax,
                packBytesMax,
                packsInFlightMax,
                orphansMax,
                verifies,
                patterns,
                tokenJson);
    }

    public ReplicaSettings withoutVerifying() {
        return new ReplicaSettings(
                nodesPerSecond,
                burstNodes,
                packNodesMax,
                packBytesMax,
                packsInFlightMax,
                orphansMax,
                false,
                subscribe,
                tokenJson);
    }
}
