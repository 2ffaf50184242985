package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    /** The JDK's decoder is the authority; bytes are drawn so that every class of them meets every other. */
    @Test
    void itAgreesWithTheDecoderOnManyTexts() {
        Random random = new Random(1);
        int[] classes = {
            0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
            0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff
        };
        for (int i = 0; i < 40_000; i++) {
            byte[] text = new byte[random.nextInt(14)];
            for (int at = 0; at < text.length; at++) {
                text[at] = (byte) (random.nextInt(3) == 0 ? 'a' : classes[random.nextInt(classes.length)]);
            }

            if (Utf8.isValid(text, 0, text.length) != decodes(text)) {
                throw new AssertionError(HexFormat.of().formatHex(text));
            }
        }
    }

    @Test
    void everyCharacterIsValidAndNoneIsCutShort() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point += point < 0x800 ? 1 : 251) {
            if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
                continue;
            }
            byte[] text = ("12345678" + Character.toString(point)).getBytes(StandardCharsets.UTF_8);

            assertThat(Utf8.isValid(text, 0, text.length)).isTrue();
            if (point > 0x7f) {
                assertThat(Utf8.isValid(text, 0, text.length - 1)).isFalse();
                assertThat(Utf8.isValid(text, 9, text.length - 9)).isFalse();
            }
        }
    }

    private static boolean decodes(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
            return true;
        } catch (CharacterCodingException malformed) {
            return false;
        }
    }
}
