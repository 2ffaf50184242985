package dev.parley.edge.peer.stock;

/** A wait that doubles up to a cap, without chance. Milliseconds. */
final class Retry {
    private final long firstMs;
    private final long lastMs;
    private long nextMs;

    Retry(long firstMs, long lastMs) {
        this.firstMs = firstMs;
        this.lastMs = lastMs;
        this.nextMs = firstMs;
    }

    /** The wait before the next attempt; the one after it will be twice as long. */
    long nextMs() {
        long now = nextMs;
        nextMs = Math.min(lastMs, 2 * nextMs);
        return now;
    }

    void reset() {
        nextMs = firstMs;
    }
}
