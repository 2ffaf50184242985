package dev.parley.sim.world;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import java.util.ArrayList;
import java.util.List;

/**
 * What a run is made of. {@code activeMs} is how long peers edit and faults strike; then the world heals.
 *
 * @param kinds which kinds of {@link Fault} the seed draws from
 */
public record Scenario(
        String name, int members, int peers, int edits, long activeMs, List<Class<? extends Fault>> kinds) {
    /** Every kind of fault. */
    public static final Scenario DEFAULT = new Scenario(
            "default",
            3,
            5,
            300,
            30_000,
            List.of(
                    Fault.Drop.class,
                    Fault.Delay.class,
                    Fault.CrashRoom.class,
                    Fault.CrashMember.class,
                    Fault.FailWrites.class,
                    Fault.SplitRoom.class,
                    Fault.CutPeer.class,
                    Fault.StallPeer.class));

    /** All scenarios, by name. */
    public static final List<Scenario> ALL = List.of(
            DEFAULT,
            new Scenario("calm", 2, 4, 200, 15_000, List.of()),
            new Scenario("lossy", 2, 4, 200, 30_000, List.of(Fault.Drop.class, Fault.Delay.class)),
            new Scenario("moving", 2, 4, 200, 30_000, List.of(Fault.CrashRoom.class, Fault.FailWrites.class)),
            new Scenario("dying", 3, 4, 200, 40_000, List.of(Fault.CrashMember.class, Fault.CutPeer.class)),
            new Scenario("outage", 2, 4, 200, 50_000, List.of(Fault.Outage.class, Fault.CutPeer.class)),
            new Scenario("slow", 2, 6, 1_500, 30_000, List.of(Fault.StallPeer.class, Fault.Delay.class)),
            new Scenario("split", 2, 4, 200, 30_000, List.of(Fault.SplitRoom.class, Fault.Drop.class)));

    public Scenario {
        kinds = List.copyOf(kinds);
    }

    /** The faults that a seed gives this scenario. */
    Faults faults(Chance chance) {
        List<Fault> faults = new ArrayList<>();
        for (Class<? extends Fault> kind : kinds) {
            for (long times = chance.between(0, 2); times > 0; times--) {
                faults.add(draw(kind, chance));
            }
        }
        return new Faults(faults);
    }

    private Fault draw(Class<? extends Fault> kind, Chance chance) {
        long at = chance.between(1_000, activeMs - 1_000);
        long until = Math.min(activeMs, at + (chance.percent(10) ? activeMs : chance.between(500, 8_000)));
        if (kind == Fault.Drop.class) {
            return new Fault.Drop(at, until, (int) chance.between(1, 60));
        }
        if (kind == Fault.Delay.class) {
            return new Fault.Delay(at, until, chance.between(10, 3_000));
        }
        if (kind == Fault.CrashRoom.class) {
            return new Fault.CrashRoom(at);
        }
        if (kind == Fault.CrashMember.class) {
            return new Fault.CrashMember(at, chance.below(members), chance.between(500, 10_000));
        }
        if (kind == Fault.FailWrites.class) {
            return new Fault.FailWrites(at, until, (int) chance.between(5, 100));
        }
        if (kind == Fault.SplitRoom.class) {
            return new Fault.SplitRoom(at, chance.between(1_000, 10_000));
        }
        if (kind == Fault.Outage.class) {
            return new Fault.Outage(at, Math.min(activeMs, at + chance.between(3_000, 40_000)));
        }
        if (kind == Fault.StallPeer.class) {
            return new Fault.StallPeer(at, until, chance.below(peers));
        }
        return new Fault.CutPeer(at, chance.below(peers));
    }
}
