package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.PeerId;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both libraries must judge alike: {@link Ed25519#best()} may differ from machine to machine, histories may not. */
class Ed25519Test {
    private static final BigInteger ORDER =
            BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    static Stream<Signatures> libraries() {
        return Stream.concat(NativeEd25519.load().<Signatures>map(s -> s).stream(), Stream.of(new PortableEd25519()));
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void aSignatureHoldsForItsKeyAndMessageAlone(Signatures signatures) {
        Signer signer = Ed25519.signer(new byte[32]);
        byte[] message = "a message of any length".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] signature = signer.signOver(message);

        assertThat(signatures.validOver(signer.peer(), message, signature)).isTrue();
        for (int bit = 0; bit < 8 * signature.length; bit++) {
            byte[] flipped = signature.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(signatures.validOver(signer.peer(), message, flipped)).isFalse();
        }
        message[0] ^= 1;
        assertThat(signatures.validOver(signer.peer(), message, signature)).isFalse();
        assertThat(signatures.validOver(signer.peer(), message, new byte[63])).isFalse();
        assertThat(signatures.validOver(signer.peer(), message, new byte[0])).isFalse();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void sMustBeBelowTheGroupOrder(Signatures signatures) {
        Signer signer = Ed25519.signer(new byte[32]);
        byte[] signature = signer.signOver(new byte[32]);
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = signature[63 - i];
        }
        byte[] sum = new BigInteger(1, reversed).add(ORDER).toByteArray();
        for (int i = 0; i < 32; i++) {
            signature[32 + i] = i < sum.length ? sum[sum.length - 1 - i] : 0;
        }
        assertThat(signatures.validOver(signer.peer(), new byte[32], signature)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void pointsOfSmallOrderAndLooseEncodingsAreNoKeys(Signatures signatures) {
        for (String key : new String[] {
            "00".repeat(32),
            "01" + "00".repeat(31),
            "01" + "00".repeat(30) + "80",
            "ec" + "ff".repeat(30) + "7f",
            "ed" + "ff".repeat(30) + "7f",
            "ee" + "ff".repeat(30) + "7f",
            "ff".repeat(32),
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"
        }) {
            assertThat(signatures.isKey(PeerId.parse(key).orElseThrow()))
                    .as(key)
                    .isFalse();
        }
        assertThat(signatures.isKey(Ed25519.signer(new byte[32]).peer())).isTrue();
    }

    @Test
    void librariesAgreeOnRandomKeysAndSignatures() {
        Random random = new Random(1);
        Signer signer = Ed25519.signer(new byte[32]);
        for (int i = 0; i < 400; i++) {
            byte[] key = new byte[32];
            byte[] signature = signer.signOver(key);
            random.nextBytes(key);
            assertThat(libraries().map(s -> s.isKey(PeerId.of(key))).distinct()).hasSize(1);
            assertThat(libraries().map(s -> s.validOver(PeerId.of(key), key, signature)))
                    .containsOnly(false);
        }
    }

    @Test
    void theSeedsOfTheVectorsGiveTheirKeys() {
        Golden.file("01-transactions")
                .get("keys")
                .properties()
                .forEach(key -> assertThat(Ed25519.signer(HexFormat.of().parseHex(key.getKey()))
                                .peer()
                                .toHex())
                        .isEqualTo(key.getValue().asText()));
    }

    @Test
    void aTransactionIsSignedByItsAuthorAlone() {
        Signer signer = Ed25519.signer(new byte[32]);
        Transaction another = Graphs.chain(1).getFirst().transaction();
        assertThatThrownBy(() -> Nodes.sign(another, signer)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ed25519.signer(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    }
}
