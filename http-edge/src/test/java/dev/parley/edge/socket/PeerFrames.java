package dev.parley.edge.socket;

import java.io.ByteArrayOutputStream;

/** Frames as a peer writes them: masked. */
final class PeerFrames {
    private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

    private PeerFrames() {}

    static byte[] frame(boolean last, int opcode, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        header(frame, (last ? 0x80 : 0) | opcode, payload.length);
        for (int i = 0; i < payload.length; i++) {
            frame.write(payload[i] ^ MASK[i & 3]);
        }
        return frame.toByteArray();
    }

    static byte[] headerOnly(int first, long length) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        header(frame, first, length);
        return frame.toByteArray();
    }

    private static void header(ByteArrayOutputStream frame, int first, long length) {
        frame.write(first);
        if (length >= 0 && length < 126) {
            frame.write(0x80 | (int) length);
        } else if (length >= 0 && length < 1 << 16) {
            frame.write(0x80 | 126);
            frame.write((int) (length >>> 8));
            frame.write((int) length);
        } else {
            frame.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) (length >>> shift));
            }
        }
        frame.writeBytes(MASK);
    }
}
