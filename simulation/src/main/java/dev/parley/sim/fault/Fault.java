package dev.parley.sim.fault;

/**
 * Something that goes wrong. Times are milliseconds since the start of the run; what has a span is over at its end, and
 * all is over when a run heals.
 */
public sealed interface Fault {
    /** Messages between relays and the room are lost. */
    record Drop(long fromMs, long untilMs, int percent) implements Fault {}

    /** Messages between relays and the room take up to {@code extraMs} longer; each link keeps its order. */
    record Delay(long fromMs, long untilMs, long extraMs) implements Fault {}

    /** The room's incarnation stops, with a write in flight or not. */
    record CrashRoom(long atMs) implements Fault {}

    /** A member dies: its sessions, its relay, and the room if it is there. It is back after {@code downMs}. */
    record CrashMember(long atMs, int member, long downMs) implements Fault {}

    /** Writes to the journal fail; of those, half were done all the same. */
    record FailWrites(long fromMs, long untilMs, int percent) implements Fault {}

    /** The room's member is taken for dead by the others, which start the room anew, but it lives on until the end. */
    record SplitRoom(long atMs, long forMs) implements Fault {}

    /** The room stops, and no member may start it: no majority is to be had. */
    record Outage(long fromMs, long untilMs) implements Fault {}

    /** A peer's connection breaks. */
    record CutPeer(long atMs, int peer) implements Fault {}

    /** A peer takes nothing from its connection for a while. */
    record StallPeer(long fromMs, long untilMs, int peer) implements Fault {}
}
