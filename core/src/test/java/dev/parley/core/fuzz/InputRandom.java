package dev.parley.core.fuzz;

import java.util.Random;

/**
 * Chance that comes from a fuzzer's input: a play that draws from it is steered by the input's bytes, so that a change of
 * one byte changes one decision.
 *
 * <p>Shape: a draw below 256 takes one byte, a larger one as many as it needs. When the bytes are used up every draw is
 * 0 and {@link #exhausted} is true; a play should end then.
 */
public final class InputRandom extends Random {
    private static final long serialVersionUID = 1L;

    private final byte[] input;
    private int at;

    public InputRandom(byte[] input) {
        this.input = input;
    }

    public boolean exhausted() {
        return at >= input.length;
    }

    private int octet() {
        return at < input.length ? input[at++] & 0xFF : 0;
    }

    @Override
    protected int next(int bits) {
        int value = 0;
        for (int taken = 0; taken < bits; taken += 8) {
            value = value << 8 | octet();
        }
        return bits == 32 ? value : value & (1 << bits) - 1;
    }

    @Override
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive");
        }
        int value = octet();
        for (int reach = 256; reach < bound && reach > 0; reach <<= 8) {
            value = value << 8 | octet();
        }
        return Integer.remainderUnsigned(value, bound);
    }

    @Override
    public boolean nextBoolean() {
        return (octet() & 1) == 1;
    }

    /** The next {@code count} bytes, fewer at the end. */
    public byte[] bytes(int count) {
        int length = Math.max(0, Math.min(count, input.length - at));
        byte[] bytes = java.util.Arrays.copyOfRange(input, at, at + length);
        at += length;
        return bytes;
    }

    /** All that is left. */
    public byte[] rest() {
        return bytes(input.length);
    }
}
