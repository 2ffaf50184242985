package dev.parley.edge.peer.stock;

import dev.parley.core.history.Node;
import java.util.List;

/** What can be seen of a stock client from outside: what it tells its application, and what it does not. */
public sealed interface StockNews {
    /** {@code missing} counts the ids in {@code welcome.missing}; {@code peers} are public keys in hex. */
    record Welcomed(boolean rootsDiffer, int missing, List<String> peers) implements StockNews {}

    /** Nodes of others that became part of the graph, parents first. */
    record Stored(String from, List<Node> nodes) implements StockNews {}

    /** Nodes of a pack had no parents here and were dropped. The application is not told. */
    record Dropped(int nodes) implements StockNews {}

    /** A bad node ended an import; the nodes after it were not looked at. */
    record ImportStopped(String why, int abandoned) implements StockNews {}

    /** A descent ended: how many ids it found on either side. */
    record Descended(int rounds, int mine, int theirs) implements StockNews {}

    /** An {@code error} message of the server. */
    record ServerError(String text) implements StockNews {}

    record Acked(int incoming, int accepted, int rejected, int parked) implements StockNews {}

    /** A pack was too large for the client's own limit. */
    record NotSent(String why, int nodes) implements StockNews {}

    /** The connection ended; the next attempt is due in {@code delayMs}. */
    record Retrying(String why, long delayMs) implements StockNews {}

    /** There will be no further attempt. */
    record GaveUp(String why) implements StockNews {}

    record PeerJoined(String peer) implements StockNews {}

    record PeerLeft(String peer) implements StockNews {}

    record Presence(String peer, String dataJson) implements StockNews {}

    /** Nothing was heard of a peer for too long. */
    record Forgotten(String peer) implements StockNews {}

    /** The reply to a control message. */
    record Replied(String type, String json) implements StockNews {}

    /** No reply of this type came in time. */
    record NoReply(String type) implements StockNews {}
}
