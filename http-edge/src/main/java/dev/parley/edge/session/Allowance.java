package dev.parley.edge.session;

import java.util.Optional;

/**
 * What one peer's address may still send into one room above the rate limits, as of {@code atMs}: two buckets that refill
 * evenly. A value; fractions of a node are kept, so that many small refills are worth one large one.
 */
record Allowance(double nodes, double bytes, long atMs) {
    /** The size of the buckets, and how long an empty one takes to fill. Source: spec ruling 7. */
    record Size(long nodes, long bytes, long refillMs) {
        Allowance full(long nowMs) {
            return new Allowance(nodes, bytes, nowMs);
        }
    }

    /** A clock that went back refills nothing then, and goes on from there. */
    Allowance refilled(Size size, long nowMs) {
        long passedMs = Math.max(0, nowMs - atMs);
        double share = Math.min(1.0, (double) passedMs / size.refillMs());
        return new Allowance(
                Math.min(size.nodes(), nodes + share * size.nodes()),
                Math.min(size.bytes(), bytes + share * size.bytes()),
                nowMs);
    }

    /** What is left after taking both amounts; empty when either is not there, and then nothing is taken. */
    Optional<Allowance> without(long nodesDrawn, long bytesDrawn) {
        return nodesDrawn <= nodes && bytesDrawn <= bytes
                ? Optional.of(new Allowance(nodes - nodesDrawn, bytes - bytesDrawn, atMs))
                : Optional.empty();
    }
}
