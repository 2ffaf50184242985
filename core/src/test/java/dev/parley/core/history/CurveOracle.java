package dev.parley.core.history;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** How the reference judges signatures, written down plainly and apart from the code under test; some 4 ms a check. */
final class CurveOracle {
    static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(PRIME))
            .mod(PRIME);
    static final Point ZERO = new Point(BigInteger.ZERO, BigInteger.ONE, BigInteger.ONE);
    static final Point BASE =
            decode(HexFormat.of().parseHex("58" + "66".repeat(31))).orElseThrow();
    static final Point ORDER_8 = decode(
                    HexFormat.of().parseHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"))
            .orElseThrow();

    private CurveOracle() {}

    static boolean valid(byte[] key, byte[] message, byte[] signature) {
        byte[] r = Arrays.copyOf(signature, 32);
        BigInteger s = littleEndian(Arrays.copyOfRange(signature, 32, 64));
        return s.compareTo(ORDER) < 0
                && decode(key)
                        .map(a -> BASE.times(s).plus(a.negated().times(challenge(r, key, message))))
                        .filter(recomputed -> Arrays.equals(recomputed.encode(), r))
                        .isPresent();
    }

    static BigInteger challenge(byte[] r, byte[] key, byte[] message) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-512");
            sha.update(r);
            sha.update(key);
            return littleEndian(sha.digest(message)).mod(ORDER);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** Masks the sign, takes y modulo the prime and a root of x² by the textbook, sets the sign if x can have one. */
    static Optional<Point> decode(byte[] bytes) {
        BigInteger y = littleEndian(bytes).clearBit(255).mod(PRIME);
        BigInteger square = y.multiply(y);
        BigInteger xSquare = square.subtract(BigInteger.ONE)
                .multiply(D.multiply(square).add(BigInteger.ONE).modInverse(PRIME))
                .mod(PRIME);
        BigInteger x = xSquare.modPow(PRIME.add(BigInteger.valueOf(3)).shiftRight(3), PRIME);
        if (!x.multiply(x).mod(PRIME).equals(xSquare)) {
            x = x.multiply(BigInteger.TWO.modPow(PRIME.shiftRight(2), PRIME)).mod(PRIME);
        }
        if (!x.multiply(x).mod(PRIME).equals(xSquare)) {
            return Optional.empty();
        }
        boolean sign = bytes[31] < 0;
        return Optional.of(
                new Point(x.testBit(0) == sign ? x : PRIME.subtract(x).mod(PRIME), y, BigInteger.ONE));
    }

    static BigInteger littleEndian(byte[] bytes) {
        BigInteger number = BigInteger.ZERO;
        for (int i = bytes.length - 1; i >= 0; i--) {
            number = number.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xFF));
        }
        return number;
    }

    /** The lowest 32 bytes of a number. */
    static byte[] littleEndian(BigInteger number) {
        byte[] bytes = new byte[32];
        for (int i = 0; i < 32; i++) {
            bytes[i] = number.shiftRight(8 * i).byteValue();
        }
        return bytes;
    }

    /** A point in projective coordinates; the affine ones are x/z and y/z. */
    record Point(BigInteger x, BigInteger y, BigInteger z) {
        Point plus(Point that) {
            BigInteger a = z.multiply(that.z).mod(PRIME);
            BigInteger b = a.multiply(a).mod(PRIME);
            BigInteger c = x.multiply(that.x).mod(PRIME);
            BigInteger d = y.multiply(that.y).mod(PRIME);
            BigInteger e = D.multiply(c).mod(PRIME).multiply(d).mod(PRIME);
            BigInteger cross = x.add(y).multiply(that.x.add(that.y)).subtract(c).subtract(d);
            BigInteger f = b.subtract(e);
            BigInteger g = b.add(e);
            return new Point(
                    a.multiply(f).mod(PRIME).multiply(cross).mod(PRIME),
                    a.multiply(g).mod(PRIME).multiply(d.add(c)).mod(PRIME),
                    f.multiply(g).mod(PRIME));
        }

        Point negated() {
            return new Point(PRIME.subtract(x).mod(PRIME), y, z);
        }

        Point times(BigInteger factor) {
            Point sum = ZERO;
            for (int bit = factor.bitLength() - 1; bit >= 0; bit--) {
                sum = sum.plus(sum);
                sum = factor.testBit(bit) ? sum.plus(this) : sum;
            }
            return sum;
        }

        byte[] encode() {
            BigInteger inverse = z.modInverse(PRIME);
            byte[] bytes = littleEndian(y.multiply(inverse).mod(PRIME));
            bytes[31] |= (byte) (x.multiply(inverse).mod(PRIME).testBit(0) ? 0x80 : 0);
            return bytes;
        }
    }
}
