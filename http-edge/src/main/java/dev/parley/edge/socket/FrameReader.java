package dev.parley.edge.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.pekko.util.ByteString;

/**
 * Reads messages from the bytes of a peer, one at a time, whatever frames and network reads they come in (RFC 6455 §5).
 *
 * <p>Layout of a frame:
 *
 * <pre>
 * offset      size     field
 * 0           1        final bit 80, reserved bits 70, opcode 0f
 * 1           1        mask bit 80 (always set by a peer), length 7f; 126 and 127 announce 2 and 8 more bytes
 * 2           0, 2, 8  length, big-endian
 * 2, 4, 10    4        mask
 * 6, 8, 14    length   payload, each byte xored with the mask byte of its position modulo 4
 * </pre>
 *
 * <p>A text message is copied once, out of the network's buffer. One over the limit is counted, never held. Memory: at most
 * twice what arrived of a message, whatever length its frame announces.
 */
final class FrameReader {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;
    private static final int NONE = -1;
    private static final int CONTROL_BYTES_MAX = 125;
    private static final int NO_CODE = 1005;
    private static final byte[] NOTHING = new byte[0];

    private final long limitBytes;

    private byte[] input = NOTHING;
    private int at;

    private long header; // The bytes of a header so far, when a network read ends within it: at most 14, so two words.
    private long headerLow;
    private int headerBytes;

    private int opcode = NONE;
    private boolean last;
    private int mask;
    private long remaining;

    private int messageOpcode = NONE;
    private boolean skipping;
    private boolean abandoned;
    private byte[] message = NOTHING;
    private int messageBytes;
    private long announcedBytes;
    private byte[] control = NOTHING;
    private int controlBytes;

    FrameReader(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes what the network read. Only after {@link #next} gave null. */
    void offer(ByteString bytes) {
        input = bytes.toArrayUnsafe();
        at = 0;
    }

    /** The next thing that arrived, or null when more bytes are needed first. */
    Arrived next() {
        while (true) {
            if (opcode == NONE) {
                int size = headerSize();
                while (headerBytes < size && at < input.length) {
                    pushHeader(input[at++]);
                    size = headerSize();
                }
                if (headerBytes < size) {
                    return starved();
                }
                Arrived refused = startFrame();
                if (refused != null) {
                    return refused;
                }
            }
            int taken = (int) Math.min(remaining, input.length - at);
            takePayload(taken);
            if (remaining > 0) {
                return starved();
            }
            Arrived arrived = endFrame();
            if (arrived != null) {
                return arrived;
            }
        }
    }

    /** Memory held by the message that is being read. */
    int bytesHeld() {
        return message.length;
    }

    /** Lets go of the message that is being read; it and all later ones are skipped. */
    void abandon() {
        abandoned = true;
        skipping = true;
        message = NOTHING;
        messageBytes = 0;
    }

    private Arrived starved() {
        input = NOTHING; // Lets the network's buffer go.
        at = 0;
        return null;
    }

    private void pushHeader(byte b) {
        if (headerBytes < 8) {
            header |= (b & 0xffL) << (56 - 8 * headerBytes);
        } else {
            headerLow |= (b & 0xffL) << (56 - 8 * (headerBytes - 8));
        }
        headerBytes++;
    }

    private int headerByte(int index) {
        return (int) (index < 8 ? header >>> (56 - 8 * index) : headerLow >>> (56 - 8 * (index - 8))) & 0xff;
    }

    private int headerSize() {
        if (headerBytes < 2) {
            return 2;
        }
        return 2 + lengthBytes() + ((headerByte(1) & 0x80) != 0 ? 4 : 0);
    }

    private int lengthBytes() {
        int length = headerByte(1) & 0x7f;
        return length == 127 ? 8 : length == 126 ? 2 : 0;
    }

    private long payloadLength() {
        int extra = lengthBytes();
        if (extra == 0) {
            return headerByte(1) & 0x7f;
        }
        long length = 0;
        for (int i = 0; i < extra; i++) {
            length = length << 8 | headerByte(2 + i);
        }
        return length;
    }

    /** Null when the payload may be read. */
    private Arrived startFrame() {
        int code = headerByte(0) & 0x0f;
        boolean isFinal = (headerByte(0) & 0x80) != 0;
        long length = payloadLength();
        if ((headerByte(0) & 0x70) != 0) {
            return new Arrived.Violation("reserved bits are set");
        }
        if ((headerByte(1) & 0x80) == 0) {
            return new Arrived.Violation("frame is not masked");
        }
        if (length < 0) {
            return new Arrived.Violation("frame length is negative");
        }
        int maskAt = 2 + lengthBytes();
        mask = headerByte(maskAt) << 24
                | headerByte(maskAt + 1) << 16
                | headerByte(maskAt + 2) << 8
                | headerByte(maskAt + 3);
        switch (code) {
            case CONTINUATION, TEXT, BINARY -> {
                if ((code == CONTINUATION) == (messageOpcode == NONE)) {
                    return new Arrived.Violation("continuation frame out of place");
                }
                // Compared this way round, a sum near 2^63 cannot wrap.
                if (length > SocketSettings.FAR_TOO_LARGE * limitBytes - announcedBytes) {
                    return new Arrived.FarTooLarge();
                }
                if (code != CONTINUATION) {
                    messageOpcode = code;
                }
                announcedBytes += length;
                if (messageOpcode == BINARY || announcedBytes > limitBytes) {
                    skipping = true;
                    message = NOTHING;
                    messageBytes = 0;
                }
            }
            case CLOSE, PING, PONG -> {
                if (!isFinal || length > CONTROL_BYTES_MAX) {
                    return new Arrived.Violation("control frame is fragmented or too long");
                }
                control = length == 0 ? NOTHING : new byte[(int) length];
                controlBytes = 0;
            }
            default -> {
                return new Arrived.Violation("unknown opcode");
            }
        }
        opcode = code;
        last = isFinal;
        remaining = length;
        header = 0;
        headerLow = 0;
        headerBytes = 0;
        return null;
    }

    private void takePayload(int count) {
        if (opcode >= CLOSE) {
            unmask(control, controlBytes, count);
            controlBytes += count;
        } else if (!skipping) {
            reserve(count);
            unmask(message, messageBytes, count);
            messageBytes += count;
        }
        at += count;
        remaining -= count;
    }

    /**
     * Grows with what arrives, so that an announced length alone costs nothing, and by doubling, so that a message in
     * fragments of one byte is not copied once for each.
     */
    private void reserve(int count) {
        int needed = messageBytes + count;
        if (needed > message.length) {
            long most = last ? messageBytes + remaining : limitBytes;
            message = Arrays.copyOf(message, (int) Math.max(needed, Math.min(most, 2L * message.length)));
        }
    }

    private void unmask(byte[] target, int offset, int count) {
        long word = (mask & 0xffffffffL) << 32 | (mask & 0xffffffffL);
        int i = 0;
        for (; i + 8 <= count; i += 8) {
            WORD.set(target, offset + i, (long) WORD.get(input, at + i) ^ word);
        }
        for (; i < count; i++) {
            target[offset + i] = (byte) (input[at + i] ^ mask >>> 24 - 8 * (i & 3));
        }
        mask = Integer.rotateLeft(mask, 8 * (count & 3)); // The next part starts at this position of the mask.
    }

    /** Null when a message goes on in the next frame. */
    private Arrived endFrame() {
        int ended = opcode;
        opcode = NONE;
        switch (ended) {
            case PING -> {
                return new Arrived.Ping(ByteString.fromArrayUnsafe(control));
            }
            case PONG -> {
                return new Arrived.Pong();
            }
            case CLOSE -> {
                return closed();
            }
            default -> {
                return last ? endMessage() : null;
            }
        }
    }

    private Arrived closed() {
        if (control.length == 1) {
            return new Arrived.Violation("close frame with half a code");
        }
        if (control.length > 2 && !Utf8.isValid(control, 2, control.length - 2)) {
            return new Arrived.Violation(Arrived.INVALID_TEXT, "close reason is not UTF-8");
        }
        if (control.length == 0) {
            return new Arrived.Close(NO_CODE);
        }
        int code = (control[0] & 0xff) << 8 | control[1] & 0xff;
        return code == NO_CODE ? new Arrived.Violation("close code 1005 stands for none") : new Arrived.Close(code);
    }

    private Arrived endMessage() {
        Arrived arrived = messageOpcode == BINARY
                ? new Arrived.Binary()
                : skipping ? new Arrived.TooLarge() : new Arrived.Text(message, messageBytes);
        messageOpcode = NONE;
        skipping = abandoned;
        message = NOTHING;
        messageBytes = 0;
        announcedBytes = 0;
        return arrived;
    }
}
