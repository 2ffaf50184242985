package dev.parley.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, reading them gives a value. */
class BrokenMessagesTest {
    static Stream<String> samples() {
        String key = "1f".repeat(32);
        String token =
                "{\"peer_pubkey\":\"" + key + "\",\"expiry\":17,\"caps\":[\"a\"],\"sig\":\"00\",\"continuity\":{}}";
        String sketch = Base64.getEncoder()
                .encodeToString(new Ibf(IndexRule.WIDE_64).encode())
                .substring(0, 40);
        return Stream.of(
                "{\"type\":\"hello\",\"pubkey\":\"" + key + "\",\"frontier\":[\"" + key + "\"],\"ibf\":\"" + sketch
                        + "\",\"caps\":{\"supports_ibf\":true,\"max_tick_interval_ms\":5},\"subscribe\":[\"é/**\"],"
                        + "\"token\":" + token + "}",
                "{\"type\":\"pack\",\"nodes\":\"" + Wire.base64(Wire.chain(1)) + "\"}",
                "{\"type\":\"request\",\"known\":[\"" + key + "\",\"\\u0061\"]}",
                "{\"type\":\"set-policy\",\"default\":\"deny\",\"rules\":[{\"path_glob\":\"é\\u0061/**\",\"can_write\":[\""
                        + key + "\"]},{\"path_glob\":\"\"}]}",
                "{\"type\":\"mst-request\",\"paths\":[\"\",\"0a\",\"\\ud83d\\ude00\"]}",
                "{\"type\":\"presence\",\"data\":{\"x\":[1e5,-2.5,true,null,\"\\\\\"]},\"ttl_ms\":5,\"now_unix_ms\":6}",
                "{\"type\":\"webrtc-offer\",\"to\":\"" + key + "\",\"from\":\"x\",\"sdp\":\"v=0\\r\\n\"}");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void everyTruncationIsNoJson(String sample) {
        byte[] text = sample.getBytes(StandardCharsets.UTF_8);
        for (int length = 0; length < text.length; length++) {
            assertThat(MessageReader.read(text, 0, length)).isEqualTo(new FromPeer.NotJson());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void everyFlippedBitGivesAMessage(String sample) {
        byte[] text = sample.getBytes(StandardCharsets.UTF_8);
        for (int bit = 0; bit < 8 * text.length; bit++) {
            text[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(MessageReader.read(text, 0, text.length)).isNotNull();
            text[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void everyByteReplacedByAStructuralOneGivesAMessage(String sample) {
        byte[] text = sample.getBytes(StandardCharsets.UTF_8);
        for (byte replacement : "\"\\{}[],:0 \u0000".getBytes(StandardCharsets.UTF_8)) {
            for (int i = 0; i < text.length; i++) {
                byte original = text[i];
                text[i] = replacement;
                assertThat(MessageReader.read(text, 0, text.length)).isNotNull();
                text[i] = original;
            }
        }
    }

    @Property(tries = 2000)
    void anyBytesGiveAMessage(@ForAll byte[] bytes) {
        assertThat(MessageReader.read(bytes, 0, bytes.length)).isNotNull();
    }

    @Property(tries = 3000)
    void anyRowOfJsonPiecesGivesAMessage(@ForAll("pieces") List<String> pieces) {
        byte[] text = String.join("", pieces).getBytes(StandardCharsets.UTF_8);
        assertThat(MessageReader.read(text, 0, text.length)).isNotNull();
    }

    @Property(tries = 2000)
    void anyFieldMayHoldAnyValue(@ForAll("fields") List<String> fields) {
        assertThat(Wire.read("{" + String.join(",", fields) + "}")).isNotEqualTo(new FromPeer.NotJson());
    }

    @Provide
    Arbitrary<List<String>> pieces() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ",",
                        ":",
                        "\"type\"",
                        "\"hello\"",
                        "\"pack\"",
                        "\"nodes\"",
                        "\"AA==\"",
                        "\"caps\"",
                        "\"token\"",
                        "1",
                        "-",
                        "true",
                        "null",
                        "\"",
                        "\\",
                        " ")
                .list()
                .ofMaxSize(14);
    }

    @Provide
    Arbitrary<List<String>> fields() {
        Arbitrary<String> names = Arbitraries.of(
                "type",
                "nodes",
                "known",
                "paths",
                "ids",
                "patterns",
                "data",
                "ttl_ms",
                "now_unix_ms",
                "to",
                "pubkey",
                "room",
                "frontier",
                "ibf",
                "caps",
                "subscribe",
                "token",
                "peer_id",
                "session_id",
                "from");
        Arbitrary<String> values = Arbitraries.of(
                "\"hello\"",
                "\"pack\"",
                "\"request\"",
                "\"mst-done\"",
                "\"presence\"",
                "\"webrtc-ice\"",
                "\"subscribe\"",
                "\"set-room-key\"",
                "\"\"",
                "\"AA==\"",
                "[]",
                "[1,\"a\",[\"b\"],{\"c\":2}]",
                "{}",
                "{\"expiry\":true,\"caps\":{},\"continuity\":[]}",
                "{\"supports_ibf\":0}",
                "0",
                "-1",
                "1.5e300",
                "null",
                "true",
                "\"\\ud800\"");
        return net.jqwik.api.Combinators.combine(names, values)
                .as((name, value) -> "\"" + name + "\":" + value)
                .list()
                .ofMaxSize(8);
    }
}
