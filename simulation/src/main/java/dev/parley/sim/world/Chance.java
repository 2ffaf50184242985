package dev.parley.sim.world;

import java.util.List;
import java.util.SplittableRandom;

/** The only source of chance in a run. */
final class Chance {
    private final SplittableRandom source;

    Chance(long seed) {
        this.source = new SplittableRandom(seed);
    }

    private Chance(SplittableRandom source) {
        this.source = source;
    }

    /** A source of its own, so that one part's draws do not move another's. */
    Chance split() {
        return new Chance(source.split());
    }

    long number() {
        return source.nextLong();
    }

    int below(int bound) {
        return source.nextInt(bound);
    }

    /** From {@code least} to {@code most}, both included. */
    long between(long least, long most) {
        return source.nextLong(least, most + 1);
    }

    boolean percent(int percent) {
        return source.nextInt(100) < percent;
    }

    <T> T pick(List<T> some) {
        return some.get(source.nextInt(some.size()));
    }

    byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        source.nextBytes(bytes);
        return bytes;
    }
}
