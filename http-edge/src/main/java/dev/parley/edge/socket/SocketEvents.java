package dev.parley.edge.socket;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.FromPeer;

/** What a socket tells its session. Called from several threads, one at a time, in order. */
public interface SocketEvents {
    /** The message asked for with {@link SocketDoor#readNext}. */
    void message(FromPeer message);

    /** The socket cannot go on; the session says how it ends. */
    void failed(SyncFailure why);

    /** The peer closed, or the connection broke. The last call. */
    void gone();

    /** What was sent last with {@link SocketDoor#sendThenTell} has left the queue. */
    void drained();
}
