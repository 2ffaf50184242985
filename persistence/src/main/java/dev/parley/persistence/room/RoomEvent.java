package dev.parley.persistence.room;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.List;
import java.util.Optional;

/**
 * A fact of a room, as the journal keeps it. Its {@code seq} is its place there and never stored in it.
 *
 * <p>{@link #rootAfter()} is the Merkle root of the room after it; replay checks it.
 */
public sealed interface RoomEvent {
    NodeId rootAfter();

    /** Nodes were accepted, in this order: parents before children across all runs. */
    record NodesAppended(List<Run> runs, NodeId rootAfter) implements RoomEvent {
        public NodesAppended {
            runs = List.copyOf(runs);
        }
    }

    /**
     * From now on every hello needs a token signed by {@code key}; there is no way back (spec 04 §4). {@code request} is
     * empty when the operator did it.
     */
    record RoomLocked(PeerId key, Optional<ControlRequest> request, NodeId rootAfter) implements RoomEvent {}

    /**
     * From now on nodes are judged by {@code policy}, which joins the room's timeline (spec 04 §5). {@code clock} is the
     * room's clock at that moment: the timeline only counts policies (spec 05 §8.2).
     */
    record PolicySet(WritePolicy policy, long clock, ControlRequest request, NodeId rootAfter) implements RoomEvent {}
}
