package dev.parley.persistence.room;

import dev.parley.core.id.RoomId;

/** What subscriptions left out: nodes, their bytes, and packs of which nothing was left. */
public record Filtered(long nodes, long bytes, long packsDropped) {
    public static final Filtered NOTHING = new Filtered(0, 0, 0);

    public Filtered plus(Filtered more) {
        return more == NOTHING
                ? this
                : new Filtered(nodes + more.nodes, bytes + more.bytes, packsDropped + more.packsDropped);
    }

    /** Tells the meters, unless there is nothing to tell. */
    public void report(RoomMeters meters, RoomId room, RoomMeters.FilterStage stage) {
        if (nodes > 0 || packsDropped > 0) {
            meters.filtered(room, stage, nodes, bytes, packsDropped);
        }
    }
}
