package dev.parley.core.id;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The name of a room, verbatim as the peer gave it.
 *
 * <p>Shape: 1 to 256 bytes of UTF-8 without control characters (U+0000–U+001F, U+007F–U+009F). Source: design §4.
 */
public record RoomId(String value) implements Comparable<RoomId> {
    /** The longest room id, in bytes of UTF-8. */
    public static final int SIZE_BYTES_MAX = 256;

    public RoomId {
        if (!valid(value)) {
            throw new IllegalArgumentException("not a room id");
        }
    }

    /** The room id of this text, or empty when no room can have it. */
    public static Optional<RoomId> parse(String text) {
        return valid(text) ? Optional.of(new RoomId(text)) : Optional.empty();
    }

    private static boolean valid(String text) {
        if (text == null || text.isEmpty() || text.length() > SIZE_BYTES_MAX) {
            return false;
        }
        // An unpaired surrogate has no UTF-8 form; two such ids would share one journal.
        return text.codePoints().noneMatch(c -> Character.isISOControl(c) || (c >= 0xD800 && c <= 0xDFFF))
                && text.getBytes(StandardCharsets.UTF_8).length <= SIZE_BYTES_MAX;
    }

    @Override
    public int compareTo(RoomId that) {
        return Bytes.compareUtf8(value, that.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
