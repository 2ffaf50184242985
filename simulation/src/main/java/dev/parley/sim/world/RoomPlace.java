package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;

/**
 * Where a room is, as sharding has it: on one member, to which the regions of all members bring what relays say. While
 * it has no place, or moves, that waits up to a bound. A member that is taken for dead while it lives keeps a hold of its
 * own, which its own relays still speak to.
 */
final class RoomPlace {
    /** What regions keep for a room without a place. */
    private static final int HELD_MAX = 1_000;

    private record Held(ToRoom message, SimRelay from, Link link) {}

    private final World world;
    private final RoomId id;
    private final Chance chance;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private Optional<SimShard> home = Optional.empty();
    private Optional<SimShard> stale = Optional.empty();
    private boolean moving;
    private boolean allocating;
    private long lives;

    RoomPlace(World world, RoomId id, Chance chance) {
        this.world = world;
        this.id = id;
        this.chance = chance;
    }

    /** How many lives the room has had, the present one included. */
    long lives() {
        return lives;
    }

    long nextLife() {
        return ++lives;
    }

    /** The member where the room is; empty while it has no place. */
    Optional<SimMember> homeMember() {
        return home.map(SimShard::member);
    }

    /** A relay says something to the room: its member's region brings it to where it believes the room to be. */
    void say(ToRoom message, SimRelay from, Link link) {
        bring(message, from, from.member(), link);
    }

    private void bring(ToRoom message, SimRelay from, SimMember region, Link link) {
        Optional<SimShard> to = believedBy(region);
        if (to.isEmpty() || (moving && !isStale(to.get()))) {
            hold(message, from, link);
            return;
        }
        SimShard shard = to.get();
        link.send(region.end(), shard.member().end(), message.getClass().getSimpleName(), () -> {
            if (!shard.member().up()) {
                return;
            }
            if (isStale(shard) || (!moving && home.filter(shard::equals).isPresent())) {
                shard.deliver(message, from);
            } else {
                // It has moved meanwhile: the region there sends it on, and what comes straight may overtake it.
                bring(message, from, shard.member(), shard.onward());
            }
        });
    }

    private Optional<SimShard> believedBy(SimMember region) {
        return stale.filter(old -> old.member() == region).or(() -> home);
    }

    private boolean isStale(SimShard shard) {
        return stale.filter(shard::equals).isPresent();
    }

    private void hold(ToRoom message, SimRelay from, Link link) {
        if (held.size() < HELD_MAX) {
            held.add(new Held(message, from, link));
        }
        if (!moving) {
            allocateLater(chance.between(1, 50));
        }
    }

    private void allocateLater(long delayMs) {
        if (!allocating) {
            allocating = true;
            world.agenda().after(delayMs, this::allocate);
        }
    }

    private void allocate() {
        allocating = false;
        if (home.isPresent()) {
            return;
        }
        List<SimMember> candidates = world.placement().hosts().stream()
                .filter(member -> stale.isEmpty() || stale.get().member() != member)
                .toList();
        if (candidates.isEmpty() || world.faults().outage(world.agenda().nowMs())) {
            allocateLater(500);
            return;
        }
        settle(chance.pick(candidates));
    }

    private void settle(SimMember member) {
        moving = false;
        SimShard shard = new SimShard(world, world.room(id), member, chance.split());
        home = Optional.of(shard);
        world.note("{room} has its place on {member}", world.room(id).number(), member.number());
        while (!held.isEmpty()) {
            Held first = held.poll();
            bring(first.message(), first.from(), first.from().member(), first.link());
        }
    }

    /** What is not as it is when all is quiet, if the room runs; so many sessions are up. */
    Optional<String> waits(int sessionsUp) {
        return home.flatMap(SimShard::current).flatMap(life -> life.waits(sessionsUp));
    }

    /** The room's state, if it runs. */
    Optional<RoomState> state() {
        return home.flatMap(SimShard::current).flatMap(Incarnation::state);
    }

    /** The room stops where it is, and starts again when somebody speaks to it. */
    void crash() {
        home.ifPresent(shard -> shard.crash("crash"));
    }

    /** Rebalancing: the room moves to {@code to}, when it is somewhere else. What is said to it meanwhile waits. */
    void handOver(SimMember to) {
        if (moving
                || home.isEmpty()
                || home.get().member() == to
                || !world.placement().hosts().contains(to)) {
            return;
        }
        moving = true;
        world.note("{room} moves to {member}", world.room(id).number(), to.number());
        SimShard old = home.get();
        // The regions know before the room is asked to stop.
        world.agenda().after(chance.between(1, 20), () -> {
            if (home.filter(old::equals).isPresent()) {
                old.handOff(() -> world.agenda().after(chance.between(1, 20), () -> moved(old, to)));
            }
        });
    }

    private void moved(SimShard old, SimMember to) {
        if (home.filter(old::equals).isEmpty()) {
            return; // Its member was given up meanwhile.
        }
        home = Optional.empty();
        if (world.placement().hosts().contains(to)) {
            settle(to);
        } else {
            moving = false;
            allocateLater(chance.between(1, 50));
        }
    }

    /** The member's process ended; the others do not know yet. */
    void memberDied(SimMember member) {
        stale.filter(shard -> shard.member() == member).ifPresent(shard -> {
            shard.die();
            stale = Optional.empty();
        });
        home.filter(shard -> shard.member() == member).ifPresent(SimShard::die);
    }

    /** The others give {@code member} up: what was there finds another place. If it lives, it keeps its hold. */
    void memberGivenUp(SimMember member) {
        if (home.filter(shard -> shard.member() == member).isEmpty()) {
            return;
        }
        if (home.get().holds()) {
            stale = home;
        }
        home = Optional.empty();
        moving = false;
        if (!held.isEmpty()) {
            allocateLater(chance.between(1, 50));
        }
    }

    /** The room's member is taken for dead by the others while it lives on for so long. */
    void split(long forMs) {
        if (home.isEmpty()
                || moving
                || stale.isPresent()
                || world.placement().hosts().size() < 2) {
            return;
        }
        SimShard old = home.get();
        stale = home;
        home = Optional.empty();
        world.note(
                "{room} is split from {member}",
                world.room(id).number(),
                old.member().number());
        world.agenda().after(forMs, () -> endStale(old));
    }

    private void endStale(SimShard old) {
        if (isStale(old)) {
            stale = Optional.empty();
            old.crash("end of split");
            old.die();
        }
    }
}
