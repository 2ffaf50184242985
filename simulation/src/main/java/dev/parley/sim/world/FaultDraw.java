package dev.parley.sim.world;

import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.fault.Tear;
import dev.parley.sim.fault.When;
import java.util.ArrayList;
import java.util.List;

/** Draws faults. A seed has only some of the scenario's kinds, so that none hides what another would show. */
final class FaultDraw {
    private static final int KIND_PERCENT = 35;
    private static final int TIGHT_KIND_PERCENT = 75;
    private static final int TIMES_MAX = 3;
    private static final int MOMENT_PERCENT = 40;

    /** Bad moments for what strikes at once. */
    private static final List<Moment> MOMENTS = List.of(Moment.values());

    private final Scenario scenario;
    private final int rooms;
    private final long seed;

    FaultDraw(Scenario scenario, int rooms, long seed) {
        this.scenario = scenario;
        this.rooms = rooms;
        this.seed = seed;
    }

    List<Fault> draw() {
        List<Fault> faults = new ArrayList<>();
        for (Class<? extends Fault> kind : scenario.kinds()) {
            Chance own = Chance.of(seed, "fault " + kind.getSimpleName(), 0);
            if (own.percent(scenario.tight() ? TIGHT_KIND_PERCENT : KIND_PERCENT)) {
                for (long times = own.between(1, TIMES_MAX); times > 0; times--) {
                    faults.add(draw(kind, own));
                }
            }
        }
        return faults;
    }

    private Fault draw(Class<? extends Fault> kind, Chance own) {
        When when = when(own);
        long forMs = own.percent(scenario.tight() ? 60 : 10) ? scenario.activeMs() : own.between(500, 8_000);
        int member = own.below(scenario.members());
        int room = own.below(rooms);
        int peer = own.below(scenario.peers());
        if (kind == Fault.Drop.class) {
            return new Fault.Drop(when, forMs, (int) own.between(1, 60));
        }
        if (kind == Fault.Delay.class) {
            return new Fault.Delay(when, forMs, own.between(10, 3_000));
        }
        if (kind == Fault.Duplicate.class) {
            return new Fault.Duplicate(when, forMs, (int) own.between(1, 60));
        }
        if (kind == Fault.Reorder.class) {
            return new Fault.Reorder(when, forMs, (int) own.between(1, 60), own.between(1, 300));
        }
        if (kind == Fault.Isolate.class) {
            return new Fault.Isolate(when, own.between(1_000, 20_000), member);
        }
        if (kind == Fault.Partition.class) {
            return partition(when, forMs, own);
        }
        if (kind == Fault.CrashRoom.class) {
            return new Fault.CrashRoom(when, room);
        }
        if (kind == Fault.CrashMember.class) {
            return new Fault.CrashMember(when, member, own.between(500, 10_000));
        }
        if (kind == Fault.LeaveMember.class) {
            return new Fault.LeaveMember(when, member, own.between(500, 10_000));
        }
        if (kind == Fault.HandOver.class) {
            return new Fault.HandOver(when, room, member);
        }
        if (kind == Fault.StepClock.class) {
            long byMs = own.percent(50) ? own.between(-5_000, 5_000) : own.between(-3_600_000, 3_600_000);
            return new Fault.StepClock(when, member, byMs);
        }
        if (kind == Fault.SkewClock.class) {
            return new Fault.SkewClock(when, forMs, member, (int) own.between(-500, 500));
        }
        if (kind == Fault.FailWrites.class) {
            return new Fault.FailWrites(when, forMs, (int) own.between(5, 100));
        }
        if (kind == Fault.SplitRoom.class) {
            return new Fault.SplitRoom(when, room, own.between(1_000, 10_000));
        }
        if (kind == Fault.Outage.class) {
            return new Fault.Outage(when, own.between(3_000, 40_000));
        }
        if (kind == Fault.StallPeer.class) {
            return new Fault.StallPeer(when, forMs, peer);
        }
        if (kind == Fault.CutRoom.class) {
            return new Fault.CutRoom(when, room);
        }
        if (kind == Fault.CutPeer.class) {
            return new Fault.CutPeer(when, peer);
        }
        if (kind == Fault.SlowJournal.class) {
            return new Fault.SlowJournal(when, forMs, own.between(20, 4_000));
        }
        if (kind == Fault.StallJournal.class) {
            return new Fault.StallJournal(when, own.between(200, 9_000));
        }
        if (kind == Fault.FailReads.class) {
            return new Fault.FailReads(when, forMs, (int) own.between(5, 80));
        }
        if (kind == Fault.LoseAnswers.class) {
            return new Fault.LoseAnswers(when, forMs, (int) own.between(5, 100));
        }
        if (kind == Fault.FullDisk.class) {
            return new Fault.FullDisk(when, own.between(500, 8_000));
        }
        if (kind == Fault.TearSnapshot.class) {
            return new Fault.TearSnapshot(when, room, own.pick(List.of(Tear.values())));
        }
        if (kind == Fault.OldVersion.class) {
            return new Fault.OldVersion(when, own.between(5_000, scenario.activeMs()), member);
        }
        throw new IllegalArgumentException("nobody draws a " + kind.getSimpleName());
    }

    private When when(Chance own) {
        long atMs = own.between(1_000, scenario.activeMs() - 1_000);
        Moment moment = own.pick(MOMENTS);
        int room = own.below(rooms);
        return own.percent(MOMENT_PERCENT) ? new When.First(atMs, moment, room) : new When.At(atMs);
    }

    private Fault partition(When when, long forMs, Chance own) {
        End member = new End.Member(own.below(scenario.members()));
        End other = switch (own.below(3)) {
            case 0 -> new End.Member(own.below(scenario.members()));
            case 1 -> new End.Journal();
            default -> new End.Peer(own.below(scenario.peers()));
        };
        boolean outward = own.percent(50);
        long flapMs = own.percent(25) ? own.between(100, 2_000) : 0;
        return new Fault.Partition(
                when, forMs, outward ? member : other, outward ? other : member, own.percent(50), flapMs);
    }
}
