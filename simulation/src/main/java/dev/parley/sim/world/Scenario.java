package dev.parley.sim.world;

import dev.parley.sim.fault.Fault;
import java.util.List;

/**
 * What plans are drawn from. {@code activeMs} is how long peers edit and faults strike; then the world heals.
 *
 * @param rooms the most rooms of a run
 * @param kinds which kinds of {@link Fault} a seed draws from; each seed has only some of them
 * @param company who comes besides our own peers, and what all do besides editing
 * @param tight whether nearly every bound is met in each run, and faults last
 */
public record Scenario(
        String name,
        int members,
        int rooms,
        int peers,
        int edits,
        long activeMs,
        List<Class<? extends Fault>> kinds,
        Company company,
        boolean tight) {
    /** Every kind of fault but the longest. */
    public static final Scenario DEFAULT = new Scenario(
            "default",
            3,
            3,
            5,
            500,
            30_000,
            List.of(
                    Fault.Drop.class,
                    Fault.Delay.class,
                    Fault.Duplicate.class,
                    Fault.Reorder.class,
                    Fault.Partition.class,
                    Fault.Isolate.class,
                    Fault.CrashRoom.class,
                    Fault.CrashMember.class,
                    Fault.LeaveMember.class,
                    Fault.HandOver.class,
                    Fault.SplitRoom.class,
                    Fault.StepClock.class,
                    Fault.SkewClock.class,
                    Fault.FailWrites.class,
                    Fault.SlowJournal.class,
                    Fault.StallJournal.class,
                    Fault.FailReads.class,
                    Fault.LoseAnswers.class,
                    Fault.FullDisk.class,
                    Fault.TearSnapshot.class,
                    Fault.OldVersion.class,
                    Fault.CutPeer.class,
                    Fault.CutRoom.class,
                    Fault.StallPeer.class),
            Company.MIXED,
            false);

    /** All scenarios, by name. */
    public static final List<Scenario> ALL = List.of(
            DEFAULT,
            new Scenario(
                    "crowded",
                    2,
                    1,
                    6,
                    150,
                    25_000,
                    List.of(Fault.Drop.class, Fault.Duplicate.class),
                    new Company(0, 1, true, true)),
            new Scenario(
                    "cramped",
                    2,
                    1,
                    6,
                    250,
                    20_000,
                    List.of(Fault.Drop.class, Fault.CrashRoom.class, Fault.CutPeer.class),
                    new Company(0, 0, false, true),
                    true),
            new Scenario("calm", 2, 1, 4, 200, 15_000, List.of()),
            new Scenario("lossy", 2, 1, 4, 200, 30_000, List.of(Fault.Drop.class, Fault.Delay.class)),
            new Scenario("moving", 2, 1, 4, 200, 30_000, List.of(Fault.CrashRoom.class, Fault.FailWrites.class)),
            new Scenario("dying", 3, 1, 4, 200, 40_000, List.of(Fault.CrashMember.class, Fault.CutPeer.class)),
            new Scenario("outage", 2, 1, 4, 200, 50_000, List.of(Fault.Outage.class, Fault.CutPeer.class)),
            new Scenario("slow", 2, 1, 6, 1_500, 30_000, List.of(Fault.StallPeer.class, Fault.Delay.class)),
            new Scenario(
                    "stored",
                    3,
                    2,
                    4,
                    300,
                    30_000,
                    List.of(
                            Fault.CrashRoom.class,
                            Fault.CrashMember.class,
                            Fault.SplitRoom.class,
                            Fault.FailWrites.class,
                            Fault.SlowJournal.class,
                            Fault.StallJournal.class,
                            Fault.FailReads.class,
                            Fault.LoseAnswers.class,
                            Fault.FullDisk.class,
                            Fault.TearSnapshot.class,
                            Fault.OldVersion.class)),
            new Scenario("split", 2, 1, 4, 200, 30_000, List.of(Fault.SplitRoom.class, Fault.Drop.class)),
            new Scenario("mixed", 2, 1, 5, 200, 30_000, List.of(), Company.MIXED),
            new Scenario("stock", 2, 1, 5, 150, 30_000, List.of(Fault.CutPeer.class), new Company(100, 0, true, false)),
            new Scenario(
                    "hostile", 2, 2, 4, 150, 30_000, List.of(Fault.CutPeer.class), new Company(50, 6, true, false)));

    public Scenario {
        kinds = List.copyOf(kinds);
    }

    /** One of usual bounds. */
    public Scenario(
            String name,
            int members,
            int rooms,
            int peers,
            int edits,
            long activeMs,
            List<Class<? extends Fault>> kinds,
            Company company) {
        this(name, members, rooms, peers, edits, activeMs, kinds, company, false);
    }

    /** One whose peers are our own and only edit. */
    public Scenario(
            String name,
            int members,
            int rooms,
            int peers,
            int edits,
            long activeMs,
            List<Class<? extends Fault>> kinds) {
        this(name, members, rooms, peers, edits, activeMs, kinds, Company.OWN);
    }

    /** True if runs of the scenario with this name have peers that try everything. */
    static boolean isRich(String name) {
        return ALL.stream()
                .anyMatch(one -> one.name().equals(name) && one.company().rich());
    }

    /** A scenario of one room. */
    public Scenario(String name, int members, int peers, int edits, long activeMs, List<Class<? extends Fault>> kinds) {
        this(name, members, 1, peers, edits, activeMs, kinds);
    }
}
