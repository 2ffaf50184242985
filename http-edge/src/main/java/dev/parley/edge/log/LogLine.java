package dev.parley.edge.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.event.KeyValuePair;

/**
 * Makes a log record one line of text, or one JSON object on a line: the constant message and then its fields.
 *
 * <p>Whatever a peer can put into a field (a room's name, a text of its hello) stays one value of one record: control
 * characters, and those that break or turn lines on a terminal, are written as {@code \}{@code uXXXX}. Only a stack trace
 * adds lines in text, indented.
 */
final class LogLine {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int FRAMES_MAX = 60;
    private static final int CAUSES_MAX = 10;
    private static final int VALUE_CHARS_MAX = 4_096;

    /** Names of a record's own parts in JSON; a field of the same name gets a {@code _} behind it. */
    private static final List<String> RESERVED = List.of("time", "level", "logger", "message", "thread", "error");

    /** Where Pekko says which actor speaks. */
    private static final String ACTOR = "pekkoSource";

    private LogLine() {}

    /** {@code 2031-05-06T12:00:00.000Z WARN  Logger message key="value"}, and the stack trace below it. */
    static String text(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(160);
        line.append(TIME.format(event.getInstant())).append(' ');
        line.append(event.getLevel().levelStr)
                .append(" ".repeat(Math.max(0, 5 - event.getLevel().levelStr.length())));
        String logger = event.getLoggerName();
        line.append(' ')
                .append(logger, logger.lastIndexOf('.') + 1, logger.length())
                .append(' ');
        line.append(visible(event.getFormattedMessage()));
        fields(event)
                .forEach(
                        (key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
        line.append('\n');
        Optional.ofNullable(event.getThrowableProxy()).ifPresent(thrown -> line.append(stack(thrown)));
        return line.toString();
    }

    /** One object: time, level, logger, message, the fields by their names, thread, and the stack trace as {@code error}. */
    static String json(ILoggingEvent event) {
        StringWriter line = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(line)) {
            json.writeStartObject();
            json.writeStringField("time", TIME.format(event.getInstant()));
            json.writeStringField("level", event.getLevel().levelStr);
            json.writeStringField("logger", event.getLoggerName());
            json.writeStringField("message", visible(event.getFormattedMessage()));
            for (Map.Entry<String, Object> field : fields(event).entrySet()) {
                json.writeFieldName(RESERVED.contains(field.getKey()) ? field.getKey() + "_" : field.getKey());
                write(json, field.getValue());
            }
            json.writeStringField("thread", event.getThreadName());
            if (event.getThrowableProxy() != null) {
                json.writeStringField("error", stack(event.getThrowableProxy()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string took no more", e);
        }
        return line.append('\n').toString();
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        switch (value) {
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Boolean claim -> json.writeBoolean(claim);
            default -> json.writeString(visible(cut(value.toString())));
        }
    }

    /** The last one of a name counts. */
    private static Map<String, Object> fields(ILoggingEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        for (KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
            fields.put(visible(pair.key), pair.value == null ? "" : pair.value);
        }
        String actor = event.getMDCPropertyMap().get(ACTOR);
        if (actor != null) {
            fields.putIfAbsent("actor", actor);
        }
        return fields;
    }

    private static String quoted(Object value) {
        return switch (value) {
            case Number number -> number.toString();
            case Boolean claim -> claim.toString();
            default ->
                '"' + visible(cut(value.toString())).replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        };
    }

    private static String cut(String value) {
        return value.length() <= VALUE_CHARS_MAX ? value : value.substring(0, VALUE_CHARS_MAX) + "…";
    }

    /** The text with nothing in it that ends a line, moves the cursor, or turns the direction of what follows. */
    static String visible(String text) {
        StringBuilder shown = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isHarmless(c)) {
                if (shown != null) {
                    shown.append(c);
                }
            } else {
                if (shown == null) {
                    shown = new StringBuilder(text.length() + 16).append(text, 0, i);
                }
                shown.append(String.format("\\u%04X", (int) c));
            }
        }
        return shown == null ? text : shown.toString();
    }

    private static boolean isHarmless(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            case Character.FORMAT -> c == '\u200D'; // Joins emoji; the others turn or hide text.
            default -> true;
        };
    }

    private static String stack(IThrowableProxy thrown) {
        List<String> lines = new ArrayList<>();
        IThrowableProxy next = thrown;
        for (int depth = 0; next != null && depth < CAUSES_MAX; depth++) {
            String message = next.getMessage() == null ? "" : ": " + visible(cut(next.getMessage()));
            lines.add((depth == 0 ? "    " : "    caused by ") + next.getClassName() + message);
            StackTraceElementProxy[] frames = next.getStackTraceElementProxyArray();
            int shown = Math.min(FRAMES_MAX, frames.length - next.getCommonFrames());
            for (int i = 0; i < shown; i++) {
                lines.add("        " + frames[i].getSTEAsString());
            }
            next = next.getCause();
        }
        return String.join("\n", lines) + "\n";
    }
}
