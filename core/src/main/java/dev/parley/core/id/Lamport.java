package dev.parley.core.id;

/** Arithmetic of logical time: a lamport is an unsigned 64-bit number, held in a {@code long}. */
public final class Lamport {
    /** How far ahead of a room's clock a node may be (spec 01 §8.1). */
    public static final long LEAD_MAX = 1L << 20;

    private Lamport() {}

    public static int compare(long left, long right) {
        return Long.compareUnsigned(left, right);
    }

    public static long max(long left, long right) {
        return compare(left, right) >= 0 ? left : right;
    }

    /** The sum, or 2^64−1 when it does not fit. */
    public static long plusSaturating(long lamport, long steps) {
        long sum = lamport + steps;
        return compare(sum, lamport) < 0 ? -1L : sum;
    }

    public static String toString(long lamport) {
        return Long.toUnsignedString(lamport);
    }
}
