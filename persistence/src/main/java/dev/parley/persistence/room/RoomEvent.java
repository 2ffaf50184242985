package dev.parley.persistence.room;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.List;

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

    /** From now on every hello needs a token signed by {@code key}; there is no way back (spec 04 §4). */
    record RoomLocked(PeerId key, NodeId rootAfter) implements RoomEvent {}
}
