package dev.parley.sim.actors;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.util.ByteString;

/** WebSocket frames as a peer writes and reads them (RFC 6455 §5), apart from the server's own code. */
final class ClientFrames {
    /** A frame of the server; {@code code} and {@code reason} are those of a close frame. */
    sealed interface FromServer {
        record Text(String json) implements FromServer {}

        record Ping() implements FromServer {}

        record Pong() implements FromServer {}

        record Close(int code, String reason) implements FromServer {}
    }

    private static final int FINAL = 0x80;
    private static final int MASKED = 0x80;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int MASK_BYTES = 4;
    private static final int NO_CODE = 1005;

    private ClientFrames() {}

    static ByteString text(String json) {
        return frame(TEXT, json.getBytes(StandardCharsets.UTF_8));
    }

    static ByteString pong() {
        return frame(PONG, new byte[0]);
    }

    static ByteString close(int code) {
        return frame(
                CLOSE, ByteBuffer.allocate(Short.BYTES).putShort((short) code).array());
    }

    /** The mask is zero, which leaves the payload as it is. */
    private static ByteString frame(int opcode, byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(2 + Long.BYTES + MASK_BYTES + payload.length);
        frame.put((byte) (FINAL | opcode));
        if (payload.length < 126) {
            frame.put((byte) (MASKED | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (MASKED | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return ByteString.fromArrayUnsafe(bytes);
    }

    /** One whole frame, as the server hands each to the network. */
    static FromServer read(ByteString whole) {
        ByteBuffer frame = ByteBuffer.wrap(whole.toArrayUnsafe());
        int opcode = frame.get() & 0x0f;
        int length = frame.get() & 0x7f;
        if (length == 126) {
            length = frame.getShort() & 0xffff;
        } else if (length == 127) {
            length = (int) frame.getLong();
        }
        if (length != frame.remaining()) {
            throw new IllegalArgumentException("a frame of " + length + " bytes has " + frame.remaining());
        }
        byte[] payload = new byte[length];
        frame.get(payload);
        return switch (opcode) {
            case TEXT -> new FromServer.Text(new String(payload, StandardCharsets.UTF_8));
            case PING -> new FromServer.Ping();
            case PONG -> new FromServer.Pong();
            case CLOSE ->
                length < Short.BYTES
                        ? new FromServer.Close(NO_CODE, "")
                        : new FromServer.Close(
                                ByteBuffer.wrap(payload).getShort() & 0xffff,
                                new String(payload, Short.BYTES, length - Short.BYTES, StandardCharsets.UTF_8));
            default -> throw new IllegalArgumentException("a frame of the server has opcode " + opcode);
        };
    }
}
