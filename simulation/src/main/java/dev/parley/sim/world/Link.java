package dev.parley.sim.world;

/** One direction between a relay and a room: keeps its order, may lose or delay what it carries. */
final class Link {
    private final World world;
    private final Chance chance;
    private long lastMs;

    Link(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    void send(String what, Runnable deliver) {
        Agenda agenda = world.agenda();
        long now = agenda.nowMs();
        if (chance.percent(world.faults().dropPercent(now))) {
            world.note("dropped " + what);
            return;
        }
        long extra = world.faults().delayMs(now);
        long at = Math.max(lastMs, now + chance.between(0, 2) + (extra == 0 ? 0 : chance.between(0, extra)));
        lastMs = at;
        agenda.after(at - now, deliver);
    }
}
