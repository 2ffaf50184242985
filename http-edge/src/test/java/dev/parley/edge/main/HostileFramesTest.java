package dev.parley.edge.main;

import static dev.parley.edge.main.RawConnection.BINARY;
import static dev.parley.edge.main.RawConnection.CLOSE;
import static dev.parley.edge.main.RawConnection.CONTINUATION;
import static dev.parley.edge.main.RawConnection.FINAL;
import static dev.parley.edge.main.RawConnection.PING;
import static dev.parley.edge.main.RawConnection.PONG;
import static dev.parley.edge.main.RawConnection.TEXT;
import static dev.parley.edge.main.RawConnection.frame;
import static dev.parley.edge.main.RawConnection.header;
import static dev.parley.edge.main.RawConnection.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames that no honest peer sends, on a live session: each gets its answer or its close. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HostileFramesTest {
    private static final int LIMIT_BYTES = 64 << 10;
    private static final String STILL_THERE = "{\"type\":\"noop-ack\"}";
    private static Server server;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() {
        server = Server.start(ServerTest.settings(directory, "edge.max-message=" + LIMIT_BYTES));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("breaches")
    void aBreachOfTheFrameRulesClosesWithItsCode(String what, byte[] bytes, String close) throws Exception {
        try (RawConnection peer = RawConnection.joined(server.port(), "breaches")) {
            peer.write(bytes);

            assertThat(peer.frame()).isEqualTo(close);
        }
    }

    static Stream<Arguments> breaches() {
        byte[] hello = "{\"type\":\"noop\"}".getBytes(StandardCharsets.UTF_8);
        byte[] notUtf8 = {'"', (byte) 0xc3, '"'};
        return Stream.of(
                row("compressed", frame(0xc1, hello), "close 1002 reserved bits are set"),
                row("second reserved bit", frame(0xa1, hello), "close 1002 reserved bits are set"),
                row("third reserved bit", frame(0x91, hello), "close 1002 reserved bits are set"),
                row("unmasked", new byte[] {(byte) 0x81, 2, '{', '}'}, "close 1002 frame is not masked"),
                row("reserved data opcode", frame(0x83, hello), "close 1002 unknown opcode"),
                row("reserved control opcode", frame(0x8b, hello), "close 1002 unknown opcode"),
                row(
                        "continuation of nothing",
                        frame(FINAL | CONTINUATION, hello),
                        "close 1002 continuation frame out of place"),
                row(
                        "text within text",
                        concat(frame(TEXT, hello), frame(FINAL | TEXT, hello)),
                        "close 1002 continuation frame out of place"),
                row("fragmented ping", frame(PING, hello), "close 1002 control frame is fragmented or too long"),
                row(
                        "ping of 126 bytes",
                        frame(FINAL | PING, new byte[126]),
                        "close 1002 control frame is fragmented or too long"),
                row("negative length", header(FINAL | TEXT, -1), "close 1002 frame length is negative"),
                row("largest length", header(FINAL | TEXT, Long.MAX_VALUE), "close 1009 message too large"),
                row("four times the limit in fragments", inParts(5, LIMIT_BYTES), "close 1009 message too large"),
                row("text that is no UTF-8", frame(FINAL | TEXT, notUtf8), "close 1007 text is not UTF-8"),
                row(
                        "half a surrogate",
                        frame(FINAL | TEXT, new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}),
                        "close 1007 text is not UTF-8"),
                row(
                        "close with half a code",
                        frame(FINAL | CLOSE, new byte[] {3}),
                        "close 1002 close frame with half a code"),
                row(
                        "close with the code for no code",
                        frame(FINAL | CLOSE, new byte[] {3, (byte) 0xed}),
                        "close 1002 close code 1005 stands for none"),
                row(
                        "close with a reason that is no UTF-8",
                        frame(FINAL | CLOSE, new byte[] {3, (byte) 0xe8, (byte) 0xff}),
                        "close 1007 close reason is not UTF-8"));
    }

    @ParameterizedTest(name = "code {0} is answered with {1}")
    @MethodSource("closeCodes")
    void aCloseIsAnsweredWithItsCodeOrWith1002(int code, int answer) throws Exception {
        try (RawConnection peer = RawConnection.joined(server.port(), "codes")) {
            peer.write(frame(FINAL | CLOSE, new byte[] {(byte) (code >>> 8), (byte) code}));

            assertThat(peer.frame()).isEqualTo("close " + answer + " ");
            assertThat(peer.frame()).isEqualTo("end");
        }
    }

    static Stream<Arguments> closeCodes() {
        return Stream.of(
                Arguments.of(1000, 1000),
                Arguments.of(1001, 1001),
                Arguments.of(3000, 3000),
                Arguments.of(4999, 4999),
                Arguments.of(0, 1002),
                Arguments.of(999, 1002),
                Arguments.of(1004, 1002),
                Arguments.of(1006, 1002),
                Arguments.of(1015, 1002),
                Arguments.of(2999, 1002),
                Arguments.of(5000, 1002),
                Arguments.of(65_535, 1002));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("survived")
    void whatIsOddButAllowedLeavesTheSessionAsItWas(String what, byte[] bytes, List<String> answers) throws Exception {
        try (RawConnection peer = RawConnection.joined(server.port(), "survived")) {
            peer.write(bytes);
            peer.write(text("{\"type\":\"noop\"}"));

            for (String answer : answers) {
                assertThat(peer.frame()).startsWith(answer);
            }
            assertThat(peer.frame()).isEqualTo(STILL_THERE);
        }
    }

    static Stream<Arguments> survived() {
        byte[] noop = "{\"type\":\"noop\"}".getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytewise = new ByteArrayOutputStream();
        for (int i = 0; i < noop.length; i++) {
            int first = (i == 0 ? TEXT : CONTINUATION) | (i == noop.length - 1 ? FINAL : 0);
            bytewise.writeBytes(frame(first, new byte[] {noop[i]}));
        }
        ByteArrayOutputStream empty = new ByteArrayOutputStream();
        empty.writeBytes(frame(TEXT, new byte[0]));
        for (int i = 0; i < 100_000; i++) {
            empty.writeBytes(frame(CONTINUATION, new byte[0]));
        }
        empty.writeBytes(frame(FINAL | CONTINUATION, noop));
        return Stream.of(
                Arguments.of("one byte a fragment", bytewise.toByteArray(), List.of(STILL_THERE)),
                Arguments.of("100,000 empty fragments", empty.toByteArray(), List.of(STILL_THERE)),
                Arguments.of(
                        "a ping within a message",
                        concat(frame(TEXT, new byte[0]), frame(FINAL | PING, new byte[] {'p'}), frame(FINAL, noop)),
                        List.of("pong p", STILL_THERE)),
                Arguments.of("a pong nobody asked for", frame(FINAL | PONG, noop), List.of()),
                Arguments.of("an empty text", frame(FINAL | TEXT, new byte[0]), List.of(error("invalid JSON"))),
                Arguments.of("a binary message", frame(FINAL | BINARY, noop), List.of(error("text messages required"))),
                Arguments.of(
                        "a binary message over the limit",
                        frame(FINAL | BINARY, new byte[LIMIT_BYTES + 1]),
                        List.of(error("text messages required"))),
                Arguments.of(
                        "a text over the limit",
                        frame(FINAL | TEXT, new byte[LIMIT_BYTES + 1]),
                        List.of(error("message too large"))),
                Arguments.of(
                        "a text over the limit in fragments",
                        inParts(3, LIMIT_BYTES),
                        List.of(error("message too large"))));
    }

    @Test
    void aFloodOfPingsIsAnsweredAsOftenAsWeCanAndNotOnceMore() throws Exception {
        try (RawConnection peer = RawConnection.joined(server.port(), "pings")) {
            ByteArrayOutputStream flood = new ByteArrayOutputStream();
            for (int i = 0; i < 100_000; i++) {
                flood.writeBytes(frame(FINAL | PING, Integer.toString(i).getBytes(StandardCharsets.US_ASCII)));
            }
            flood.writeBytes(text("{\"type\":\"noop\"}"));

            peer.write(flood.toByteArray());

            List<String> answers = new ArrayList<>();
            for (String next = peer.frame(); !next.equals(STILL_THERE); next = peer.frame()) {
                answers.add(next);
            }
            assertThat(answers).allMatch(answer -> answer.startsWith("pong ")).hasSizeBetween(1, 100_000);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("targets")
    void aTargetNamesOneRoomOrNone(String target, String answer) throws Exception {
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.write(RawConnection.upgrade(target, ""));
            String status = connection.head().split(" ")[1];
            if (!status.equals("101")) {
                assertThat(status).isEqualTo(answer);
                return;
            }
            connection.write(text("{\"type\":\"hello\",\"pubkey\":\"" + "cd".repeat(32) + "\"}"));

            assertThat(connection.frame()).contains("\"room\":\"" + answer + "\"");
        }
    }

    static Stream<Arguments> targets() {
        return Stream.of(
                Arguments.of("/ws/%2e%2e", ".."),
                Arguments.of("/ws/..", ".."),
                Arguments.of("/ws/.", "."),
                Arguments.of("/ws/a%2fb", "a/b"),
                Arguments.of("/ws/a%252fb", "a%2fb"),
                Arguments.of("http://localhost/ws/a%252fb", "a%2fb"),
                Arguments.of("/ws/a;b=c", "a;b=c"),
                Arguments.of("/ws/a?room=b", "a"),
                Arguments.of("/ws/a+b", "a+b"),
                Arguments.of("/ws/", "400"),
                Arguments.of("/ws", "404"),
                Arguments.of("/ws//", "404"),
                Arguments.of("//ws/a", "404"),
                Arguments.of("/ws/a/", "404"),
                Arguments.of("/ws/a/../b", "404"),
                Arguments.of("/x/../ws/a", "404"),
                Arguments.of("/WS/a", "404"),
                Arguments.of("/%77s/a", "404"),
                Arguments.of("/metrics", "404"),
                Arguments.of("/rooms", "404"),
                Arguments.of("*", "404"));
    }

    private static byte[] inParts(int parts, int bytesEach) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        for (int i = 0; i < parts; i++) {
            int first = (i == 0 ? TEXT : CONTINUATION) | (i == parts - 1 ? FINAL : 0);
            message.writeBytes(frame(first, new byte[bytesEach]));
        }
        return message.toByteArray();
    }

    private static String error(String text) {
        return "{\"type\":\"error\",\"msg\":\"" + text + "\"";
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static Arguments row(String what, byte[] bytes, String close) {
        return Arguments.of(what, bytes, close);
    }
}
