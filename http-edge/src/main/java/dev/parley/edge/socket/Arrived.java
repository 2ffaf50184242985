package dev.parley.edge.socket;

import org.apache.pekko.util.ByteString;

/** What a {@link FrameReader} found in the byte stream. */
sealed interface Arrived {
    /** A whole text message: the first {@code lengthBytes} of {@code bytes}, which belong to the receiver. */
    record Text(byte[] bytes, int lengthBytes) implements Arrived {}

    /** A whole binary message, skipped. */
    record Binary() implements Arrived {}

    /** A whole message over the limit, skipped. */
    record TooLarge() implements Arrived {}

    /** A message so large that reading on makes no sense. */
    record FarTooLarge() implements Arrived {}

    record Ping(ByteString payload) implements Arrived {}

    record Pong() implements Arrived {}

    /** {@code code} is 1005 when the frame held none. */
    record Close(int code) implements Arrived {}

    /** A breach of RFC 6455; nothing after it can be read. {@code code} is what the connection closes with. */
    record Violation(int code, String what) implements Arrived {
        Violation(String what) {
            this(PROTOCOL_ERROR, what);
        }
    }

    int PROTOCOL_ERROR = 1002;

    /** What should be UTF-8 is not. */
    int INVALID_TEXT = 1007;
}
