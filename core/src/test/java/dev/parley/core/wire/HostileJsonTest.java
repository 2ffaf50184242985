package dev.parley.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts made to be dear or ambiguous: each is read in one pass over at most 16 MiB, or refused as no JSON. */
class HostileJsonTest {
    private static final int MESSAGE_BYTES = 16 << 20;
    private static final FromPeer NOT_JSON = new FromPeer.NotJson();
    private static final FromPeer NOOP = new FromPeer.Noop();

    @ParameterizedTest(name = "{0}")
    @MethodSource("texts")
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aTextIsReadOrRefused(String what, byte[] text, FromPeer expected) {
        assertThat(MessageReader.read(text, 0, text.length)).isEqualTo(expected);
    }

    static Stream<Arguments> texts() {
        return Stream.of(
                // Bounds, at the last that is allowed and the first that is not.
                row("128 levels", noop("\"x\":" + "[".repeat(127) + "]".repeat(127)), NOOP),
                row("129 levels", noop("\"x\":" + "[".repeat(128) + "]".repeat(128)), NOT_JSON),
                row("129 levels of objects", noop("\"x\":" + "{\"y\":".repeat(128) + "1" + "}".repeat(128)), NOT_JSON),
                row("a number of 1,000 digits", noop("\"x\":" + "9".repeat(1_000)), NOOP),
                row("a number of 1,001 digits", noop("\"x\":" + "9".repeat(1_001)), NOT_JSON),
                row("a fraction of 1,100 digits", noop("\"x\":0." + "9".repeat(1_100)), NOT_JSON),
                row("an exponent out of all ranges", noop("\"ttl_ms\":1e999999999"), NOOP),
                row("a name of 16 Ki characters", noop("\"" + "n".repeat(16 << 10) + "\":1"), NOOP),
                row("a name of one more", noop("\"" + "n".repeat((16 << 10) + 1) + "\":1"), NOT_JSON),
                row("a string of 15 MiB", noop("\"x\":\"" + "s".repeat(15 << 20) + "\""), NOOP),
                row("1,000,000 fields", noop(fields(500_000)), NOOP),
                row("more tokens than any list needs", noop("\"x\":[" + "0,".repeat(1_100_000) + "0]"), NOT_JSON),
                // What costs most to read on.
                row("16 MiB of opening brackets", filled('['), NOT_JSON),
                row("16 MiB of one digit", filled('7'), NOT_JSON),
                row("16 MiB of spaces", filled(' '), NOT_JSON),
                row("16 MiB of quotes", filled('"'), NOT_JSON),
                row("16 MiB of backslashes in a string", noop("\"x\":\"" + "\\\\".repeat(7 << 20) + "\""), NOOP),
                row("a number of 10 MB", noop("\"x\":" + "1".repeat(10_000_000)), NOT_JSON),
                row("a string without an end", ("{\"type\":\"" + "x".repeat(1 << 20)), NOT_JSON),
                // What two readers could take for two things.
                row("two types: the last counts", "{\"type\":\"pack\",\"type\":\"noop\"}", NOOP),
                row("a type in escapes", "{\"\\u0074ype\":\"n\\u006fop\"}", NOOP),
                row("two values", "{\"type\":\"noop\"}{\"type\":\"noop\"}", NOT_JSON),
                row("a comma too many", "{\"type\":\"noop\",}", NOT_JSON),
                row("a comment", "{\"type\":\"noop\"/**/}", NOT_JSON),
                row("single quotes", "{'type':'noop'}", NOT_JSON),
                row("no quotes", "{type:\"noop\"}", NOT_JSON),
                row("not a number", noop("\"x\":NaN"), NOT_JSON),
                row("a leading zero", noop("\"x\":01"), NOT_JSON),
                row("a leading plus", noop("\"x\":+1"), NOT_JSON),
                row("a byte order mark", "\ufeff{\"type\":\"noop\"}", NOT_JSON),
                row("UTF-16", "{\"type\":\"noop\"}".getBytes(StandardCharsets.UTF_16LE), NOT_JSON),
                row("a raw NUL in a string", noop("\"x\":\"\u0000\""), NOT_JSON),
                row("a raw NUL after the end", "{\"type\":\"noop\"}\u0000", NOT_JSON),
                row("a NUL in escapes", noop("\"x\":\"\\u0000\""), NOOP),
                row("half a surrogate pair in escapes", noop("\"x\":\"\\ud800\""), NOOP),
                row("half a surrogate pair as a type", "{\"type\":\"\\ud800\"}", new FromPeer.Unknown("\ud800")),
                row("UTF-8 cut short", bytes("{\"type\":\"noop\",\"x\":\"", 0xe2, 0x82), NOT_JSON),
                row("nothing", "", NOT_JSON),
                row("null", "null", new FromPeer.Unknown("")),
                row("a type that is an object", "{\"type\":{\"type\":\"noop\"}}", new FromPeer.Unknown("")));
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void namesThatCollideInAHashTableCostNoMoreThanOthers() {
        StringBuilder fields = new StringBuilder("\"type\":\"webrtc-ice\"");
        // "Aa" and "BB" have one hash code in Java, so all these names do.
        for (int i = 0; i < 1 << 13; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 13; bit++) {
                name.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            fields.append(",\"").append(name).append("\":0");
        }
        byte[] text = ("{" + fields + "}").getBytes(StandardCharsets.UTF_8);

        assertThat(MessageReader.read(text, 0, text.length)).isInstanceOf(FromPeer.class);
    }

    @Test
    void signallingOverTheBoundIsNotTakenApart() {
        String text = "{\"type\":\"webrtc-ice\",\"candidate\":\"" + "c".repeat(256 << 10) + "\"}";

        assertThat(read(text)).isEqualTo(new FromPeer.TooLarge(256 << 10));
    }

    @Test
    void aListOfStringsKeepsNoMoreThanAnyoneMayAskFor() {
        String text = "{\"type\":\"mst-request\",\"paths\":[" + "\"\",".repeat(70_000) + "\"\"]}";

        assertThat(read(text))
                .isInstanceOfSatisfying(
                        FromPeer.MstRequest.class,
                        request -> assertThat(request.paths()).hasSize(JsonFields.STRINGS_MAX));
    }

    @Test
    void anUnsignedFieldIsNeverAListHoweverLong() {
        String text = "{\"type\":\"hello\",\"session_id\":[" + "1,".repeat(1_000) + "1]}";

        assertThat(read(text))
                .isInstanceOfSatisfying(
                        FromPeer.Hello.class,
                        hello -> assertThat(hello.sessionId()).isEmpty());
    }

    private static FromPeer read(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return MessageReader.read(utf8, 0, utf8.length);
    }

    private static String noop(String moreFields) {
        return "{\"type\":\"noop\"," + moreFields + "}";
    }

    private static String fields(int count) {
        StringBuilder fields = new StringBuilder();
        for (int i = 0; i < count; i++) {
            fields.append(i == 0 ? "" : ",").append(String.format(Locale.ROOT, "\"%x\":0", i));
        }
        return fields.toString();
    }

    private static byte[] filled(char with) {
        byte[] text = new byte[MESSAGE_BYTES];
        Arrays.fill(text, (byte) with);
        return text;
    }

    private static byte[] bytes(String start, int... rest) {
        byte[] ascii = start.getBytes(StandardCharsets.UTF_8);
        byte[] text = Arrays.copyOf(ascii, ascii.length + rest.length);
        for (int i = 0; i < rest.length; i++) {
            text[ascii.length + i] = (byte) rest[i];
        }
        return text;
    }

    private static Arguments row(String what, String text, FromPeer expected) {
        return Arguments.of(what, text.getBytes(StandardCharsets.UTF_8), expected);
    }

    private static Arguments row(String what, byte[] text, FromPeer expected) {
        return Arguments.of(what, text, expected);
    }
}
