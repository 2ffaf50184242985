package dev.parley.edge.peer.stock;

import dev.parley.core.history.Op;
import java.util.List;
import java.util.Optional;

/** What happens to a stock client. */
public sealed interface StockEvent {
    /** The socket asked for by {@link StockEffect.Open} is open. */
    record Opened() implements StockEvent {}

    /** It could not be opened: nobody listens, or the upgrade was refused. */
    record NotOpened(String why) implements StockEvent {}

    record Heard(String json) implements StockEvent {}

    /** The socket is gone; 1006 stands for no close frame. */
    record Closed(int code, String reason) implements StockEvent {}

    /** The answer to {@link StockEffect.FetchToken}; empty when the application has none. */
    record TokenFetched(Optional<StockToken> token) implements StockEvent {}

    /** It is later than {@link StockClient#dueMs}. */
    record TimePassed() implements StockEvent {}

    /** The user edits, connected or not. {@code wallMs} may be 0. */
    record Edited(List<Op> ops, long wallMs) implements StockEvent {
        public Edited {
            ops = List.copyOf(ops);
        }
    }

    /** The user's presence is this JSON from now on; {@code null} clears it. */
    record PresenceSet(String dataJson) implements StockEvent {}

    /** The application sends a control message and waits for a message of type {@code replyType} (second client). */
    record Asked(String json, String replyType) implements StockEvent {}

    /** The application closes the client for good. */
    record Quit() implements StockEvent {}
}
