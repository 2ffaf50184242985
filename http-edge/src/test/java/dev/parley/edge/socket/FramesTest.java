package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.wire.Encoded;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FramesTest {
    @Test
    void closeReasonsAreCutBetweenCharacters() {
        ByteString ascii = Frames.close(4001, "r".repeat(500));
        ByteString wide = Frames.close(4001, "x" + "é".repeat(100)); // Byte 123 is the middle of a character.

        assertThat(ascii.size()).isEqualTo(4 + 123);
        assertThat(reason(ascii)).isEqualTo("r".repeat(123));
        assertThat(reason(wide)).isEqualTo("x" + "é".repeat(61));
        assertThat(Frames.close(1012, "service restart").toArray())
                .startsWith(0x88, 17, 0x03, 0xf4)
                .endsWith("restart".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void lengthsTakeTheShortestForm() {
        assertThat(Frames.text(text(125)).toArray()).startsWith(0x81, 125).hasSize(127);
        assertThat(Frames.text(text(126)).toArray())
                .startsWith(0x81, 126, 0, 126)
                .hasSize(130);
        assertThat(Frames.text(text(65_536)).toArray())
                .startsWith(0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0)
                .hasSize(65_546);
    }

    @Test
    void aSharedMessageIsTurnedIntoBytesOnce() {
        SharedFrames frames = new SharedFrames();
        Encoded message = text(10);

        SharedFrames.Shared first = frames.of(message);

        assertThat(frames.of(message)).isSameAs(first);
        assertThat(frames.of(text(10))).isNotSameAs(first);
    }

    private static String reason(ByteString close) {
        return new String(close.toArray(), 4, close.size() - 4, StandardCharsets.UTF_8);
    }

    private static Encoded text(int bytes) {
        return new Encoded("t".repeat(bytes), bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "1000,1000",
        "1001,1001",
        "1003,1003",
        "1011,1011",
        "3000,3000",
        "4999,4999",
        "1005,1000",
        "0,1002",
        "999,1002",
        "1004,1002",
        "1006,1002",
        "1015,1002",
        "2999,1002",
        "5000,1002"
    })
    void aCloseIsAnsweredWithItsCodeIfAPeerMaySendIt(int code, int answer) {
        assertThat(Frames.answerTo(code)).isEqualTo(answer);
    }
}
