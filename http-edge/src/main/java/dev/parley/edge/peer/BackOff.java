package dev.parley.edge.peer;

import java.util.random.RandomGenerator;

/** How long to wait before the next connection attempt: 1 s, doubled up to 30 s, of which a random half is left out. */
final class BackOff {
    private static final long FIRST_MS = 1_000;
    private static final long LAST_MS = 30_000;

    private final RandomGenerator random;
    private long nextMs = FIRST_MS;

    BackOff(RandomGenerator random) {
        this.random = random;
    }

    /** The room let us in: the next failure starts anew. */
    void reset() {
        nextMs = FIRST_MS;
    }

    /** The next wait in milliseconds: between half of the nominal time and all of it. */
    long nextMs() {
        long nominal = nextMs;
        nextMs = Math.min(LAST_MS, 2 * nextMs);
        return nominal / 2 + random.nextLong(nominal / 2 + 1);
    }
}
