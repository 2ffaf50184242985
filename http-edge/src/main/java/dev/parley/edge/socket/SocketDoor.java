package dev.parley.edge.socket;

import dev.parley.core.wire.Encoded;
import java.util.Optional;

/** How a session acts on its socket. Thread-safe; nothing here blocks. */
public interface SocketDoor {
    /** Queues a reply to the peer. While many wait, the socket does not read on. */
    void reply(Encoded message);

    /** Queues what the room tells this session. False when the queue is full: then all that waits is discarded. */
    boolean send(Encoded message);

    /** Like {@link #send}, for a message that other sessions of this member send too: its bytes are made once. */
    boolean sendShared(Encoded message);

    /**
     * Like {@link #sendShared}, for a message that the peer can do without: it takes the place of a waiting one with the
     * same key, and when too many of its kind wait, the oldest of them goes.
     */
    void sendDroppable(Encoded message, Optional<String> key);

    /** Like {@link #reply}; {@link SocketEvents#drained} follows once the queue is empty and the network takes more. */
    void replyThenTell(Encoded message);

    /** What waits to go out now. */
    default Queued queued() {
        return Queued.NOTHING;
    }

    /** Reads one more message. To be called again only when that one has arrived. */
    void readNext();

    /** What is kept of the last message is counted elsewhere now; {@link #readNext} says so too. */
    default void taken() {}

    /**
     * Sends a close frame after what is queued, waits a bounded time for the peer's and drops the connection. The reason
     * is cut to what a close frame holds. Code 1006, which no frame may carry, drops the connection without one.
     */
    void hangUp(int code, String reason);
}
