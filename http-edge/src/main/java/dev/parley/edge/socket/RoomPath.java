package dev.parley.edge.socket;

import dev.parley.core.id.RoomId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** What a request target asks for: {@code /ws/{room}}, {@code /ws/runtime}, or something else (spec 03 §1, ruling 15). */
public sealed interface RoomPath {
    /** {@code /ws/{room}}: the room is the one percent-decoded segment, verbatim; a plus sign is a plus sign. */
    record OfRoom(RoomId room) implements RoomPath {}

    /** {@code /ws/runtime}: hello names the room. */
    record OfHello() implements RoomPath {}

    /** One segment after {@code /ws/}, but no room can have that name. */
    record Bad(String sentence) implements RoomPath {}

    record Elsewhere() implements RoomPath {}

    String PREFIX = "/ws/";
    String RULE = "A room id is 1 to 256 bytes of UTF-8 without control characters.";

    /** Reads a request target in origin form, as it stood in the request line; a query is ignored. */
    static RoomPath parse(String target) {
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        if (!path.startsWith(PREFIX) || path.indexOf('/', PREFIX.length()) >= 0) {
            return new Elsewhere();
        }
        Optional<String> name = decode(path.substring(PREFIX.length()));
        if (name.isEmpty()) {
            return new Bad("The room id in the path is not percent-encoded UTF-8.");
        }
        if (name.get().equals("runtime")) {
            return new OfHello();
        }
        Optional<RoomId> room = RoomId.parse(name.get());
        return room.isPresent() ? new OfRoom(room.get()) : new Bad(RULE);
    }

    /** Decodes one path segment; empty unless it is percent-encoded UTF-8. */
    static Optional<String> decode(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); ) {
            char c = segment.charAt(i);
            if (c != '%') {
                int end = segment.indexOf('%', i);
                byte[] plain =
                        segment.substring(i, end < 0 ? segment.length() : end).getBytes(StandardCharsets.UTF_8);
                bytes.write(plain, 0, plain.length);
                i = end < 0 ? segment.length() : end;
            } else if (i + 2 < segment.length()
                    && HexFormat.isHexDigit(segment.charAt(i + 1))
                    && HexFormat.isHexDigit(segment.charAt(i + 2))) {
                bytes.write(HexFormat.fromHexDigits(segment, i + 1, i + 3));
                i += 3;
            } else {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder() // Reports what is malformed instead of replacing it.
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return Optional.empty();
        }
    }
}
