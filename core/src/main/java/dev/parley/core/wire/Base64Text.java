package dev.parley.core.wire;

import java.util.Arrays;
import java.util.Optional;

/**
 * Base64 as peers may write it: standard alphabet, padding optional (spec 03 §0.1).
 *
 * <p>Shape: groups of four characters. A last group of two or three needs no padding; a group that starts with
 * {@code =} ends the text; what follows a {@code =} in third place of a group is not looked at; unused bits are not
 * checked.
 */
final class Base64Text {
    private static final byte[] VALUES = new byte[256];
    private static final byte PAD = '=';

    static {
        Arrays.fill(VALUES, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            VALUES[alphabet.charAt(i)] = (byte) i;
        }
    }

    private Base64Text() {}

    /** The bytes that {@code length} ASCII characters stand for; empty when they break a rule. Cost: linear. */
    static Optional<byte[]> decode(byte[] text, int offset, int length) {
        byte[] bytes = new byte[length / 4 * 3 + 2];
        int end = offset + length;
        int in = offset;
        int out = 0;
        while (in < end) {
            if (end - in >= 4) {
                int group = VALUES[text[in] & 255] << 18
                        | VALUES[text[in + 1] & 255] << 12
                        | VALUES[text[in + 2] & 255] << 6
                        | VALUES[text[in + 3] & 255];
                if (group >= 0) { // One character outside the alphabet makes the sign bit of the whole group.
                    bytes[out] = (byte) (group >> 16);
                    bytes[out + 1] = (byte) (group >> 8);
                    bytes[out + 2] = (byte) group;
                    out += 3;
                    in += 4;
                    continue;
                }
            }
            if (text[in] == PAD) {
                break;
            }
            int written = irregular(text, in, Math.min(4, end - in), bytes, out);
            if (written == 0) {
                return Optional.empty();
            }
            out += written;
            in += 4;
        }
        return Optional.of(out == bytes.length ? bytes : Arrays.copyOf(bytes, out));
    }

    /** Decodes a group that is short or padded; returns the number of bytes, 0 when it breaks a rule. */
    private static int irregular(byte[] text, int in, int size, byte[] bytes, int out) {
        int first = VALUES[text[in] & 255];
        int second = size > 1 ? VALUES[text[in + 1] & 255] : -1;
        if (first < 0 || second < 0) {
            return 0;
        }
        bytes[out] = (byte) (first << 2 | second >> 4);
        if (size == 2 || text[in + 2] == PAD) {
            return 1;
        }
        int third = VALUES[text[in + 2] & 255];
        if (third < 0 || (size == 4 && text[in + 3] != PAD)) {
            return 0;
        }
        bytes[out + 1] = (byte) (second << 4 | third >> 2);
        return 2;
    }
}
