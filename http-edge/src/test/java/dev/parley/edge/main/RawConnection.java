package dev.parley.edge.main;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A connection on a bare socket: bytes out as the test wants them, frames in. */
final class RawConnection implements AutoCloseable {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;
    static final int FINAL = 0x80;
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    RawConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    /** A WebSocket, with the answer to its upgrade read. */
    static RawConnection upgraded(int port, String room) throws IOException {
        RawConnection connection = new RawConnection(port);
        connection.write(upgrade("/ws/" + room, ""));
        String head = connection.head();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("no upgrade but " + head);
        }
        return connection;
    }

    /** A session, with its welcome read. */
    static RawConnection joined(int port, String room) throws IOException {
        RawConnection connection = upgraded(port, room);
        connection.write(text("{\"type\":\"hello\",\"pubkey\":\"" + "ab".repeat(32) + "\"}"));
        String welcome = connection.frame();
        if (!welcome.startsWith("{\"type\":\"welcome\"")) {
            throw new AssertionError("no welcome but " + welcome);
        }
        return connection;
    }

    static byte[] upgrade(String target, String moreHeaders) {
        return ("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + moreHeaders
                        + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] text(String json) {
        return frame(FINAL | TEXT, json.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(payload.length + 14);
        frame.writeBytes(header(first, payload.length));
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    /** A header in the longest form, whatever the length. */
    static byte[] header(int first, long length) {
        ByteArrayOutputStream header = new ByteArrayOutputStream(14);
        header.write(first);
        if (length >= 0 && length < 126) {
            header.write(0x80 | (int) length);
        } else {
            header.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                header.write((int) (length >>> shift));
            }
        }
        header.writeBytes(MASK);
        return header.toByteArray();
    }

    /** Errors: none when the server has ended the connection; reading tells. */
    void write(byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException ended) {
            // What matters is what the server said before.
        }
    }

    /** The status line and headers of an answer; what there was when the connection ended. */
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try {
            while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
                head.write(in.readUnsignedByte());
            }
        } catch (EOFException | SocketException end) {
            head.writeBytes("end".getBytes(StandardCharsets.US_ASCII));
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** The next frame in words: the text, {@code pong …}, {@code close 1002 why}, or {@code end}. */
    String frame() throws IOException {
        try {
            int opcode = in.readUnsignedByte() & 0x0f;
            long length = in.readUnsignedByte() & 0x7f;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = in.readLong();
            }
            byte[] payload = in.readNBytes((int) length);
            return switch (opcode) {
                case TEXT -> new String(payload, StandardCharsets.UTF_8);
                case PING -> frame();
                case PONG -> "pong " + new String(payload, StandardCharsets.UTF_8);
                case CLOSE ->
                    "close " + ((payload[0] & 0xff) << 8 | payload[1] & 0xff) + " "
                            + new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
                default -> "opcode " + opcode;
            };
        } catch (EOFException | SocketException end) {
            return "end";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
