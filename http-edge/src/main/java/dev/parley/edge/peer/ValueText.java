package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.id.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Values as people write and read them.
 *
 * <pre>
 * 0x0aff      these bytes
 * @file       the bytes of a file
 * json:{…}    JSON, checked, as browsers write their values
 * text:…      whatever follows, also when it looks like one of the above
 * else        the text itself, in UTF-8
 * </pre>
 */
final class ValueText {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final long FILE_BYTES_MAX = 64 << 20;
    private static final String CUT = "…";

    private ValueText() {}

    /** Errors: throws {@link IllegalArgumentException} with a sentence for the user. */
    static byte[] bytes(String typed) {
        if (typed.startsWith("text:")) {
            return typed.substring("text:".length()).getBytes(StandardCharsets.UTF_8);
        }
        if (typed.startsWith("json:")) {
            return json(typed.substring("json:".length())).getBytes(StandardCharsets.UTF_8);
        }
        if (typed.startsWith("0x")) {
            return Bytes.parseHex(typed.substring(2), (typed.length() - 2) / 2)
                    .orElseThrow(() -> new IllegalArgumentException("'" + typed
                            + "' is not hex: an even number of digits is wanted after 0x. For the text itself write text:"
                            + typed + "."));
        }
        return typed.startsWith("@") ? file(typed.substring(1)) : typed.getBytes(StandardCharsets.UTF_8);
    }

    /** Text to type: a file's with {@code @file}, else what stands there. Errors: as {@link #bytes}. */
    static String words(String typed) {
        if (typed.startsWith("text:")) {
            return typed.substring("text:".length());
        }
        if (!typed.startsWith("@")) {
            return typed;
        }
        return utf8(file(typed.substring(1)))
                .orElseThrow(
                        () -> new IllegalArgumentException("The file " + typed.substring(1) + " is not UTF-8 text."));
    }

    /** This JSON text without white space around its parts. Errors: as {@link #bytes}. */
    static String json(String typed) {
        try {
            var value = JSON.readTree(typed);
            if (value.isMissingNode()) {
                throw new IllegalArgumentException("JSON is wanted, but nothing is there.");
            }
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("'" + line(typed, 60) + "' is not JSON: " + wrong(e) + ".", e);
        }
    }

    /** What is wrong with a JSON text, in a few words. */
    static String wrong(JsonProcessingException e) {
        String said = e.getOriginalMessage();
        int aside = said.indexOf(" (start marker");
        String words = (aside < 0 ? said : said.substring(0, aside)).replaceAll("\\s+", " ");
        return line(words, 160)
                + (e.getLocation() == null
                        ? ""
                        : ", in line " + e.getLocation().getLineNr() + ", column "
                                + e.getLocation().getColumnNr());
    }

    static byte[] file(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException(
                    "The name of a file is wanted after @; for the character itself write text:@.");
        }
        Path path = Path.of(name);
        try {
            if (Files.size(path) > FILE_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "The file " + name + " is larger than " + (FILE_BYTES_MAX >> 20) + " MiB.");
            }
            return Files.readAllBytes(path);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "There is no file " + name + "; for the text itself write text:@" + name + ".", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + name + " cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** The text, if the bytes are UTF-8. */
    static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder() // Reports what is malformed instead of replacing it.
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /** A value for people: its text, with nothing in it that could steer a terminal, or its bytes in hex. */
    static String shown(byte[] value) {
        return utf8(value).map(ValueText::harmless).orElseGet(() -> "0x" + Bytes.toHex(value));
    }

    /** {@link #shown} on one line, cut to this many characters. */
    static String line(byte[] value, int most) {
        return line(shown(value), most);
    }

    /** A text on one line, cut to this many characters. */
    static String line(String text, int most) {
        String shown = harmless(text).replace("\n", "\\n").replace("\t", "\\t");
        if (shown.codePointCount(0, shown.length()) <= most) {
            return shown;
        }
        return shown.substring(0, shown.offsetByCodePoints(0, most)) + CUT;
    }

    /** A text whose control characters, except line feeds and tabs, are written as escapes. */
    static String harmless(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(scalar -> {
            boolean steers = Character.getType(scalar) == Character.CONTROL && scalar != '\n' && scalar != '\t'
                    || Character.getType(scalar) == Character.FORMAT && scalar >= 0x202A && scalar <= 0x2069;
            if (steers) {
                out.append(String.format("\\u%04x", scalar));
            } else {
                out.appendCodePoint(scalar);
            }
        });
        return out.toString();
    }
}
