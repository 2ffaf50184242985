package dev.parley.sim.world;

import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import java.util.Optional;

/**
 * One direction between a relay and a room. It keeps its order, as one sender and one receiver have it between members,
 * unless a fault says otherwise; what goes from one member to another may be lost, late or repeated. Within a member
 * nothing is.
 */
final class Link {
    private final World world;
    private final Chance chance;
    private long lastMs;

    Link(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    void send(End.Member from, End.Member to, String what, Runnable deliver) {
        if (from.equals(to)) {
            inOrder(chance.between(0, 1), deliver);
            return;
        }
        Faults faults = world.faults();
        long now = world.agenda().nowMs();
        if (!world.network().open(from, to)) {
            // The connection breaks, and what was to go by it is lost: remoting does not send it again.
            world.note("{member} cannot reach {member}: " + what + " lost", from.number(), to.number());
            return;
        }
        if (chance.percent(faults.dropPercent(now))) {
            world.note("{member} to {member}: dropped " + what, from.number(), to.number());
            return;
        }
        long extra = faults.delayMs(now);
        long takes = chance.between(0, 2) + (extra == 0 ? 0 : chance.between(0, extra));
        Optional<Fault.Reorder> reorder = faults.reorder(now);
        if (reorder.isPresent() && chance.percent(reorder.get().percent())) {
            world.note("out of order " + what, from.number(), to.number());
            world.agenda().after(takes + chance.between(0, reorder.get().byMs()), deliver);
        } else {
            inOrder(takes, deliver);
        }
        if (chance.percent(faults.duplicatePercent(now))) {
            world.note("twice " + what, from.number(), to.number());
            inOrder(takes, deliver);
        }
    }

    private void inOrder(long takesMs, Runnable deliver) {
        long now = world.agenda().nowMs();
        lastMs = Math.max(lastMs, now + takesMs);
        world.agenda().after(lastMs - now, deliver);
    }
}
