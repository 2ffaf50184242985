package dev.parley.sim.world;

import dev.parley.sim.fault.End;

/**
 * Who reaches whom. Between members a closed way loses what is sent, and the rest of the run goes on without it; between
 * a peer and its member, and a member and the journal, TCP holds it until the way is open or somebody gives up.
 */
final class Network {
    private final World world;

    Network(World world) {
        this.world = world;
    }

    /** True if what {@code from} sends now reaches {@code to}. */
    boolean open(End from, End to) {
        long now = world.agenda().nowMs();
        return world.faults().openAgainAt(from, to, now) == now;
    }

    /**
     * How long it takes until the way from {@code from} to {@code to} is open, in milliseconds; 0 when it is. Ask again
     * then: another fault may have closed it meanwhile, and when the world heals all are open at once.
     */
    long closedForMs(End from, End to) {
        long now = world.agenda().nowMs();
        return world.faults().openAgainAt(from, to, now) - now;
    }
}
