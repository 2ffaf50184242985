package dev.parley.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.system.WirePeer.Seen;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A peer on a bare socket with a small buffer, which takes from the network only what the test asks it to: unlike
 * {@link WirePeer}, it lets the server's messages pile up.
 */
final class SlowReader implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int RECEIVE_BUFFER_BYTES = 16 << 10;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final Socket socket = new Socket();
    private final DataInputStream in;
    private final OutputStream out;
    private final AtomicLong readBytes = new AtomicLong();

    /** Connects without saying hello. */
    SlowReader(URI room) throws IOException {
        socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
        socket.setSoTimeout(Math.toIntExact(WirePeer.PATIENCE.toMillis()));
        socket.connect(new InetSocketAddress(room.getHost(), room.getPort()));
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 4096));
        out = socket.getOutputStream();
        out.write(("GET " + room.getRawPath() + " HTTP/1.1\r\nHost: " + room.getHost() + "\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        String head = responseHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("no upgrade: " + head);
        }
    }

    /** Connects, says a plain hello and reads the welcome. */
    static SlowReader join(URI room, String pubkey) throws IOException {
        SlowReader reader = new SlowReader(room);
        reader.send(WirePeer.message("hello").put("pubkey", pubkey));
        reader.expect("welcome");
        return reader;
    }

    private String responseHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            head.write(in.readByte());
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    void send(JsonNode message) throws IOException {
        sendFrame(TEXT, message.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The mask is all zeros, which leaves the payload as it is. */
    private void sendFrame(int opcode, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
        frame.put((byte) (0x80 | opcode));
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.putInt(0).put(payload);
        out.write(frame.array(), 0, frame.position());
    }

    /** Reads the next message or the close; {@link Seen.Broken} when the connection has ended without one. */
    Seen next() throws IOException {
        try {
            while (true) {
                int opcode = in.readUnsignedByte() & 0x0F;
                byte[] payload = new byte[length()];
                in.readFully(payload);
                readBytes.addAndGet(payload.length);
                switch (opcode) {
                    case TEXT -> {
                        return new Seen.Message(JSON.readTree(payload));
                    }
                    case CLOSE -> {
                        return new Seen.Closed(
                                ByteBuffer.wrap(payload).getShort() & 0xFFFF,
                                new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
                    }
                    case PING -> sendFrame(PONG, payload);
                    default -> throw new AssertionError("opcode " + opcode);
                }
            }
        } catch (EOFException | SocketException ended) {
            return new Seen.Broken(ended);
        }
    }

    private int length() throws IOException {
        int length = in.readUnsignedByte();
        return switch (length) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> length;
        };
    }

    /** The next message, which has to be of this type. */
    JsonNode expect(String type) throws IOException {
        Seen next = next();
        if (next instanceof Seen.Message(var json) && json.path("type").asText().equals(type)) {
            return json;
        }
        throw new AssertionError("expected " + type + ", saw " + next);
    }

    /** The payload bytes it has taken so far. */
    long readBytes() {
        return readBytes.get();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
