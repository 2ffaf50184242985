package dev.parley.sim.actors;

import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.room.Flushed;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.check.JudgedRules;
import java.util.List;

/**
 * The rules of one life of a room, whose every decision is judged; with the first of them also what the life began with,
 * for nobody sees more of the state of an actor.
 */
final class CheckedRules extends RoomRules {
    private final Invariants invariants;
    private final RoomRules judged;
    private final int acknowledgedBefore;
    private boolean seen;

    /** Of a life that has not asked the journal yet. */
    CheckedRules(RoomContext context, Invariants invariants) {
        super(context.settings(), context.server(), context.signatures(), context.policies());
        this.invariants = invariants;
        this.judged = new JudgedRules(
                context.settings(), context.server(), context.signatures(), context.policies(), invariants);
        this.acknowledgedBefore = invariants.acknowledged();
    }

    @Override
    public Flushed decide(RoomState room, List<ToRoom.Submit> submits, long nowMs) {
        if (!seen) {
            seen = true;
            invariants.recovered(room, acknowledgedBefore);
        }
        return judged.decide(room, submits, nowMs);
    }
}
