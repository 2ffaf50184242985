package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.List;

/**
 * Which nodes of a room a peer lacks, as a rule rather than a list: applied to the first {@code n} nodes of one room it
 * names the same nodes on every member and after every restart, because arrival order is the journal's order.
 */
public sealed interface PeerLacks {
    record Nothing() implements PeerLacks {}

    record Everything() implements PeerLacks {}

    /** All but these heads and their ancestors (spec 02 §1.7, ancestor closure). Ids the room lacks are skipped. */
    record AllBut(List<NodeId> heads) implements PeerLacks {}

    /** Just these; ids the room lacks are skipped. */
    record Exactly(List<NodeId> ids) implements PeerLacks {}

    /** All but these, taken literally, without ancestors ({@code request.known}, spec 03 §5.1). */
    record Except(List<NodeId> ids) implements PeerLacks {}

    /** All that arrived after the first {@code nodes}. */
    record Since(int nodes) implements PeerLacks {}
}
