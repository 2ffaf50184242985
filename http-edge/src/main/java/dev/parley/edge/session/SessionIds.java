package dev.parley.edge.session;

import dev.parley.core.id.SessionId;
import java.util.random.RandomGenerator;

/**
 * Makes the session ids of one member: 29 random bits, then a counter of 24 bits; new random bits when it runs over.
 *
 * <p>Two members that live at once use the same random bits with a chance of 2^−29 a pair, so ids are unique in the cluster
 * without a word between members. Thread-safe.
 */
public final class SessionIds {
    private static final int COUNTER_BITS = 24;
    private static final int RANDOM_BITS = 53 - COUNTER_BITS;

    private final RandomGenerator random;
    private long block;
    private long counter;

    public SessionIds(RandomGenerator random) {
        this.random = random;
        this.counter = 1L << COUNTER_BITS;
    }

    public synchronized SessionId next() {
        if (counter == 1L << COUNTER_BITS) {
            block = random.nextLong() >>> (64 - RANDOM_BITS) << COUNTER_BITS;
            counter = 0;
        }
        return new SessionId(block | counter++);
    }
}
