package dev.parley.edge.socket;

import java.util.concurrent.Executor;

/**
 * What the sockets of a member share and must not take from each other.
 *
 * <p>{@code decoders} is a bounded executor; {@code largeDecoders} leaves some of its threads free, because a large message
 * is decoded in one piece.
 */
public record SocketShares(Executor decoders, Executor largeDecoders, InboundBudget inbound, OutboundBudget outbound) {
    /** Messages from this size on are large. */
    static final int LARGE_BYTES = 64 << 10;

    /** Shares without bounds. */
    public static SocketShares unbounded(Executor decoders) {
        return new SocketShares(decoders, decoders, InboundBudget.unbounded(), OutboundBudget.unbounded());
    }

    Executor decoders(int messageBytes) {
        return messageBytes < LARGE_BYTES ? decoders : largeDecoders;
    }
}
