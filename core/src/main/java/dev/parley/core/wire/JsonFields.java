package dev.parley.core.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A JSON object cut into the fields that somebody will ask for, each as a span of the text it came in.
 *
 * <p>Shape: of two fields with one name the last counts. A getter of another type than the field has gives "absent"
 * (spec 03 §0.3). Bounds: {@link #DEPTH_MAX} levels, numbers of {@link #NUMBER_CHARS_MAX} and names of {@link
 * #NAME_CHARS_MAX} characters, {@link #TOKENS_MAX} names, values and brackets in all; beyond one it is no JSON to us.
 * Fields nobody wants are not kept. Cost: one pass over the text, and one over each field that is asked for.
 */
final class JsonFields {
    static final int DEPTH_MAX = 128;
    static final int NUMBER_CHARS_MAX = 1000;
    static final int NAME_CHARS_MAX = 16 << 10;

    /** A room of a million nodes can still be listed in one {@code request}; a text of 16 MiB of commas is refused. */
    static final int TOKENS_MAX = 1_100_000;

    static final int STRINGS_MAX = 1 << 16;

    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES) // A peer's names are not for the whole process to keep.
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEPTH_MAX)
                    .maxNumberLength(NUMBER_CHARS_MAX)
                    .maxNameLength(NAME_CHARS_MAX)
                    .maxTokenCount(TOKENS_MAX)
                    .maxStringLength(Integer.MAX_VALUE) // The socket bounds the whole message.
                    .build())
            .build();

    private final byte[] text;
    private final Map<String, Span> spans;

    private JsonFields(byte[] text, Map<String, Span> spans) {
        this.text = text;
        this.spans = spans;
    }

    /**
     * Where a value stands in the text: from {@code start} (its quote or bracket) to before {@code end}. An
     * {@code escaped} string differs from the characters between its quotes.
     */
    private record Span(JsonToken kind, int start, int end, boolean escaped) {
        int length() {
            return end - start;
        }
    }

    /** A text, read: an object, another JSON value, or no JSON at all. */
    sealed interface Read {
        record Fields(JsonFields fields) implements Read {}

        record OtherValue() implements Read {}

        record NotJson() implements Read {}
    }

    /** Reads one JSON value that is all of {@code length} bytes from {@code offset}, UTF-8. Never throws. */
    static Read read(byte[] text, int offset, int length, Set<String> wanted) {
        if (!looksLikeUtf8(text, offset, length)) {
            return new Read.NotJson();
        }
        try (JsonParser parser = JSON.createParser(text, offset, length)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                return new Read.NotJson();
            }
            Map<String, Span> spans = new HashMap<>();
            if (first == JsonToken.START_OBJECT) {
                cut(parser, text, offset, wanted, spans);
            } else {
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                return new Read.NotJson();
            }
            return first == JsonToken.START_OBJECT
                    ? new Read.Fields(new JsonFields(text, spans))
                    : new Read.OtherValue();
        } catch (IOException notJson) {
            return new Read.NotJson();
        }
    }

    /** The parser would guess UTF-16 and UTF-32 from zeros and byte order marks; a WebSocket text is UTF-8. */
    private static boolean looksLikeUtf8(byte[] text, int offset, int length) {
        for (int i = offset; i < offset + Math.min(4, length); i++) {
            if (text[i] == 0) {
                return false;
            }
        }
        return length > 0 && text[offset] > 0;
    }

    private static void cut(JsonParser parser, byte[] text, int offset, Set<String> wanted, Map<String, Span> spans)
            throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken kind = parser.nextToken();
            if (wanted.contains(name)) {
                spans.put(name, span(parser, kind, text, offset));
            } else {
                parser.skipChildren();
            }
        }
    }

    private static Span span(JsonParser parser, JsonToken kind, byte[] text, int offset) throws IOException {
        int start = offset + (int) parser.currentTokenLocation().getByteOffset();
        if (kind == JsonToken.VALUE_STRING) {
            return string(text, start);
        }
        if (kind.isScalarValue()) {
            return new Span(kind, start, start + parser.getTextLength(), false);
        }
        parser.skipChildren();
        return new Span(kind, start, offset + (int) parser.currentLocation().getByteOffset(), false);
    }

    /** The parser checks the string itself when it goes on, so its end is only searched here. */
    private static Span string(byte[] text, int start) {
        boolean escaped = false;
        int i = start + 1;
        while (i < text.length && text[i] != '"') {
            escaped |= text[i] == '\\';
            i += text[i] == '\\' ? 2 : 1;
        }
        return new Span(JsonToken.VALUE_STRING, start, Math.min(i + 1, text.length), escaped);
    }

    private Optional<Span> span(String name, JsonToken kind) {
        return Optional.ofNullable(spans.get(name)).filter(span -> span.kind() == kind);
    }

    boolean has(String name) {
        return spans.containsKey(name);
    }

    /** The field as JSON text, just as it came. */
    Optional<String> verbatim(String name) {
        return Optional.ofNullable(spans.get(name))
                .map(span -> new String(text, span.start(), span.length(), StandardCharsets.UTF_8));
    }

    Optional<String> string(String name) {
        return span(name, JsonToken.VALUE_STRING).map(this::unquoted);
    }

    private String unquoted(Span span) {
        if (!span.escaped()) {
            return new String(text, span.start() + 1, span.length() - 2, StandardCharsets.UTF_8);
        }
        try (JsonParser parser = parser(span)) {
            parser.nextToken();
            return parser.getText();
        } catch (IOException e) {
            throw new IllegalStateException("a string that was read cannot be read again", e);
        }
    }

    private JsonParser parser(Span span) throws IOException {
        return JSON.createParser(text, span.start(), span.length());
    }

    /** The bytes of a base64 string: an outer empty when there is no string, an inner one when it is not base64. */
    Optional<Optional<byte[]>> base64(String name) {
        return span(name, JsonToken.VALUE_STRING).map(span -> {
            if (!span.escaped()) {
                return Base64Text.decode(text, span.start() + 1, span.length() - 2);
            }
            byte[] plain = unquoted(span).getBytes(StandardCharsets.UTF_8);
            return Base64Text.decode(plain, 0, plain.length);
        });
    }

    Optional<Boolean> bool(String name) {
        return Optional.ofNullable(spans.get(name))
                .filter(span -> span.kind().isBoolean())
                .map(span -> span.kind() == JsonToken.VALUE_TRUE);
    }

    boolean isNull(String name) {
        return span(name, JsonToken.VALUE_NULL).isPresent();
    }

    /** An integer of 0..2^64−1, unsigned. */
    Optional<Long> unsigned(String name) {
        return span(name, JsonToken.VALUE_NUMBER_INT)
                .map(span -> new String(text, span.start(), span.length(), StandardCharsets.US_ASCII))
                .flatMap(UnsignedText::parse);
    }

    Optional<JsonFields> object(String name, Set<String> wanted) {
        return span(name, JsonToken.START_OBJECT)
                .flatMap(span -> switch (read(text, span.start(), span.length(), wanted)) {
                    case Read.Fields(var fields) -> Optional.of(fields);
                    case Read.OtherValue other -> Optional.empty();
                    case Read.NotJson broken -> Optional.empty();
                });
    }

    boolean isArray(String name) {
        return span(name, JsonToken.START_ARRAY).isPresent();
    }

    /**
     * The strings of an array, in order; other entries are skipped, and so is a field that is no array. Only the first
     * {@link #STRINGS_MAX} are kept, which is more than any list of them may have.
     */
    List<String> strings(String name) {
        List<String> strings = new ArrayList<>();
        eachString(name, text -> {
            if (strings.size() < STRINGS_MAX) {
                strings.add(text);
            }
        });
        return strings;
    }

    void eachString(String name, Consumer<String> consumer) {
        Span span = spans.get(name);
        if (span == null || span.kind() != JsonToken.START_ARRAY) {
            return;
        }
        try (JsonParser parser = parser(span)) {
            parser.nextToken();
            for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
                if (token == JsonToken.VALUE_STRING) {
                    consumer.accept(parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("an array that was read cannot be read again", e);
        }
    }

    /**
     * The first {@code most} entries of an array, in order, as objects; an entry that is none is empty. No entries for a
     * field that is no array.
     */
    List<Optional<JsonFields>> objects(String name, Set<String> wanted, int most) {
        List<Optional<JsonFields>> objects = new ArrayList<>();
        eachEntry(name, most, entry -> {
            boolean object = entry.kind() == JsonToken.START_OBJECT;
            objects.add(
                    object && read(text, entry.start(), entry.length(), wanted) instanceof Read.Fields(var fields)
                            ? Optional.of(fields)
                            : Optional.empty());
        });
        return objects;
    }

    /** The same, as strings. */
    List<Optional<String>> texts(String name, int most) {
        List<Optional<String>> texts = new ArrayList<>();
        eachEntry(
                name,
                most,
                entry -> texts.add(
                        entry.kind() == JsonToken.VALUE_STRING ? Optional.of(unquoted(entry)) : Optional.empty()));
        return texts;
    }

    private void eachEntry(String name, int most, Consumer<Span> consumer) {
        Span span = spans.get(name);
        if (span == null || span.kind() != JsonToken.START_ARRAY) {
            return;
        }
        try (JsonParser parser = parser(span)) {
            parser.nextToken();
            int count = 0;
            for (JsonToken token = parser.nextToken();
                    token != JsonToken.END_ARRAY && count < most;
                    token = parser.nextToken()) {
                consumer.accept(span(parser, token, text, span.start()));
                count++;
            }
        } catch (IOException e) {
            throw new IllegalStateException("an array that was read cannot be read again", e);
        }
    }

    /**
     * An object again as JSON text, without the fields of one name; the values of the others stay as they came. Of two
     * fields with one name the last is kept, so that no reader can see another type of message than we did.
     */
    static String without(String name, byte[] text, int offset, int length) {
        Map<String, String> values = new LinkedHashMap<>();
        try (JsonParser parser = JSON.createParser(text, offset, length)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                Span span = span(parser, parser.nextToken(), text, offset);
                if (!field.equals(name)) {
                    values.put(field, new String(text, span.start(), span.length(), StandardCharsets.UTF_8));
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("an object that was read cannot be read again", e);
        }
        StringBuilder json = new StringBuilder(length).append('{');
        values.forEach((field, value) -> JsonText.quote(json.length() == 1 ? json : json.append(','), field)
                .append(':')
                .append(value));
        return json.append('}').toString();
    }
}
