package dev.parley.core.history;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * A point of the curve of Ed25519, of any order. Not in constant time: for public values only.
 *
 * <p>Shape: extended coordinates, so the affine x and y are {@code x/z} and {@code y/z}, and {@code t = xy/z}. Cost:
 * some 3 µs an addition. Source: RFC 8032 §5.1; the formulas are complete, so no point is a special case.
 */
record EdwardsPoint(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {
    static final int SIZE_BYTES = 32;
    static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    private static final BigInteger D =
            mod(BigInteger.valueOf(-121665).multiply(BigInteger.valueOf(121666).modInverse(PRIME)));
    private static final BigInteger D_TWICE = mod(D.shiftLeft(1));
    private static final BigInteger ROOT_OF_MINUS_ONE = BigInteger.TWO.modPow(PRIME.shiftRight(2), PRIME);
    /** (p − 5) / 8, the exponent that takes a square root. */
    private static final BigInteger ROOT = PRIME.shiftRight(3);

    static final EdwardsPoint ZERO = affine(BigInteger.ZERO, BigInteger.ONE);
    /** The base point, of prime order: y is 4/5 and x is even. */
    static final EdwardsPoint BASE = decode(littleEndian(
                    mod(BigInteger.valueOf(4).multiply(BigInteger.valueOf(5).modInverse(PRIME)))))
            .orElseThrow();

    /**
     * The point of 32 bytes, or empty if no point has this y. As loose as the reference: y may lie above the prime, and
     * x may be zero with its sign set. Cost: some 100 µs.
     */
    static Optional<EdwardsPoint> decode(byte[] bytes) {
        byte[] withoutSign = bytes.clone();
        withoutSign[31] &= 0x7F;
        BigInteger y = mod(number(withoutSign, 0));
        BigInteger square = mod(y.multiply(y));
        BigInteger above = square.subtract(BigInteger.ONE);
        BigInteger below = mod(D.multiply(square)).add(BigInteger.ONE);
        BigInteger cube = mod(mod(below.multiply(below)).multiply(below));
        BigInteger seventh = mod(mod(cube.multiply(cube)).multiply(below));
        BigInteger x = mod(
                mod(above.multiply(cube)).multiply(mod(above.multiply(seventh)).modPow(ROOT, PRIME)));
        BigInteger found = mod(mod(x.multiply(x)).multiply(below));
        if (found.equals(mod(above.negate()))) {
            x = mod(x.multiply(ROOT_OF_MINUS_ONE));
        } else if (!found.equals(mod(above))) {
            return Optional.empty();
        }
        boolean odd = bytes[31] < 0;
        return Optional.of(affine(x.testBit(0) == odd ? x : mod(x.negate()), y));
    }

    EdwardsPoint plus(EdwardsPoint that) {
        BigInteger a = mod(y.subtract(x).multiply(that.y.subtract(that.x)));
        BigInteger b = mod(y.add(x).multiply(that.y.add(that.x)));
        BigInteger c = mod(mod(t.multiply(D_TWICE)).multiply(that.t));
        BigInteger d = mod(z.multiply(that.z).shiftLeft(1));
        return of(b.subtract(a), d.subtract(c), d.add(c), b.add(a));
    }

    EdwardsPoint twice() {
        BigInteger a = mod(x.multiply(x));
        BigInteger b = mod(y.multiply(y));
        BigInteger c = mod(z.multiply(z).shiftLeft(1));
        BigInteger sum = x.add(y);
        BigInteger e = mod(sum.multiply(sum)).subtract(a).subtract(b);
        BigInteger g = b.subtract(a);
        return of(e, g.subtract(c), g, a.add(b).negate());
    }

    EdwardsPoint negated() {
        return new EdwardsPoint(mod(x.negate()), y, z, mod(t.negate()));
    }

    /** {@code [m]this + [n]that}, in one pass over the bits. Cost: at most two additions a bit. */
    EdwardsPoint timesPlus(BigInteger m, EdwardsPoint that, BigInteger n) {
        EdwardsPoint both = plus(that);
        EdwardsPoint sum = ZERO;
        for (int bit = Math.max(m.bitLength(), n.bitLength()) - 1; bit >= 0; bit--) {
            sum = sum.twice();
            if (m.testBit(bit)) {
                sum = sum.plus(n.testBit(bit) ? both : this);
            } else if (n.testBit(bit)) {
                sum = sum.plus(that);
            }
        }
        return sum;
    }

    /** The one canonical encoding of this point. */
    byte[] encode() {
        BigInteger inverse = z.modInverse(PRIME);
        byte[] bytes = littleEndian(mod(y.multiply(inverse)));
        if (mod(x.multiply(inverse)).testBit(0)) {
            bytes[31] |= (byte) 0x80;
        }
        return bytes;
    }

    /** The unsigned number of 32 bytes from {@code offset} on, little-endian. */
    static BigInteger number(byte[] bytes, int offset) {
        return new BigInteger(1, reversed(Arrays.copyOfRange(bytes, offset, offset + SIZE_BYTES)));
    }

    /** 32 bytes, little-endian, of a number of fewer bits than that. */
    private static byte[] littleEndian(BigInteger number) {
        byte[] bytes = reversed(number.toByteArray());
        return Arrays.copyOf(bytes, SIZE_BYTES);
    }

    static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }

    private static EdwardsPoint affine(BigInteger x, BigInteger y) {
        return new EdwardsPoint(x, y, BigInteger.ONE, mod(x.multiply(y)));
    }

    private static EdwardsPoint of(BigInteger e, BigInteger f, BigInteger g, BigInteger h) {
        return new EdwardsPoint(mod(e.multiply(f)), mod(g.multiply(h)), mod(f.multiply(g)), mod(e.multiply(h)));
    }

    private static BigInteger mod(BigInteger number) {
        return number.mod(PRIME);
    }
}
