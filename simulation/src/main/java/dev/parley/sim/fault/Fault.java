package dev.parley.sim.fault;

/**
 * Something that goes wrong, as data. What has a span ends after {@code forMs}; all is over when a run heals. Members,
 * peers and rooms are named by their number in the plan.
 */
public sealed interface Fault {
    When when();

    /** Goes on for a while. */
    sealed interface Span extends Fault {
        long forMs();
    }

    /** Messages between members are lost. */
    record Drop(When when, long forMs, int percent) implements Span {}

    /** Messages between members take up to {@code extraMs} longer; each link keeps its order. */
    record Delay(When when, long forMs, long extraMs) implements Span {}

    /** Messages between members arrive twice. */
    record Duplicate(When when, long forMs, int percent) implements Span {}

    /** Messages between members overtake each other, by up to {@code byMs}. */
    record Reorder(When when, long forMs, int percent, long byMs) implements Span {}

    /** Nothing passes between a member and the other members. */
    record Isolate(When when, long forMs, int member) implements Span {}

    /**
     * Nothing passes from {@code from} to {@code to}, nor back if {@code bothWays}. {@code flapMs} above 0: the way is
     * closed and open in turns of so long.
     */
    record Partition(When when, long forMs, End from, End to, boolean bothWays, long flapMs) implements Span {}

    /** The room's incarnation stops, with a write in flight or not. */
    record CrashRoom(When when, int room) implements Fault {}

    /** A member dies with its sessions, its relays, and the rooms that are there. It is back after {@code downMs}. */
    record CrashMember(When when, int member, long downMs) implements Fault {}

    /** A member leaves in good order: its sessions are told to come back, its rooms move. Back after {@code downMs}. */
    record LeaveMember(When when, int member, long downMs) implements Fault {}

    /** Rebalancing: the room moves to this member. */
    record HandOver(When when, int room, int to) implements Fault {}

    /** A member's clock is set forward or, below 0, back. */
    record StepClock(When when, int member, long byMs) implements Fault {}

    /** A member's clock runs faster by {@code perMille}, or slower. */
    record SkewClock(When when, long forMs, int member, int perMille) implements Span {}

    /** Writes to the journal fail; of those, half were done all the same. */
    record FailWrites(When when, long forMs, int percent) implements Span {}

    /** The room's member is taken for dead by the others, which start the room anew, but it lives on until the end. */
    record SplitRoom(When when, int room, long forMs) implements Fault {}

    /** The rooms stop, and no member may start them: no majority is to be had. */
    record Outage(When when, long forMs) implements Span {}

    /** A peer's connection breaks. */
    record CutPeer(When when, int peer) implements Fault {}

    /** The connections of all peers of a room break at once. */
    record CutRoom(When when, int room) implements Fault {}

    /** A peer takes nothing from its connection for a while. */
    record StallPeer(When when, long forMs, int peer) implements Span {}

    /** Requests to the journal take up to {@code extraMs} longer. */
    record SlowJournal(When when, long forMs, long extraMs) implements Span {}

    /** The database stands still: what it is asked waits until it goes on, or whoever asked gives up. */
    record StallJournal(When when, long forMs) implements Span {}

    /** Reads of events and snapshots fail. */
    record FailReads(When when, long forMs, int percent) implements Span {}

    /** Transactions are done and nobody hears of it. */
    record LoseAnswers(When when, long forMs, int percent) implements Span {}

    /** Nothing more fits on the journal's disk; what is there can be read. */
    record FullDisk(When when, long forMs) implements Span {}

    /** The room's newest snapshot is damaged, and its incarnation stops, so that somebody reads it. */
    record TearSnapshot(When when, int room, Tear tear) implements Fault {}

    /** This member writes to the journal what the version before wrote. */
    record OldVersion(When when, long forMs, int member) implements Span {}
}
