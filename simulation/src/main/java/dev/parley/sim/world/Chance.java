package dev.parley.sim.world;

import java.util.List;
import java.util.SplittableRandom;

/** The only source of chance in a run. */
public final class Chance {
    private final SplittableRandom source;

    Chance(long seed) {
        this.source = new SplittableRandom(seed);
    }

    private Chance(SplittableRandom source) {
        this.source = source;
    }

    /** The source of what is called {@code what} and has this number: its draws move nobody else's. */
    public static Chance of(long seed, String what, long number) {
        long mixed = seed;
        for (int i = 0; i < what.length(); i++) {
            mixed = mix(mixed ^ what.charAt(i));
        }
        return new Chance(mix(mixed ^ number));
    }

    /** SplitMix64's finalizer. */
    private static long mix(long value) {
        long mixed = value + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** A source of its own, so that one part's draws do not move another's. */
    public Chance split() {
        return new Chance(source.split());
    }

    public long number() {
        return source.nextLong();
    }

    public int below(int bound) {
        return source.nextInt(bound);
    }

    /** From {@code least} to {@code most}, both included. */
    public long between(long least, long most) {
        return source.nextLong(least, most + 1);
    }

    public boolean percent(int percent) {
        return source.nextInt(100) < percent;
    }

    public <T> T pick(List<T> some) {
        return some.get(source.nextInt(some.size()));
    }

    public byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        source.nextBytes(bytes);
        return bytes;
    }
}
