package dev.parley.edge.socket;

import dev.parley.core.wire.Encoded;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** The frames a server sends: final, unmasked, layout in {@link FrameReader}. */
final class Frames {
    /** A control frame holds 125 bytes, two of them the code. */
    static final int REASON_BYTES_MAX = 123;

    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final ByteString PING_FRAME = ByteString.fromArrayUnsafe(new byte[] {(byte) PING, 0});

    private Frames() {}

    /** One text message. The text is copied once. */
    static ByteString text(Encoded message) {
        byte[] payload = message.json().getBytes(StandardCharsets.UTF_8);
        return header(TEXT, payload.length).concat(ByteString.fromArrayUnsafe(payload));
    }

    static ByteString ping() {
        return PING_FRAME;
    }

    static ByteString pong(ByteString payload) {
        return header(PONG, payload.size()).concat(payload);
    }

    /** A close frame; the reason is cut between characters to {@link #REASON_BYTES_MAX} bytes. */
    static ByteString close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, REASON_BYTES_MAX);
        while (length < text.length && length > 0 && (text[length] & 0xc0) == 0x80) {
            length--; // The byte after the cut continues a character: leave that character out.
        }
        byte[] frame = new byte[4 + length];
        frame[0] = (byte) CLOSE;
        frame[1] = (byte) (2 + length);
        frame[2] = (byte) (code >>> 8);
        frame[3] = (byte) code;
        System.arraycopy(text, 0, frame, 4, length);
        return ByteString.fromArrayUnsafe(frame);
    }

    private static ByteString header(int first, int length) {
        byte[] header;
        if (length < 126) {
            header = new byte[] {(byte) first, (byte) length};
        } else if (length < 1 << 16) {
            header = new byte[] {(byte) first, 126, (byte) (length >>> 8), (byte) length};
        } else {
            header = new byte[] {
                (byte) first,
                127,
                0,
                0,
                0,
                0,
                (byte) (length >>> 24),
                (byte) (length >>> 16),
                (byte) (length >>> 8),
                (byte) length
            };
        }
        return ByteString.fromArrayUnsafe(header);
    }
}
