package dev.parley.core.id;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** Hex, big-endian words, and the order of texts by their UTF-8 bytes. */
public final class Bytes {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final HexFormat HEX = HexFormat.of();

    private Bytes() {}

    static long word(byte[] bytes, int offset) {
        return (long) WORD.get(bytes, offset);
    }

    static void putWord(byte[] bytes, int offset, long word) {
        WORD.set(bytes, offset, word);
    }

    /** Lower-case hex digits, two a byte. */
    public static String toHex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    /** Parses exactly {@code sizeBytes} bytes of hex of either case; empty for anything else, null included. */
    public static Optional<byte[]> parseHex(String hex, int sizeBytes) {
        if (hex == null || hex.length() != 2 * sizeBytes) {
            return Optional.empty();
        }
        for (int i = 0; i < hex.length(); i++) {
            if (!HexFormat.isHexDigit(hex.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(HEX.parseHex(hex));
    }

    /** Orders texts by their UTF-8 bytes; {@code String.compareTo} differs above U+FFFF (spec 05 §1). */
    public static int compareUtf8(String left, String right) {
        return Arrays.compareUnsigned(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }
}
