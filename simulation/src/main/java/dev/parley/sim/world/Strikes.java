package dev.parley.sim.world;

import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Faults;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.fault.When;
import java.util.ArrayList;
import java.util.List;

/** Carries out faults, each at its time or at its moment. */
final class Strikes {
    private final World world;
    private final Faults faults;
    private final List<Fault> waiting = new ArrayList<>();
    private boolean over;

    Strikes(World world, Faults faults) {
        this.world = world;
        this.faults = faults;
    }

    /** From now on {@code fault} waits for its time. */
    void expect(Fault fault) {
        switch (fault.when()) {
            case When.At(var ms) -> world.agenda().after(ms, () -> strike(fault));
            case When.First first -> waiting.add(fault);
        }
    }

    /** This happens now in the room at that place in the plan. */
    void happens(Moment moment, int room) {
        long now = world.agenda().nowMs();
        for (Fault fault : List.copyOf(waiting)) {
            if (fault.when() instanceof When.First(var after, var awaited, var where)
                    && after <= now
                    && awaited == moment
                    && where == room) {
                waiting.remove(fault);
                // Not within what happens just now: whoever is struck finishes its turn, as an actor does.
                world.agenda().after(0, () -> strike(fault));
            }
        }
    }

    /** All is well from now on. */
    void end() {
        over = true;
        waiting.clear();
        faults.endAll();
    }

    private void strike(Fault fault) {
        if (over) {
            return;
        }
        world.note(
                "fault: " + fault.getClass().getSimpleName(),
                world.plan().faults().indexOf(fault));
        if (fault instanceof Fault.Span span) {
            faults.begin(span, world.agenda().nowMs());
        }
        switch (fault) {
            case Fault.Drop f -> {}
            case Fault.Delay f -> {}
            case Fault.Duplicate f -> {}
            case Fault.Reorder f -> {}
            case Fault.Isolate f -> {}
            case Fault.SkewClock f -> world.members().get(f.member()).clock().skewFor(f.forMs());
            case Fault.StepClock f -> world.members().get(f.member()).clock().step(f.byMs());
            case Fault.LeaveMember f -> world.members().get(f.member()).leave(f.downMs());
            case Fault.HandOver f ->
                world.rooms().get(f.room()).place().handOver(world.members().get(f.to()));
            case Fault.CutRoom f ->
                world.peers().stream()
                        .filter(peer -> peer.room().equals(world.roomId(f.room())))
                        .forEach(SimPeer::cut);
            case Fault.Partition f -> {}
            case Fault.FailWrites f -> {}
            case Fault.StallPeer f -> {}
            case Fault.SlowJournal f -> {}
            case Fault.StallJournal f -> {}
            case Fault.FailReads f -> {}
            case Fault.LoseAnswers f -> {}
            case Fault.FullDisk f -> {}
            case Fault.OldVersion f -> {}
            case Fault.TearSnapshot f -> {
                SimRoom room = world.rooms().get(f.room());
                room.journal().tear(f.tear());
                room.place().crash();
            }
            case Fault.Outage f -> world.placement().stopAll();
            case Fault.CrashRoom f -> world.rooms().get(f.room()).place().crash();
            case Fault.CrashMember f -> world.members().get(f.member()).crash(f.downMs());
            case Fault.SplitRoom f -> world.rooms().get(f.room()).place().split(f.forMs());
            case Fault.CutPeer f -> world.peer(f.peer()).ifPresent(SimPeer::cut);
        }
    }
}
