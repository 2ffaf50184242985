package dev.parley.core.reconcile;

import dev.parley.core.id.NodeId;
import java.util.List;

/** What a difference of two filters gave. */
public sealed interface Peeled {
    /**
     * It decoded: the ids in the first filter only, and in the second only. In id order, distinct, not yet verified.
     */
    record Listed(List<NodeId> ours, List<NodeId> theirs) implements Peeled {
        public Listed {
            ours = List.copyOf(ours);
            theirs = List.copyOf(theirs);
        }
    }

    /** The difference outgrew the cells, or the filters were built by different index rules. */
    record Stuck() implements Peeled {}
}
