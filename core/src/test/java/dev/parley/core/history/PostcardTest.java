package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PostcardTest {
    static Stream<JsonNode> encodings() {
        return rows("encode");
    }

    static Stream<JsonNode> decodings() {
        return rows("decode");
    }

    private static Stream<JsonNode> rows(String table) {
        return StreamSupport.stream(Golden.file("01-primitives").get(table).spliterator(), false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("encodings")
    void aValueHasOneEncodingAndReadsBack(JsonNode row) {
        String type = row.get("type").asText();
        byte[] bytes = Golden.hex(row.get("bytes"));

        PostcardReader reader = new PostcardReader(bytes);
        String value = read(reader, type);

        assertThat(reader.ok()).isTrue();
        assertThat(reader.canonical()).isTrue();
        assertThat(reader.remaining()).isZero();
        assertThat(value).isEqualTo(row.get("value").asText());
        assertThat(Golden.hex(write(type, value).toBytes()))
                .isEqualTo(row.get("bytes").asText());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decodings")
    void aDecoderTakesAndRefusesWhatTheReferenceDoes(JsonNode row) {
        PostcardReader reader = new PostcardReader(Golden.hex(row.get("bytes")));

        String value = read(reader, row.get("type").asText());

        assertThat(reader.ok()).isEqualTo(row.get("ok").asBoolean());
        if (reader.ok()) {
            assertThat(value).isEqualTo(row.get("value").asText());
        } else {
            assertThat(reader.result(value)).isInstanceOf(Decoded.Broken.class);
        }
    }

    @Test
    void anOverlongNumberIsReadButNotCanonical() {
        PostcardReader reader = new PostcardReader(new byte[] {(byte) 0x80, 0});
        reader.u64();
        assertThat(reader.ok()).isTrue();
        assertThat(reader.canonical()).isFalse();
    }

    @Test
    void theFirstBrokenRuleStopsTheReader() {
        PostcardReader reader = new PostcardReader(new byte[] {2, 7, 7});
        assertThat(reader.option()).isFalse();
        assertThat(reader.u8()).isZero();
        assertThat(reader.string()).isEmpty();
        assertThat(reader.count(1)).isZero();
        assertThat(reader.result("none")).isEqualTo(new Decoded.Broken<>("option tag is neither 0 nor 1", 0));
    }

    @Test
    void aCountThatCannotBeThereIsRefusedBeforeAnythingIsAllocated() {
        byte[] bytes = new PostcardWriter().u64(-1).raw(new byte[100]).toBytes();
        assertThat(new PostcardReader(bytes).bytes()).isEmpty();
        PostcardReader reader = new PostcardReader(bytes);
        assertThat(reader.count(32)).isZero();
        assertThat(reader.ok()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("illFormedTexts")
    void textIsStrict(byte[] utf8) {
        PostcardReader reader =
                new PostcardReader(new PostcardWriter().bytes(utf8).toBytes());
        reader.string();
        assertThat(reader.ok()).isFalse();
    }

    static Stream<byte[]> illFormedTexts() {
        return Stream.of("ff", "c080", "eda080", "f4908080", "e282", "80").map(java.util.HexFormat.of()::parseHex);
    }

    @Property(tries = 500)
    void noBytesMakeADecoderThrow(@ForAll byte[] bytes) {
        assertThat(Nodes.decode(bytes, 0, bytes.length)).isNotNull();
        assertThat(Packs.decode(bytes)).isNotNull();
    }

    @Property(tries = 500)
    void bytesAfterAHeadThatFitsMakeNoDecoderThrow(@ForAll @Size(min = 50, max = 120) byte[] tail) {
        byte[] bytes = new PostcardWriter()
                .u64(1)
                .raw(new byte[64])
                .u64(1)
                .u64(0)
                .u64(3)
                .raw(tail)
                .raw(new byte[64])
                .toBytes();
        bytes[67 + tail.length / 2] &= 3;
        assertThat(Packs.decode(bytes)).isNotNull();
    }

    private static String read(PostcardReader reader, String type) {
        return switch (type) {
            case "u64" -> Long.toUnsignedString(reader.u64());
            case "u32" -> Integer.toUnsignedString(reader.u32());
            case "i32" -> Integer.toString(reader.i32());
            case "string" -> reader.string();
            case "char" -> Character.toString(reader.character());
            case "option<u64>" -> reader.option() ? Long.toUnsignedString(reader.u64()) : "null";
            default -> throw new IllegalArgumentException(type);
        };
    }

    private static PostcardWriter write(String type, String value) {
        PostcardWriter writer = new PostcardWriter();
        return switch (type) {
            case "u64" -> writer.u64(Long.parseUnsignedLong(value));
            case "u32" -> writer.u32(Integer.parseUnsignedInt(value));
            case "i32" -> writer.i32(Integer.parseInt(value));
            case "string" -> writer.string(value);
            case "char" -> writer.character(value.codePointAt(0));
            case "option<u64>" ->
                value.equals("null")
                        ? writer.option(false)
                        : writer.option(true).u64(Long.parseUnsignedLong(value));
            default -> throw new IllegalArgumentException(type);
        };
    }
}
