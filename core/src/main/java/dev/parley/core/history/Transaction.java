package dev.parley.core.history;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.List;

/**
 * One atomic edit by one author (spec 01 §5).
 *
 * <p>Units: {@code lamport} is unsigned logical time; {@code wallMs} unsigned milliseconds since the epoch, 0 = none.
 * {@code parents} keep their order and may repeat.
 */
public record Transaction(PeerId author, long lamport, long wallMs, List<Op> ops, List<NodeId> parents) {
    public Transaction {
        ops = ops instanceof EncodedOps ? ops : List.copyOf(ops);
        parents = List.copyOf(parents);
    }
}
