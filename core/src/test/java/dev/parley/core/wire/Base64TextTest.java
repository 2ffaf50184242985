package dev.parley.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Base64TextTest {
    private static Optional<byte[]> decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Base64Text.decode(bytes, 0, bytes.length);
    }

    @Test
    void goldenTextsDecodeOrAreRefused() throws IOException {
        JsonNode golden;
        try (InputStream in = getClass().getResourceAsStream("/vectors/01-packs.json")) {
            golden = new ObjectMapper().readTree(in).get("base64");
        }

        for (JsonNode row : golden.get("accept")) {
            byte[] wanted = HexFormat.of().parseHex(row.get("bytes").asText());
            assertThat(decode(row.get("text").asText()))
                    .as(row.toString())
                    .hasValueSatisfying(bytes -> assertThat(bytes).isEqualTo(wanted));
        }
        for (JsonNode text : golden.get("refuse")) {
            assertThat(decode(text.asText())).as(text.toString()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"AAE=,0001", "AA==,00", "AA=,00", "AA=?,00", "AAEC=,000102", "AAEC=***,000102", "AB,00", "AAF,0001"})
    void paddingIsLenient(String text, String hex) {
        assertThat(decode(text))
                .hasValueSatisfying(
                        bytes -> assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(hex));
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"A=", "A===", "AAECA", "AA*=", "AAE*", "*AAA", "AAE\n", "AAEC AAEC", "AA-_"})
    void brokenTextIsRefused(String text) {
        assertThat(decode(text)).isEmpty();
    }

    @Property
    void whatIsEncodedDecodesToTheSameBytes(@ForAll byte[] bytes) {
        String padded = Base64.getEncoder().encodeToString(bytes);
        String bare = Base64.getEncoder().withoutPadding().encodeToString(bytes);

        assertThat(decode(padded))
                .hasValueSatisfying(decoded -> assertThat(decoded).isEqualTo(bytes));
        assertThat(decode(bare))
                .hasValueSatisfying(decoded -> assertThat(decoded).isEqualTo(bytes));
    }

    @Property
    void anyBytesDecodeOrAreRefused(@ForAll byte[] text) {
        assertThat(Base64Text.decode(text, 0, text.length)).isNotNull();
    }
}
