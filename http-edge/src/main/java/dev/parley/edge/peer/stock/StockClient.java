package dev.parley.edge.peer.stock;

import dev.parley.core.id.RoomId;
import java.util.List;

/**
 * One stock client in one room, without its socket.
 *
 * <p>Pure: time is handed in, in milliseconds since the epoch, and nothing is random, so equal events give equal
 * effects. Not thread-safe.
 */
public sealed interface StockClient permits DocClient, NpmClient {
    /** Begins to connect. */
    List<StockEffect> start(long nowMs);

    /** The only way a client changes. The effects are to be carried out in order. */
    List<StockEffect> on(StockEvent event, long nowMs);

    /** When {@link StockEvent.TimePassed} is wanted next; {@link Long#MAX_VALUE} for never. */
    long dueMs();

    /** True from welcome on, until the connection ends. */
    boolean welcomed();

    /** The client's own copy of the room; between two events it may be read. */
    StockGraph graph();

    RoomId room();
}
