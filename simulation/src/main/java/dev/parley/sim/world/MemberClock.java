package dev.parley.sim.world;

/**
 * The clocks of one member's machine: both may run fast or slow, the wall clock may be set besides. Production reads the
 * wall clock for rooms and sessions, the steady one for relays.
 */
final class MemberClock {
    private final World world;
    private final int member;
    private long countedMs;
    private long offsetMs;
    /** What skew has made, in thousandths of a millisecond. */
    private long driftMicros;

    MemberClock(World world, int member) {
        this.world = world;
        this.member = member;
    }

    /** Milliseconds since the epoch, as this machine has them. */
    long wallMs() {
        count();
        return world.agenda().wallMs() + offsetMs + Math.floorDiv(driftMicros, 1_000);
    }

    /** Milliseconds since some time, which nobody can set: it only goes forward. */
    long steadyMs() {
        count();
        return world.agenda().nowMs() + Math.floorDiv(driftMicros, 1_000);
    }

    void step(long byMs) {
        offsetMs += byMs;
        world.note("clock of {member} set", member, byMs);
    }

    /** A skew begins, and goes on for so long. */
    void skewFor(long forMs) {
        count();
        world.agenda().after(forMs, this::count);
    }

    private void count() {
        long now = world.agenda().nowMs();
        driftMicros += (now - countedMs) * world.faults().skewPerMille(member, countedMs);
        countedMs = now;
    }
}
