package dev.parley.sim.actors;

/** The wall clock of one member's machine: it may be set, and run fast or slow. It outlives the member's lives. */
final class ActorClock {
    /** The wall clock at the start of each run, in milliseconds since the epoch. */
    static final long EPOCH_MS = 1_700_000_000_000L;

    private final ActorWorld world;
    private final int member;
    private long countedMs;
    private long offsetMs;
    private long driftMicros;

    ActorClock(ActorWorld world, int member) {
        this.world = world;
        this.member = member;
    }

    long wallMs() {
        count();
        return EPOCH_MS + world.nowMs() + offsetMs + Math.floorDiv(driftMicros, 1_000);
    }

    void step(long byMs) {
        offsetMs += byMs;
    }

    /** A skew begins, and goes on for so long. */
    void skewFor(long forMs) {
        count();
        world.loop().after(forMs, this::count);
    }

    private void count() {
        long now = world.nowMs();
        driftMicros += (now - countedMs) * world.faults().skewPerMille(member, countedMs);
        countedMs = now;
    }
}
