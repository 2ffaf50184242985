package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.List;

/** What one side has and the other lacks, with the side named, and the strategy that found it. */
public record Difference(List<NodeId> weLack, PeerLacks peerLacks, Strategy strategy) {
    public Difference {
        weLack = List.copyOf(weLack);
    }

    /** How a difference was found; a bounded metric label. */
    public enum Strategy {
        /** The peer named our heads: it lacks nothing. */
        EQUAL,
        /** The peer's heads are known here; what they do not reach was painted. */
        HEADS,
        /** Its filter decoded by the 64-bit index rule. */
        IBF_64,
        /** Its filter decoded by the 32-bit index rule (spec 02 §1.5). */
        IBF_32,
        /** Nothing told them apart: all is sent. */
        FULL
    }
}
