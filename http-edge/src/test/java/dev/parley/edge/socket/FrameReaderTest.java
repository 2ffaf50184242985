package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameReaderTest {
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final long LIMIT = 100;

    @Property(tries = 200)
    void aMessageArrivesWholeHoweverItIsCut(
            @ForAll @Size(max = 90) byte[] payload,
            @ForAll @IntRange(min = 1, max = 5) int fragments,
            @ForAll @IntRange(min = 1, max = 40) int readBytes) {
        byte[] stream = fragmented(TEXT, payload, fragments, new byte[] {1, 2});

        List<Arrived> arrived = read(LIMIT, stream, readBytes);

        assertThat(texts(arrived)).containsExactly(new String(payload, StandardCharsets.ISO_8859_1));
        assertThat(arrived.stream().filter(a -> a instanceof Arrived.Ping)).hasSize(fragments - 1);
    }

    @ParameterizedTest(name = "{0} bytes")
    @MethodSource("lengths")
    void everyFormOfLengthIsRead(int length) {
        byte[] payload = new byte[length];
        Arrays.fill(payload, (byte) 'x');

        List<Arrived> arrived = read(1 << 20, PeerFrames.frame(true, TEXT, payload), 1000);

        assertThat(texts(arrived)).containsExactly("x".repeat(length));
    }

    static Stream<Integer> lengths() {
        return Stream.of(0, 1, 125, 126, 127, 65_535, 65_536, 70_001);
    }

    @Test
    void aMessageOverTheLimitIsSkippedWhetherInOneFrameOrMany() {
        byte[] tooLong = new byte[(int) LIMIT + 1];
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(PeerFrames.frame(true, TEXT, tooLong));
        stream.writeBytes(fragmented(TEXT, tooLong, 3, new byte[0]));
        stream.writeBytes(PeerFrames.frame(true, TEXT, "after".getBytes(StandardCharsets.UTF_8)));

        List<Arrived> arrived = read(LIMIT, stream.toByteArray(), 7);

        assertThat(arrived.stream().filter(a -> a instanceof Arrived.TooLarge)).hasSize(2);
        assertThat(texts(arrived)).containsExactly("after");
    }

    @Test
    void aMessageFourTimesTheLimitIsRefusedByItsAnnouncedLength() {
        List<Arrived> whole = read(LIMIT, PeerFrames.headerOnly(0x80 | TEXT, 4 * LIMIT + 1), 100);
        List<Arrived> hugest = read(LIMIT, PeerFrames.headerOnly(0x80 | TEXT, Long.MAX_VALUE), 100);
        ByteArrayOutputStream inParts = new ByteArrayOutputStream();
        inParts.writeBytes(PeerFrames.frame(false, TEXT, new byte[300]));
        inParts.writeBytes(PeerFrames.frame(false, 0, new byte[101]));

        assertThat(whole).containsExactly(new Arrived.FarTooLarge());
        assertThat(hugest).containsExactly(new Arrived.FarTooLarge());
        assertThat(read(LIMIT, inParts.toByteArray(), 100)).containsExactly(new Arrived.FarTooLarge());
    }

    @Test
    void aBinaryMessageIsSkipped() {
        byte[] stream = fragmented(BINARY, new byte[90], 2, new byte[0]);

        assertThat(read(LIMIT, stream, 10).stream().filter(a -> !(a instanceof Arrived.Ping)))
                .containsExactly(new Arrived.Binary());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("violations")
    void aBreachOfTheFrameRulesIsNamed(String what, byte[] stream) {
        assertThat(read(LIMIT, stream, 100)).containsExactly(new Arrived.Violation(what));
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                Arguments.of("reserved bits are set", PeerFrames.headerOnly(0xc1, 1)),
                Arguments.of("frame is not masked", new byte[] {(byte) 0x81, 1, 'x'}),
                Arguments.of("frame length is negative", PeerFrames.headerOnly(0x81, Long.MIN_VALUE)),
                Arguments.of("unknown opcode", PeerFrames.headerOnly(0x83, 1)),
                Arguments.of("continuation frame out of place", PeerFrames.frame(true, 0, new byte[1])),
                Arguments.of(
                        "continuation frame out of place",
                        concat(PeerFrames.frame(false, TEXT, new byte[1]), PeerFrames.frame(true, TEXT, new byte[1]))),
                Arguments.of("control frame is fragmented or too long", PeerFrames.frame(false, 9, new byte[1])),
                Arguments.of("control frame is fragmented or too long", PeerFrames.frame(true, 9, new byte[126])),
                Arguments.of("close frame with half a code", PeerFrames.frame(true, 8, new byte[1])));
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.SECONDS)
    void aMessageInFragmentsOfOneByteIsNotCopiedOnceForEach() {
        int size = 1 << 20; // Copied for each byte, these would be 500 GB.
        ByteArrayOutputStream stream = new ByteArrayOutputStream(7 * size);
        stream.writeBytes(PeerFrames.frame(false, TEXT, new byte[] {'x'}));
        byte[] one = PeerFrames.frame(false, 0, new byte[] {'x'});
        for (int i = 2; i < size; i++) {
            stream.writeBytes(one);
        }
        stream.writeBytes(PeerFrames.frame(true, 0, new byte[] {'x'}));

        assertThat(texts(read(size, stream.toByteArray(), 1 << 16))).containsExactly("x".repeat(size));
    }

    @Test
    void anAbandonedMessageAndAllAfterItAreSkippedUpToTheCloseFrame() {
        FrameReader reader = new FrameReader(1_000);
        byte[] first = PeerFrames.frame(true, TEXT, new byte[500]);
        reader.offer(ByteString.fromArray(first, 0, 300));
        assertThat(reader.next()).isNull();
        assertThat(reader.bytesHeld()).isPositive();

        reader.abandon();
        reader.offer(ByteString.fromArray(first, 300, first.length - 300));
        assertThat(reader.next()).isEqualTo(new Arrived.TooLarge());
        assertThat(reader.next()).isNull();
        reader.offer(ByteString.fromArray(PeerFrames.frame(true, TEXT, new byte[500]), 0, 400));
        assertThat(reader.next()).isNull();
        assertThat(reader.bytesHeld()).isZero();
        reader.offer(ByteString.fromArray(concat(
                new byte[PeerFrames.frame(true, TEXT, new byte[500]).length - 400],
                PeerFrames.frame(true, 8, new byte[0]))));

        assertThat(reader.next()).isEqualTo(new Arrived.TooLarge());
        assertThat(reader.next()).isEqualTo(new Arrived.Close(1005));
    }

    @Test
    void emptyFragmentsHoldNothingAndControlFramesPassBetweenThem() {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        stream.writeBytes(PeerFrames.frame(false, TEXT, new byte[0]));
        for (int i = 0; i < 100_000; i++) {
            stream.writeBytes(PeerFrames.frame(i % 1_000 == 0, i % 1_000 == 0 ? 9 : 0, new byte[0]));
        }
        stream.writeBytes(PeerFrames.frame(true, 0, "end".getBytes(StandardCharsets.UTF_8)));

        List<Arrived> arrived = read(LIMIT, stream.toByteArray(), 1 << 16);

        assertThat(arrived).hasSize(101);
        assertThat(texts(arrived)).containsExactly("end");
    }

    @Test
    void aCloseReasonThatIsNoUtf8IsABreach() {
        assertThat(read(LIMIT, PeerFrames.frame(true, 8, new byte[] {0x03, (byte) 0xe8, (byte) 0xc3}), 100))
                .containsExactly(new Arrived.Violation(1007, "close reason is not UTF-8"));
    }

    @Test
    void closeFramesGiveTheirCode() {
        assertThat(read(LIMIT, PeerFrames.frame(true, 8, new byte[] {0x0f, (byte) 0xa1}), 100))
                .containsExactly(new Arrived.Close(4001));
        assertThat(read(LIMIT, PeerFrames.frame(true, 8, new byte[0]), 100)).containsExactly(new Arrived.Close(1005));
    }

    @Test
    void anAnnouncedLengthAloneTakesNoMemory() {
        FrameReader reader = new FrameReader(1L << 30);
        reader.offer(ByteString.fromArray(concat(PeerFrames.headerOnly(0x81, 1L << 30), new byte[] {'a', 'b', 'c'})));

        assertThat(reader.next()).isNull(); // An array of 1 GiB would not fit the heap of the tests.
    }

    private static List<Arrived> read(long limit, byte[] stream, int readBytes) {
        FrameReader reader = new FrameReader(limit);
        List<Arrived> arrived = new ArrayList<>();
        for (int at = 0; at < stream.length; at += readBytes) {
            reader.offer(ByteString.fromArray(stream, at, Math.min(readBytes, stream.length - at)));
            for (Arrived next = reader.next(); next != null; next = reader.next()) {
                arrived.add(next);
                if (next instanceof Arrived.Violation || next instanceof Arrived.FarTooLarge) {
                    return arrived;
                }
            }
        }
        return arrived;
    }

    private static List<String> texts(List<Arrived> arrived) {
        return arrived.stream()
                .filter(a -> a instanceof Arrived.Text)
                .map(a -> (Arrived.Text) a)
                .map(t -> new String(t.bytes(), 0, t.lengthBytes(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** The payload in several frames with a ping between any two. */
    private static byte[] fragmented(int opcode, byte[] payload, int fragments, byte[] ping) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int i = 0; i < fragments; i++) {
            byte[] part =
                    Arrays.copyOfRange(payload, payload.length * i / fragments, payload.length * (i + 1) / fragments);
            if (i > 0) {
                stream.writeBytes(PeerFrames.frame(true, 9, ping));
            }
            stream.writeBytes(PeerFrames.frame(i == fragments - 1, i == 0 ? opcode : 0, part));
        }
        return stream.toByteArray();
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
