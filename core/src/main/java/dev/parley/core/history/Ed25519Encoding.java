package dev.parley.core.history;

import java.util.Arrays;

/**
 * What the bytes of a point and of an S say before any library is asked: canonical or not, of small order or not. Cost:
 * < 0.1 µs.
 */
final class Ed25519Encoding {
    /** The group order, little-endian. */
    private static final byte[] ORDER = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    /** The field prime, little-endian. */
    private static final byte[] PRIME = hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    /** The y of the neutral element. */
    private static final byte[] ONE = hex("0100000000000000000000000000000000000000000000000000000000000000");
    /** The y of the point of order two, the only other one whose x is zero. */
    private static final byte[] MINUS_ONE = hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
    /** The y of the points whose order divides 8, little-endian without the sign bit. */
    private static final byte[][] SMALL_ORDER = {
        hex("0000000000000000000000000000000000000000000000000000000000000000"),
        ONE,
        MINUS_ONE,
        hex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        hex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    };

    private Ed25519Encoding() {}

    /**
     * True if 32 bytes from {@code offset} on are a canonical y of large order; whether it is on the curve stays open.
     */
    static boolean point(byte[] bytes, int offset) {
        byte[] y = y(bytes, offset);
        if (!below(y, 0, PRIME)) {
            return false;
        }
        for (byte[] small : SMALL_ORDER) {
            if (Arrays.equals(y, small)) {
                return false;
            }
        }
        return true;
    }

    /** True if 64 bytes are a point of large order and a number below the group order. */
    static boolean strictSignature(byte[] signature) {
        return sBelowOrder(signature) && point(signature, 0);
    }

    /** True if these are 64 bytes whose second half is a number below the group order. */
    static boolean sBelowOrder(byte[] signature) {
        return signature.length == Node.SIGNATURE_BYTES && below(signature, 32, ORDER);
    }

    /** True if the y of 32 bytes from {@code offset} on lies below the field prime, whatever its order. */
    static boolean canonicalY(byte[] bytes, int offset) {
        return below(y(bytes, offset), 0, PRIME);
    }

    /**
     * True if 32 bytes, read as the reference reads a key, are another spelling of a point (if they are one): y not
     * below the prime, or x zero with its sign set. There are 40 such spellings.
     */
    static boolean loose(byte[] key) {
        byte[] y = y(key, 0);
        return !below(y, 0, PRIME) || key[31] < 0 && (Arrays.equals(y, ONE) || Arrays.equals(y, MINUS_ONE));
    }

    /** True if 32 bytes from {@code offset} on are the canonical encoding of the neutral element. */
    static boolean neutral(byte[] bytes, int offset) {
        return Arrays.equals(bytes, offset, offset + 32, ONE, 0, 32);
    }

    private static byte[] y(byte[] bytes, int offset) {
        byte[] y = Arrays.copyOfRange(bytes, offset, offset + 32);
        y[31] &= 0x7F;
        return y;
    }

    private static boolean below(byte[] number, int offset, byte[] limit) {
        for (int i = 31; i >= 0; i--) {
            int order = Byte.compareUnsigned(number[offset + i], limit[i]);
            if (order != 0) {
                return order < 0;
            }
        }
        return false;
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits);
    }
}
