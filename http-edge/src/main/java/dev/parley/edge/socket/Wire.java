package dev.parley.edge.socket;

import java.time.Duration;
import org.apache.pekko.util.ByteString;

/**
 * What a {@link Connection} needs of the network under it. All are called on its thread, and none may call it back
 * before it returns, but for {@link #later}, which any thread may call.
 */
public interface Wire {
    long nowNanos();

    /** {@link Connection#on} follows, in the order of the calls, unless the connection has ended. */
    void later(Wish wish);

    /** {@link Connection#fired} follows. One that runs already starts anew. */
    void start(Connection.Timer timer, Duration after);

    /** {@link Connection#fired} follows every so often; a call that is late is made up for. */
    void repeat(Connection.Timer timer, Duration every);

    void cancel(Connection.Timer timer);

    /** True if nothing is asked for, and something may still come. */
    boolean mayAsk();

    /** Wants what the peer sent: {@link Connection#arrived} follows once. */
    void ask();

    /** True while something is asked for that may still come. */
    boolean asking();

    /** True if the network takes a frame now; if not, {@link Connection#taken} follows when it does. */
    boolean mayGive();

    /** A frame for the peer. Only when {@link #mayGive} is true. */
    void give(ByteString frame);

    /** No more goes either way; what was given still goes out. */
    void end();

    /** Drops the connection with all that is under way. */
    void reset();
}
