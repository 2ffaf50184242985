package dev.parley.sim.world;

import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.fault.Fault;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Where the room lives, as sharding has it: on one member, started when somebody speaks to it. While the cluster is
 * split, the member that is taken for dead still speaks to its own old incarnation.
 */
final class RoomPlace {
    private static final int HELD_MAX = 1_000;

    private record Held(ToRoom message, SimRelay from) {}

    private final World world;
    private final Chance chance;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private Optional<Incarnation> current = Optional.empty();
    private Optional<Incarnation> cutOff = Optional.empty();
    private boolean starting;
    private long incarnations;

    RoomPlace(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    /** Takes a message of a relay to the incarnation that its member believes in. */
    void deliver(ToRoom message, SimRelay from) {
        if (cutOff.isPresent()
                && !cutOff.get().stopped()
                && cutOff.get().member() == from.member().number()) {
            cutOff.get().receive(message, from);
            return;
        }
        if (current.isPresent() && !current.get().stopped()) {
            current.get().receive(message, from);
            return;
        }
        if (held.size() < HELD_MAX) {
            held.add(new Held(message, from));
        }
        startLater(chance.between(1, 50));
    }

    /** The room's incarnation stops and starts again when somebody speaks to it. */
    void crash() {
        current.ifPresent(room -> room.stop("crash"));
    }

    /** A member died: what it held is gone, and it takes a while until the others know. */
    void memberDied(int member) {
        cutOff.filter(room -> room.member() == member).ifPresent(room -> room.stop("member died"));
        if (current.isPresent() && current.get().member() == member) {
            current.get().stop("member died");
            starting = true;
            world.agenda().after(chance.between(500, 6_000), this::start);
        }
    }

    /** The room's member is taken for dead by the others while it lives on. */
    void split(Fault.SplitRoom split) {
        if (current.isEmpty() || current.get().stopped() || world.upMembers().size() < 2) {
            return;
        }
        Incarnation old = current.get();
        cutOff = current;
        current = Optional.empty();
        world.note("split", old.member());
        world.agenda().after(split.forMs(), () -> old.stop("end of split"));
    }

    private void startLater(long delayMs) {
        if (!starting) {
            starting = true;
            world.agenda().after(delayMs, this::start);
        }
    }

    private void start() {
        starting = false;
        if (current.isPresent() && !current.get().stopped()) {
            return;
        }
        var candidates = world.upMembers().stream()
                .filter(member -> cutOff.isEmpty()
                        || cutOff.get().stopped()
                        || cutOff.get().member() != member.number())
                .toList();
        if (candidates.isEmpty() || world.faults().outage(world.agenda().nowMs())) {
            startLater(500);
            return;
        }
        Incarnation next =
                new Incarnation(world, ++incarnations, chance.pick(candidates).number(), chance.split());
        current = Optional.of(next);
        while (!held.isEmpty()) {
            Held first = held.poll();
            next.receive(first.message(), first.from());
        }
    }
}
