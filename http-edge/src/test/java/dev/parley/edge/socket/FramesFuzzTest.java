package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.params.provider.MethodSource;

/** What a socket sends is read the same however the network cuts it, and as RFC 6455 reads when taken word for word. */
class FramesFuzzTest {
    private static final int LIMIT = 300;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        Corpus.of(FramesFuzzTest.class, "frames"),
                        Stream.of(
                                input(PeerFrames.frame(true, 1, "hello".getBytes(StandardCharsets.UTF_8))),
                                input(
                                        PeerFrames.frame(false, 1, new byte[] {'a'}),
                                        PeerFrames.frame(true, 9, new byte[] {1, 2}),
                                        PeerFrames.frame(true, 0, new byte[130])),
                                input(PeerFrames.frame(true, 2, new byte[3]), PeerFrames.frame(true, 10, new byte[0])),
                                input(PeerFrames.frame(true, 1, new byte[400]), PeerFrames.frame(true, 1, new byte[1])),
                                input(PeerFrames.frame(true, 8, new byte[] {3, (byte) 0xe8, 'b', 'y', 'e'})),
                                input(PeerFrames.headerOnly(0x81, 1L << 40)),
                                input(PeerFrames.headerOnly(0x81, Long.MIN_VALUE))),
                        Corpus.texts("/ws/a%20b", "/ws/%E2%82%AC?x=/y", "/ws/runtime", "/ws/a+b/c", "/ws/%zz", "/wsx"))
                .flatMap(each -> each);
    }

    /** Two bytes say how the network cuts the rest. */
    private static byte[] input(byte[]... frames) {
        ByteArrayOutputStream input = new ByteArrayOutputStream();
        input.write(5);
        input.write(7);
        for (byte[] frame : frames) {
            input.writeBytes(frame);
        }
        return input.toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest
    void frames(byte[] bytes) {
        InputRandom input = new InputRandom(bytes);
        int first = input.nextInt(256);
        int second = 1 + input.nextInt(64);
        byte[] stream = input.rest();

        List<String> whole = read(stream, stream.length, stream.length);
        assertThat(read(stream, first, second)).isEqualTo(whole);
        assertThat(read(stream, 1, 1)).isEqualTo(whole);
        assertThat(whole).isEqualTo(NaiveFrames.read(stream));
        utf8(bytes);
        path(new String(bytes, StandardCharsets.UTF_8));
    }

    /** Read in parts of {@code first} bytes, then {@code next} bytes each; up to what ends a connection. */
    private static List<String> read(byte[] stream, int first, int next) {
        FrameReader reader = new FrameReader(LIMIT);
        List<String> arrived = new ArrayList<>();
        int size = Math.max(1, first);
        for (int at = 0; at < stream.length; at += size, size = at == 0 ? size : Math.max(1, next)) {
            size = Math.min(size, stream.length - at);
            reader.offer(ByteString.fromArray(stream, at, size));
            for (Arrived found = reader.next(); found != null; found = reader.next()) {
                arrived.add(text(found));
                if (found instanceof Arrived.Violation || found instanceof Arrived.FarTooLarge) {
                    return arrived;
                }
            }
            assertThat(reader.bytesHeld()).isLessThanOrEqualTo(Math.max(LIMIT, 2 * (at + size)));
        }
        return arrived;
    }

    private static String text(Arrived arrived) {
        return switch (arrived) {
            case Arrived.Text(byte[] bytes, int length) -> "text " + hex(Arrays.copyOf(bytes, length));
            case Arrived.Binary binary -> "binary";
            case Arrived.TooLarge large -> "too large";
            case Arrived.FarTooLarge large -> "far too large";
            case Arrived.Ping(ByteString payload) -> "ping " + hex(payload.toArray());
            case Arrived.Pong pong -> "pong";
            case Arrived.Close(int code) -> "close " + code;
            case Arrived.Violation(int code, String what) -> "violation " + code;
        };
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    private static void utf8(byte[] bytes) {
        assertThat(Utf8.isValid(bytes, 0, bytes.length)).isEqualTo(strict(bytes).isPresent());
    }

    private static Optional<String> strict(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }

    private static void path(String target) {
        Optional<String> decoded = RoomPath.decode(target);
        // The platform's decoder takes a plus sign for a space, and replaces what is not UTF-8 by U+FFFD.
        if (decoded.isPresent() && !target.contains("\uFFFD")) {
            assertThat(decoded.get()).isEqualTo(URLDecoder.decode(target.replace("+", "%2B"), StandardCharsets.UTF_8));
        }
        switch (RoomPath.parse(target)) {
            case RoomPath.OfRoom(var room) -> {
                assertThat(target).startsWith("/ws/");
                assertThat(room.value().getBytes(StandardCharsets.UTF_8)).hasSizeBetween(1, 256);
                assertThat(room.value().codePoints().anyMatch(Character::isISOControl))
                        .isFalse();
                assertThat(room.value()).isNotEqualTo("runtime");
            }
            case RoomPath.OfHello hello -> assertThat(target).startsWith("/ws/");
            case RoomPath.Bad(var sentence) -> assertThat(sentence).isNotBlank();
            case RoomPath.Elsewhere elsewhere ->
                assertThat(!target.startsWith("/ws/") || target.substring(4).contains("/"))
                        .isTrue();
        }
    }

    /** RFC 6455 §5 over the whole stream, one frame after the other, with arithmetic without bounds. */
    private static final class NaiveFrames {
        private final byte[] stream;
        private final List<String> found = new ArrayList<>();
        private int at;
        private int messageOpcode = -1;
        private BigInteger announced = BigInteger.ZERO;
        private ByteArrayOutputStream message = new ByteArrayOutputStream();

        private NaiveFrames(byte[] stream) {
            this.stream = stream;
        }

        static List<String> read(byte[] stream) {
            NaiveFrames frames = new NaiveFrames(stream);
            boolean more = true;
            while (more) {
                more = frames.frame();
            }
            return frames.found;
        }

        private boolean end(String last) {
            found.add(last);
            return false;
        }

        /** False when the stream ends within a frame, or nothing after it counts. */
        private boolean frame() {
            if (stream.length - at < 2) {
                return false;
            }
            int first = stream[at] & 0xFF;
            int second = stream[at + 1] & 0xFF;
            int lengthBytes = (second & 0x7F) == 127 ? 8 : (second & 0x7F) == 126 ? 2 : 0;
            int header = 2 + lengthBytes + ((second & 0x80) != 0 ? 4 : 0);
            if (stream.length - at < header) {
                return false;
            }
            BigInteger length = lengthBytes == 0
                    ? BigInteger.valueOf(second & 0x7F)
                    : new BigInteger(1, Arrays.copyOfRange(stream, at + 2, at + 2 + lengthBytes));
            int opcode = first & 0x0F;
            boolean control = opcode >= 8;
            boolean last = (first & 0x80) != 0;
            boolean known = opcode <= 2 || opcode >= 8 && opcode <= 10;
            if ((first & 0x70) != 0 || (second & 0x80) == 0 || length.bitLength() > 63 || !known) {
                return end("violation 1002");
            }
            if (control
                    ? !last || length.compareTo(BigInteger.valueOf(125)) > 0
                    : (opcode == 0) == (messageOpcode < 0)) {
                return end("violation 1002");
            }
            if (!control) {
                announced = announced.add(length);
                if (announced.compareTo(BigInteger.valueOf((long) SocketSettings.FAR_TOO_LARGE * LIMIT)) > 0) {
                    return end("far too large");
                }
                messageOpcode = opcode == 0 ? messageOpcode : opcode;
            }
            if (length.compareTo(BigInteger.valueOf(stream.length - at - header)) > 0) {
                return false;
            }
            byte[] payload = Arrays.copyOfRange(stream, at + header, at + header + length.intValue());
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= stream[at + header - 4 + i % 4];
            }
            at += header + payload.length;
            return control ? control(opcode, payload) : data(last, payload);
        }

        private boolean control(int opcode, byte[] payload) {
            if (opcode == 8) {
                boolean broken = payload.length == 1;
                if (!broken
                        && payload.length > 2
                        && strict(Arrays.copyOfRange(payload, 2, payload.length))
                                .isEmpty()) {
                    return end("violation 1007");
                }
                return broken
                        ? end("violation 1002")
                        : found.add(
                                "close " + (payload.length == 0 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF));
            }
            return found.add(opcode == 9 ? "ping " + hex(payload) : "pong");
        }

        private boolean data(boolean last, byte[] payload) {
            message.writeBytes(payload);
            if (last) {
                found.add(
                        messageOpcode == 2
                                ? "binary"
                                : announced.intValue() > LIMIT ? "too large" : "text " + hex(message.toByteArray()));
                messageOpcode = -1;
                announced = BigInteger.ZERO;
                message = new ByteArrayOutputStream();
            }
            return true;
        }
    }
}
