package dev.parley.sim.world;

import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * One member's hold of a room, as a shard has it: starts the room when somebody speaks to it, keeps what comes while it
 * is being put away, and lets it go when it moves.
 */
final class SimShard {
    /** What sharding keeps for an entity that is being put away. */
    private static final int HELD_MAX = 1_000;

    private record Held(ToRoom message, SimRelay from) {}

    private final World world;
    private final SimRoom room;
    private final SimMember member;
    private final Chance chance;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private Optional<Incarnation> current = Optional.empty();
    private Optional<Runnable> whenLetGo = Optional.empty();
    private boolean passivating;
    private final Link onward;
    private boolean gone;

    SimShard(World world, SimRoom room, SimMember member, Chance chance) {
        this.world = world;
        this.room = room;
        this.member = member;
        this.chance = chance;
        this.onward = new Link(world, chance.split());
    }

    SimMember member() {
        return member;
    }

    /** The way of what came here after the room had moved. */
    Link onward() {
        return onward;
    }

    /** True until the room is let go, or its member dies. */
    boolean holds() {
        return !gone;
    }

    /** Takes a message to the room. */
    void deliver(ToRoom message, SimRelay from) {
        if (gone || whenLetGo.isPresent()) {
            return; // The region takes care of what comes while a room moves.
        }
        if (passivating) {
            if (held.size() < HELD_MAX) {
                held.add(new Held(message, from));
            }
            return;
        }
        if (current.isEmpty()) {
            if (world.faults().outage(world.agenda().nowMs())) {
                return;
            }
            if (member.rooms().ledger().restOf(room.id(), member.wallMs()).isPresent()) {
                world.note("{room} rests on {member}", room.number(), member.number());
                return;
            }
            current =
                    Optional.of(new Incarnation(world, room, this, room.place().nextLife(), chance.split()));
        }
        current.get().receive(message, from);
    }

    /** The room's life, if it runs here. */
    Optional<Incarnation> current() {
        return current;
    }

    /** The room wants to be put away: what comes from now on waits for its next life. */
    void passivate(Incarnation room) {
        if (!passivating && current.filter(room::equals).isPresent()) {
            passivating = true;
            world.agenda().after(chance.between(0, 3), () -> room.askToStop("unused"));
        }
    }

    /** The room has stopped. */
    void ended(Incarnation room) {
        if (current.filter(room::equals).isEmpty()) {
            return;
        }
        current = Optional.empty();
        passivating = false;
        if (whenLetGo.isPresent()) {
            letGo();
            return;
        }
        while (!held.isEmpty() && !passivating) {
            Held first = held.poll();
            deliver(first.message(), first.from());
        }
    }

    /** The room stops where it is. */
    void crash(String why) {
        current.ifPresent(room -> room.end(why));
    }

    /** The room is asked to stop, as it moves; {@code then} runs when it has. */
    void handOff(Runnable then) {
        whenLetGo = Optional.of(then);
        held.clear();
        current.ifPresentOrElse(room -> room.askToStop("handed over"), this::letGo);
    }

    private void letGo() {
        gone = true;
        whenLetGo.ifPresent(Runnable::run);
    }

    /** The member died. */
    void die() {
        gone = true;
        held.clear();
        current.ifPresent(room -> room.die("member died"));
        current = Optional.empty();
    }
}
