package dev.parley.edge.socket;

import dev.parley.core.wire.Encoded;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/** The frames a server sends: final, unmasked, layout in {@link FrameReader}. */
final class Frames {
    /** A control frame holds 125 bytes, two of them the code. */
    static final int REASON_BYTES_MAX = 123;

    private static final int NO_CODE = 1005; // What a reader reports of a close frame without a code.
    private static final int PROTOCOL_ERROR = 1002;

    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;
    private static final int PING = 0x89;
    private static final int PONG = 0x8a;
    private static final ByteString PING_FRAME = ByteString.fromArrayUnsafe(new byte[] {(byte) PING, 0});

    private Frames() {}

    /** One text message, in one piece: a frame of several would be walked again for each session that sends it. */
    static ByteString text(Encoded message) {
        byte[] payload = message.json().getBytes(StandardCharsets.UTF_8);
        byte[] header = header(TEXT, payload.length);
        byte[] frame = Arrays.copyOf(header, header.length + payload.length);
        System.arraycopy(payload, 0, frame, header.length, payload.length);
        return ByteString.fromArrayUnsafe(frame);
    }

    static ByteString ping() {
        return PING_FRAME;
    }

    static ByteString pong(ByteString payload) {
        return ByteString.fromArrayUnsafe(header(PONG, payload.size())).concat(payload);
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

    /** The code that answers a close frame: the same, unless a peer may not send it (RFC 6455 §7.4). */
    static int answerTo(int code) {
        if (code == NO_CODE) {
            return 1000;
        }
        boolean defined = code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014;
        return defined || code >= 3000 && code <= 4999 ? code : PROTOCOL_ERROR;
    }

    private static byte[] header(int first, int length) {
        if (length < 126) {
            return new byte[] {(byte) first, (byte) length};
        }
        if (length < 1 << 16) {
            return new byte[] {(byte) first, 126, (byte) (length >>> 8), (byte) length};
        }
        return new byte[] {
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
}
