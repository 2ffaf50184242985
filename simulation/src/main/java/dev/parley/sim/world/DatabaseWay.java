package dev.parley.sim.world;

import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import java.util.function.BooleanSupplier;

/**
 * The way of one process to the database and back: TCP, which holds what cannot pass until the way is open, and a
 * database that may be slow or stand still. Whoever waits gives up by itself.
 */
final class DatabaseWay {
    private static final long LOOK_AGAIN_MS = 200;

    private final World world;
    private final End member;
    private final Chance chance;

    DatabaseWay(World world, End member, Chance chance) {
        this.world = world;
        this.member = member;
        this.chance = chance;
    }

    /** {@code arrives} happens in the database, in {@code takesMs} or later, unless nobody {@code wanted} it any more. */
    void there(long takesMs, BooleanSupplier wanted, Runnable arrives) {
        world.agenda()
                .after(
                        takesMs + slow(),
                        () -> pass(member, new End.Journal(), wanted, () -> {
                            goesOn(wanted, arrives);
                        }));
    }

    /** {@code arrives} happens in the process, in {@code takesMs} or later, unless nobody {@code wanted} it any more. */
    void back(long takesMs, BooleanSupplier wanted, Runnable arrives) {
        world.agenda().after(takesMs, () -> pass(new End.Journal(), member, wanted, arrives));
    }

    private void pass(End from, End to, BooleanSupplier wanted, Runnable arrives) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        long closedMs = world.network().closedForMs(from, to);
        if (closedMs == 0) {
            arrives.run();
        } else {
            world.agenda().after(Math.min(closedMs, LOOK_AGAIN_MS), () -> pass(from, to, wanted, arrives));
        }
    }

    private void goesOn(BooleanSupplier wanted, Runnable arrives) {
        if (!wanted.getAsBoolean()) {
            return;
        }
        if (world.faults()
                .active(Fault.StallJournal.class, world.agenda().nowMs())
                .isEmpty()) {
            arrives.run();
        } else {
            world.agenda().after(LOOK_AGAIN_MS, () -> goesOn(wanted, arrives));
        }
    }

    private long slow() {
        long most = 0;
        for (Fault.SlowJournal slow :
                world.faults().active(Fault.SlowJournal.class, world.agenda().nowMs())) {
            most = Math.max(most, slow.extraMs());
        }
        return most == 0 ? 0 : chance.between(0, most);
    }
}
