package dev.parley.sim.actors;

import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import dev.parley.sim.world.Chance;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The ways between members: each keeps its order, and may lose or delay what it carries. Within a member nothing is lost
 * and nothing takes time.
 */
final class MemberLinks {
    private static final class Way {
        private final Chance chance;
        private long lastMs;

        Way(Chance chance) {
            this.chance = chance;
        }
    }

    private final ActorWorld world;
    private final Map<Long, Way> ways = new TreeMap<>();

    MemberLinks(ActorWorld world) {
        this.world = world;
    }

    /** Runs {@code deliver} where the message arrives, unless it is lost. */
    void send(int from, int to, String what, Runnable deliver) {
        if (from == to) {
            deliver.run();
            return;
        }
        long number = ((long) from << 32) + to;
        Way way = ways.computeIfAbsent(number, key -> new Way(world.chance("link", key)));
        Faults faults = world.faults();
        long now = world.nowMs();
        boolean open = faults.openAgainAt(new End.Member(from), new End.Member(to), now) == now;
        if (!open || way.chance.percent(faults.dropPercent(now))) {
            world.note("lost " + what, from, to);
            return;
        }
        long extra = faults.delayMs(now);
        long takes = way.chance.between(0, 2) + (extra == 0 ? 0 : way.chance.between(0, extra));
        Optional<Fault.Reorder> reorder = faults.reorder(now);
        if (reorder.isPresent() && way.chance.percent(reorder.get().percent())) {
            world.loop().after(takes + way.chance.between(0, reorder.get().byMs()), deliver);
        } else {
            inOrder(way, takes, deliver);
        }
        if (way.chance.percent(faults.duplicatePercent(now))) {
            inOrder(way, takes, deliver);
        }
    }

    private void inOrder(Way way, long takesMs, Runnable deliver) {
        way.lastMs = Math.max(way.lastMs, world.nowMs() + takesMs);
        world.loop().after(way.lastMs - world.nowMs(), deliver);
    }
}
