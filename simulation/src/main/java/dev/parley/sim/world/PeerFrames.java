package dev.parley.sim.world;

import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** WebSocket frames as a peer writes and reads them (RFC 6455 §5), apart from the server's own. */
final class PeerFrames {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    private static final int NO_CODE = 1005;

    private PeerFrames() {}

    static ByteString text(String message) {
        return frame(TEXT, message.getBytes(StandardCharsets.UTF_8));
    }

    static ByteString close(int code) {
        return frame(CLOSE, new byte[] {(byte) (code >>> 8), (byte) code});
    }

    /** One final frame, masked with zeros, which leaves the payload as it is. */
    static ByteString frame(int opcode, byte[] payload) {
        int lengthBytes = payload.length < 126 ? 0 : payload.length < 1 << 16 ? 2 : 8;
        byte[] frame = new byte[2 + lengthBytes + 4 + payload.length];
        frame[0] = (byte) (0x80 | opcode);
        frame[1] = (byte) (0x80 | (lengthBytes == 0 ? payload.length : lengthBytes == 2 ? 126 : 127));
        for (int i = 0; i < lengthBytes; i++) {
            frame[2 + i] = (byte) ((long) payload.length >>> (8 * (lengthBytes - 1 - i)));
        }
        System.arraycopy(payload, 0, frame, 2 + lengthBytes + 4, payload.length);
        return ByteString.fromArrayUnsafe(frame);
    }

    /** What a frame of the server is; servers do not mask and here do not split. */
    record Read(int opcode, byte[] payload) {
        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** The code of a close frame. */
        int code() {
            return payload.length < 2 ? NO_CODE : (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        }

        /** The reason of a close frame. */
        String reason() {
            return payload.length < 2 ? "" : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }
    }

    static Read read(ByteString frame) {
        byte[] bytes = frame.toArrayUnsafe();
        int length = bytes[1] & 0x7f;
        int start = 2 + (length < 126 ? 0 : length == 126 ? 2 : 8);
        byte[] payload = new byte[bytes.length - start];
        System.arraycopy(bytes, start, payload, 0, payload.length);
        return new Read(bytes[0] & 0x0f, payload);
    }
}
