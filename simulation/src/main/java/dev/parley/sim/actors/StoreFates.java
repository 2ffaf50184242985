package dev.parley.sim.actors;

import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.world.Chance;
import java.util.List;
import java.util.Optional;

/** What the faults of a run do to its store. */
final class StoreFates implements RoomStore.Fates {
    /** Longer than a room waits for its write. */
    private static final long LATE_LEAST_MS = 4_000;

    private static final long LATE_MOST_MS = 9_000;

    /** A database that stands still is looked at again so often. */
    private static final long LOOK_AGAIN_MS = 500;

    private final ActorWorld world;
    private final Chance chance;

    StoreFates(ActorWorld world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    @Override
    public RoomStore.Fate ofWrite(String branch) {
        long now = world.nowMs();
        long takesMs = takesMs();
        Optional<Long> answerMs = Optional.of(chance.between(0, 4));
        if (!world.faults().active(Fault.FullDisk.class, now).isEmpty()) {
            return new RoomStore.Fate(takesMs, false, answerMs, true);
        }
        if (chance.percent(most(world.faults().active(Fault.LoseAnswers.class, now).stream()
                .map(Fault.LoseAnswers::percent)
                .toList()))) {
            return new RoomStore.Fate(takesMs, true, Optional.empty(), false);
        }
        if (!chance.percent(world.faults().failPercent(now))) {
            return new RoomStore.Fate(takesMs, true, answerMs, false);
        }
        return switch (chance.below(4)) {
            case 0 -> new RoomStore.Fate(takesMs, true, answerMs, true); // Done, yet reported as failed.
            case 1 -> new RoomStore.Fate(takesMs + chance.between(LATE_LEAST_MS, LATE_MOST_MS), true, answerMs, false);
            case 2 -> new RoomStore.Fate(takesMs, false, Optional.empty(), false); // Lost on the way.
            default -> new RoomStore.Fate(takesMs, false, answerMs, true);
        };
    }

    @Override
    public RoomStore.Fate ofRead(String branch) {
        List<Integer> percents = world.faults().active(Fault.FailReads.class, world.nowMs()).stream()
                .map(Fault.FailReads::percent)
                .toList();
        boolean fails = chance.percent(most(percents));
        return new RoomStore.Fate(takesMs(), !fails, Optional.of(chance.between(0, 4)), fails);
    }

    private long takesMs() {
        long extraMs = 0;
        for (Fault.SlowJournal slow : world.faults().active(Fault.SlowJournal.class, world.nowMs())) {
            extraMs = Math.max(extraMs, slow.extraMs());
        }
        return chance.between(1, 8) + (extraMs == 0 ? 0 : chance.between(0, extraMs));
    }

    private static int most(List<Integer> percents) {
        return percents.stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    /** TCP holds what goes to a database that is away or stands still. Whoever is no member reads beside it. */
    @Override
    public long waitMs(String branch) {
        long now = world.nowMs();
        if (!world.faults().active(Fault.StallJournal.class, now).isEmpty()) {
            return LOOK_AGAIN_MS;
        }
        return world.memberOf(branch)
                .map(member -> new End.Member(member.number()))
                .map(member -> Math.max(
                        world.faults().openAgainAt(member, new End.Journal(), now),
                        world.faults().openAgainAt(new End.Journal(), member, now)))
                .map(open -> Math.min(LOOK_AGAIN_MS, open - now))
                .orElse(0L);
    }
}
