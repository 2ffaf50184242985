package dev.parley.sim.actors;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.world.Chance;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Which member has which room, as cluster sharding keeps it, each room being a shard of its own: what is said to a room
 * that has no home waits until it has one; one that is said to a member whose room has moved goes on from there. A dead
 * member keeps its rooms until the others notice.
 */
final class Region {
    private static final int HELD_MAX = 1_000;
    private static final int HOPS_MAX = 4;

    private record Held(ActorMember from, RoomMessage message) {}

    private final class Home {
        private final RoomId room;
        private final Chance chance;
        private final ArrayDeque<Held> held = new ArrayDeque<>();
        private Optional<ActorMember> at = Optional.empty();
        /** It is taken for dead by the others, and has the room all the same. */
        private Optional<ActorMember> cutOff = Optional.empty();

        private boolean moving;
        private boolean allocating;

        Home(RoomId room, int number) {
            this.room = room;
            this.chance = world.chance("home", number);
        }

        private Optional<ActorMember> seenBy(ActorMember member) {
            return cutOff.isPresent() && cutOff.get() == member ? cutOff : at;
        }

        private void allocateLater(long delayMs) {
            if (!allocating && !moving) {
                allocating = true;
                world.loop().after(delayMs, this::allocate);
            }
        }

        private void allocate() {
            allocating = false;
            List<ActorMember> candidates = world.members().stream()
                    .filter(member -> member.up()
                            && !member.leaving()
                            && cutOff.filter(cut -> cut == member).isEmpty())
                    .toList();
            if (candidates.isEmpty() || world.faults().outage(world.nowMs())) {
                allocateLater(500);
                return;
            }
            settle(chance.pick(candidates));
        }

        private void settle(ActorMember member) {
            at = Optional.of(member);
            world.note("{room} is at {member}", number(room), member.number());
            while (!held.isEmpty()) {
                Held first = held.poll();
                route(first.from, room, first.message, HOPS_MAX);
            }
        }
    }

    private final ActorWorld world;
    private final MemberLinks links;
    private final Map<RoomId, Home> homes = new TreeMap<>();

    Region(ActorWorld world) {
        this.world = world;
        this.links = new MemberLinks(world);
        for (RoomId room : world.plan().rooms()) {
            homes.put(room, new Home(room, number(room)));
        }
    }

    int number(RoomId room) {
        return world.plan().rooms().indexOf(room);
    }

    /** A relay of this member says something to a room. */
    void tell(ActorMember from, RoomId room, RoomMessage message) {
        if (message instanceof RoomEntity.FromRelay(var said, var relay)) {
            world.note(
                    "relay says " + said.getClass().getSimpleName(),
                    said.relay().value());
            moment(said).ifPresent(moment -> world.happens(moment, room));
        }
        route(from, room, message, HOPS_MAX);
    }

    private static Optional<Moment> moment(ToRoom said) {
        return switch (said) {
            case ToRoom.Enter m -> Optional.of(Moment.HELLO);
            case ToRoom.Submits m -> Optional.of(Moment.SUBMIT);
            case ToRoom.Fragment m -> Optional.of(Moment.FRAGMENT);
            case ToRoom.Repair m -> Optional.of(Moment.REPAIR);
            case ToRoom.Pull m -> Optional.of(Moment.CATCH_UP);
            default -> Optional.empty();
        };
    }

    private void route(ActorMember from, RoomId room, RoomMessage message, int hopsLeft) {
        Home home = homes.get(room);
        Optional<ActorMember> to = home.seenBy(from);
        if (to.isEmpty()) {
            if (home.held.size() < HELD_MAX) {
                home.held.add(new Held(from, message));
            }
            home.allocateLater(home.chance.between(1, 50));
            return;
        }
        ActorMember member = to.get();
        RoomMessage carried = member == from ? message : (RoomMessage) world.carried(message);
        int life = member.life();
        links.send(from.number(), member.number(), "a message to a room", () -> {
            if (!member.up() || member.life() != life) {
                return;
            }
            if (home.seenBy(member).filter(at -> at == member).isPresent()) {
                member.host().tell(new RoomHost.Deliver(room, carried, from));
            } else if (hopsLeft > 0) {
                route(member, room, carried, hopsLeft - 1);
            }
        });
    }

    /** A room on {@code from} answers a relay on {@code to}. */
    void answer(ActorMember from, ActorMember to, ActorRef<ToRelay> relay, ToRelay message) {
        ToRelay carried = from == to ? message : (ToRelay) world.carried(message);
        links.send(from.number(), to.number(), message.getClass().getSimpleName(), () -> relay.tell(carried));
    }

    /** The room's actor ends, wherever it is. */
    void crash(RoomId room) {
        homes.get(room)
                .at
                .filter(ActorMember::up)
                .ifPresent(member -> member.host().tell(new RoomHost.Kill(room)));
    }

    /** The room goes to {@code to}, in good order. */
    void handOver(RoomId room, ActorMember to) {
        Home home = homes.get(room);
        if (home.at.isEmpty() || home.moving || !home.at.get().up() || home.at.get() == to) {
            return;
        }
        ActorMember old = home.at.get();
        world.note("{room} leaves {member}", number(room), old.number());
        home.moving = true;
        home.at = Optional.empty();
        int life = old.life();
        old.host()
                .tell(new RoomHost.HandOver(
                        room,
                        () -> world.loop().after(home.chance.between(1, 100), () -> {
                            if (home.moving && old.life() == life) {
                                home.moving = false;
                                if (to.up()) {
                                    home.settle(to);
                                } else {
                                    home.allocateLater(1);
                                }
                            }
                        })));
        // The coordinator gives up on one that does not answer; by then its member is gone.
        world.loop().after(20_000, () -> {
            if (home.moving) {
                home.moving = false;
                home.allocateLater(1);
            }
        });
    }

    /** A member leaves: each of its rooms goes to another. */
    void leaves(ActorMember member) {
        homes.values().forEach(home -> {
            List<ActorMember> others = world.members().stream()
                    .filter(other -> other.up() && other != member)
                    .toList();
            if (home.at.filter(at -> at == member).isPresent() && !others.isEmpty()) {
                handOver(home.room, home.chance.pick(others));
            }
        });
    }

    /** A member died; the others notice after a while. */
    void died(ActorMember member) {
        homes.values().forEach(home -> {
            if (home.cutOff.filter(cut -> cut == member).isPresent()) {
                home.cutOff = Optional.empty();
            }
            if (home.at.filter(at -> at == member).isPresent()) {
                world.loop().after(home.chance.between(500, 6_000), () -> {
                    if (home.at.filter(at -> at == member).isPresent()) {
                        home.at = Optional.empty();
                        home.allocateLater(1);
                    }
                });
            }
        });
    }

    /** The room's member is taken for dead by the others, which start the room anew, while it lives on for a while. */
    void split(RoomId room, long forMs) {
        Home home = homes.get(room);
        long others = world.members().stream().filter(ActorMember::up).count();
        if (home.at.isEmpty()
                || home.cutOff.isPresent()
                || others < 2
                || !home.at.get().up()) {
            return;
        }
        ActorMember old = home.at.get();
        int life = old.life();
        world.note("{room} is split from {member}", number(room), old.number());
        home.cutOff = home.at;
        home.at = Optional.empty();
        world.loop().after(forMs, () -> {
            if (home.cutOff.filter(cut -> cut == old).isPresent() && old.up() && old.life() == life) {
                home.cutOff = Optional.empty();
                old.host().tell(new RoomHost.Kill(room));
            }
        });
    }
}
