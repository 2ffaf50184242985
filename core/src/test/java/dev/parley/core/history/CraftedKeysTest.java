package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys and signatures that no honest signer makes, on which libraries differ if they are let. */
class CraftedKeysTest {
    private static final List<CurveOracle.Point> SMALL = IntStream.range(0, 8)
            .mapToObj(i -> CurveOracle.ORDER_8.times(BigInteger.valueOf(i)))
            .toList();

    static Stream<Signatures> libraries() {
        return Ed25519Test.libraries();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void theReferencesVerdictsAreOurs(Signatures signatures) {
        int rows = 0;
        for (JsonNode group : Golden.file("reference-core").get("signature_edge_cases")) {
            for (JsonNode row : group.get("rows")) {
                Node node = Golden.node(Golden.hex(row.get("node")));
                Verdict.SignatureState expected =
                        row.get("verify").asBoolean() ? Verdict.SignatureState.VALID : Verdict.SignatureState.INVALID;
                assertThat(Nodes.verdict(node, signatures))
                        .as(
                                "%s, lamport %d",
                                group.get("name"), node.transaction().lamport())
                        .isEqualTo(new Verdict.Checked(node.id(), expected));
                assertThat(CurveOracle.valid(
                                node.transaction().author().toBytes(), node.id().toBytes(), node.signature()))
                        .isEqualTo(row.get("verify").asBoolean());
                rows++;
            }
        }
        assertThat(rows).isEqualTo(13);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void allLibrariesJudgeNodesAsTheReferenceAndTheRestStrictly(long seed) {
        Random random = new Random(seed);
        Forger forger = new Forger(random);
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 80; i++) {
            Forged forged = forger.next();
            boolean expected = CurveOracle.valid(forged.key, forged.message, forged.signature);
            libraries().forEach(library -> {
                String which = library.getClass().getSimpleName() + ": " + forged;
                assertThat(valid(library, forged)).as(which).isEqualTo(expected);
                assertThat(library.validOver(PeerId.of(forged.key), forged.message, forged.signature))
                        .as(which)
                        .isEqualTo(expected && forged.honest);
            });
            seen.add(forged.kind + " " + expected);
        }
        assertThat(seen)
                .contains("honest key true", "mixed key true", "small key true", "loose key true")
                .contains("honest key false", "mixed key false", "small key false", "loose key false");
    }

    @Test
    void everyLooseSpellingOfAKeyIsJudgedAsTheReferenceDoes() {
        int accepted = 0;
        for (byte[] key : looseSpellings()) {
            assertThat(libraries().map(library -> library.isKey(PeerId.of(key))))
                    .containsOnly(false);
            for (int i = 0; i < 4; i++) {
                byte[] message = new byte[32];
                message[0] = (byte) i;
                Forged forged = new Forged(
                        "loose key",
                        false,
                        key,
                        message,
                        Arrays.copyOf(SMALL.get(i).encode(), 64));
                boolean expected = CurveOracle.valid(key, message, forged.signature);
                assertThat(libraries().map(library -> valid(library, forged)))
                        .as(forged.toString())
                        .containsOnly(expected);
                accepted += expected ? 1 : 0;
            }
        }
        assertThat(accepted).isPositive();
    }

    @Test
    void bytesThatAreNoPointAreNobodysKey() {
        Random random = new Random(4);
        int points = 0;
        for (int i = 0; i < 60; i++) {
            byte[] key = new byte[32];
            byte[] message = new byte[32];
            byte[] signature = new byte[64];
            random.nextBytes(key);
            random.nextBytes(signature);
            signature[63] &= 0x0F;
            points += CurveOracle.decode(key).isPresent() ? 1 : 0;
            for (byte[] tried :
                    new byte[][] {signature, Arrays.copyOf(SMALL.getFirst().encode(), 64)}) {
                Forged forged = new Forged("random key", false, key, message, tried);
                assertThat(libraries().map(library -> valid(library, forged)))
                        .containsOnly(CurveOracle.valid(key, message, tried));
            }
        }
        assertThat(points).isBetween(10, 50);
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aSignatureOfAnotherLengthIsNone(Signatures signatures) {
        PeerId small = PeerId.of(SMALL.getFirst().encode());
        for (int length : new int[] {0, 32, 63, 65}) {
            byte[] signature = Arrays.copyOf(SMALL.getFirst().encode(), length);
            assertThat(signatures.valid(small, NodeId.of(new byte[32]), signature))
                    .isFalse();
        }
    }

    private static boolean valid(Signatures library, Forged forged) {
        return library.valid(PeerId.of(forged.key), NodeId.of(forged.message), forged.signature);
    }

    /** Both signs of y = p … p + 18, and the signed zero of the two points whose x is zero. */
    private static List<byte[]> looseSpellings() {
        List<byte[]> spellings = new ArrayList<>();
        for (int above = 0; above < 19; above++) {
            BigInteger y = CurveOracle.PRIME.add(BigInteger.valueOf(above));
            spellings.add(CurveOracle.littleEndian(y));
            spellings.add(CurveOracle.littleEndian(y.setBit(255)));
        }
        spellings.add(CurveOracle.littleEndian(BigInteger.ONE.setBit(255)));
        spellings.add(CurveOracle.littleEndian(
                CurveOracle.PRIME.subtract(BigInteger.ONE).setBit(255)));
        return spellings;
    }

    /** A key, what it is said to have signed, the signature; honest if key and R are canonical and of prime order. */
    private record Forged(String kind, boolean honest, byte[] key, byte[] message, byte[] signature) {
        @Override
        public String toString() {
            return "%s %s over %s: %s".formatted(kind, Golden.hex(key), Golden.hex(message), Golden.hex(signature));
        }
    }

    /** Signs with points whose small-order parts it chooses, and spoils some of what it signs. */
    private static final class Forger {
        private final Random random;
        /** The first of each is zero, which leaves the small-order part alone. */
        private final List<BigInteger> scalars = new ArrayList<>();

        private final List<CurveOracle.Point> points = new ArrayList<>();

        Forger(Random random) {
            this.random = random;
            for (int i = 0; i < 5; i++) {
                scalars.add(i == 0 ? BigInteger.ZERO : new BigInteger(252, random));
                points.add(CurveOracle.BASE.times(scalars.get(i)));
            }
        }

        Forged next() {
            int secret = random.nextInt(scalars.size());
            int nonce = random.nextInt(scalars.size());
            int smallInKey = random.nextInt(3) == 0 ? 0 : random.nextInt(8);
            byte[] key = points.get(secret).plus(SMALL.get(smallInKey)).encode();
            boolean loose = random.nextInt(4) == 0;
            if (loose) {
                // Only spellings of small order have a signer.
                List<byte[]> known = looseSpellings().stream()
                        .filter(spelling -> smallPart(spelling) >= 0)
                        .toList();
                key = known.get(random.nextInt(known.size()));
                secret = 0;
                smallInKey = smallPart(key);
            }
            byte[] message = new byte[32];
            random.nextBytes(message);
            int smallInR = smallInR(nonce, key, smallInKey, message);
            byte[] r = points.get(nonce).plus(SMALL.get(smallInR)).encode();
            BigInteger s = scalars.get(nonce)
                    .add(CurveOracle.challenge(r, key, message).multiply(scalars.get(secret)))
                    .mod(CurveOracle.ORDER);
            byte[] signature = Arrays.copyOf(r, 64);
            System.arraycopy(CurveOracle.littleEndian(s), 0, signature, 32, 32);
            spoil(signature, s);
            String kind = loose ? "loose key" : kind(secret, smallInKey);
            boolean honest = kind.equals("honest key") && smallInR == 0 && nonce != 0;
            return new Forged(kind, honest, key, message, signature);
        }

        private static String kind(int secret, int smallInKey) {
            if (secret == 0) {
                return "small key";
            }
            return smallInKey == 0 ? "honest key" : "mixed key";
        }

        /** Mostly the part that makes the equation hold, if there is one; else any. */
        private int smallInR(int nonce, byte[] key, int smallInKey, byte[] message) {
            for (int small = 0; small < 8 && random.nextInt(8) != 0; small++) {
                byte[] r = points.get(nonce).plus(SMALL.get(small)).encode();
                int product = CurveOracle.challenge(r, key, message)
                        .multiply(BigInteger.valueOf(smallInKey))
                        .intValue();
                if ((small + product & 7) == 0) {
                    return small;
                }
            }
            return random.nextInt(8);
        }

        /** Leaves half of them as they are. */
        private void spoil(byte[] signature, BigInteger s) {
            switch (random.nextInt(10)) {
                case 0 -> System.arraycopy(CurveOracle.littleEndian(s.add(CurveOracle.ORDER)), 0, signature, 32, 32);
                case 1 -> signature[random.nextInt(64)] ^= (byte) (1 << random.nextInt(8));
                case 2 -> signature[31] ^= (byte) 0x80;
                case 3 -> {
                    // The same R spelled with y above the prime, where there is such a spelling; else another R.
                    BigInteger y = CurveOracle.littleEndian(Arrays.copyOf(signature, 32))
                            .clearBit(255);
                    System.arraycopy(CurveOracle.littleEndian(y.add(CurveOracle.PRIME)), 0, signature, 0, 32);
                }
                case 4 -> System.arraycopy(SMALL.get(random.nextInt(8)).encode(), 0, signature, 0, 32);
                default -> {}
            }
        }

        /** Which multiple of the point of order eight these bytes stand for, or -1. */
        private static int smallPart(byte[] spelling) {
            return CurveOracle.decode(spelling)
                    .map(CurveOracle.Point::encode)
                    .map(bytes -> IntStream.range(0, 8)
                            .filter(i -> Arrays.equals(SMALL.get(i).encode(), bytes))
                            .findFirst()
                            .orElse(-1))
                    .orElse(-1);
        }
    }
}
