package dev.parley.edge.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

/** A record is one line, its fields stay fields, and nobody outside can write a line of his own. */
class LogLineTest {
    private static final String FORGED =
            "r\n2031-05-06T12:00:00.000Z ERROR Server all is lost\r\u001b[2J\u2028\u202Ex\u0085\"\\ é 🎉";

    private static LoggingEvent event(Throwable thrown, KeyValuePair... fields) {
        LoggerContext logs = new LoggerContext();
        logs.setMDCAdapter(new LogbackMDCAdapter());
        var logger = logs.getLogger("dev.parley.edge.main.Server");
        LoggingEvent event = new LoggingEvent("", logger, Level.WARN, "a room is odd", thrown, new Object[0]);
        event.setInstant(Instant.parse("2031-05-06T12:00:00.5Z"));
        event.setKeyValuePairs(List.of(fields));
        event.setThreadName("main");
        return event;
    }

    @Test
    void textIsTheMessageAndThenItsFields() {
        assertThat(LogLine.text(event(
                        null,
                        new KeyValuePair("room", "demo"),
                        new KeyValuePair("seq", 7L),
                        new KeyValuePair("no", null))))
                .isEqualTo("2031-05-06T12:00:00.500Z WARN  Server a room is odd room=\"demo\" seq=7 no=\"\"\n");
    }

    @Test
    void jsonHasEachFieldUnderItsName() throws IOException {
        String line = LogLine.json(event(
                null, new KeyValuePair("room", "demo"), new KeyValuePair("seq", 7L), new KeyValuePair("level", "x")));

        Map<String, Object> json = FlatJson.read(line);
        assertThat(line).endsWith("}\n");
        assertThat(json)
                .containsEntry("time", "2031-05-06T12:00:00.500Z")
                .containsEntry("level", "WARN")
                .containsEntry("logger", "dev.parley.edge.main.Server")
                .containsEntry("message", "a room is odd")
                .containsEntry("room", "demo")
                .containsEntry("seq", 7L)
                .containsEntry("level_", "x");
    }

    @Test
    void whatAPeerChoosesStaysOneValueOfOneLine() throws IOException {
        String text = LogLine.text(event(null, new KeyValuePair("room", FORGED)));
        String json = LogLine.json(event(null, new KeyValuePair("room", FORGED)));

        assertThat(text)
                .endsWith("room=\"r\\\\u000A2031-05-06T12:00:00.000Z ERROR Server all is lost\\\\u000D\\\\u001B[2J"
                        + "\\\\u2028\\\\u202Ex\\\\u0085\\\"\\\\ é 🎉\"\n");
        assertThat(text.lines()).hasSize(1);
        assertThat(json.lines()).hasSize(1);
        assertThat(FlatJson.read(json).get("room").toString())
                .startsWith("r\\u000A2031")
                .endsWith("\"\\ é 🎉");
    }

    @Test
    void aLongValueIsCut() {
        assertThat(LogLine.text(event(null, new KeyValuePair("room", "x".repeat(10_000))))
                        .length())
                .isBetween(4_096, 4_200);
    }

    @Test
    void aStackTraceIsIndentedAndItsMessagesForgeNothing() throws IOException {
        Throwable thrown = new IllegalStateException("bad\nforged line", new IOException("cause\r\nforged"));

        String text = LogLine.text(event(thrown));
        Map<String, Object> json = FlatJson.read(LogLine.json(event(thrown)));

        assertThat(text.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("    "));
        assertThat(text)
                .contains("    java.lang.IllegalStateException: bad\\u000Aforged line\n")
                .contains("    caused by java.io.IOException: cause\\u000D\\u000Aforged\n");
        assertThat(json.get("error").toString()).contains("IllegalStateException", "aStackTraceIsIndented");
    }
}
