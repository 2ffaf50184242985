package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which member has which room, as cluster sharding keeps it: each room is a shard of its own. */
final class Placement {
    private final World world;
    private final Chance chance;
    private final Map<RoomId, SimRoom> byId = new TreeMap<>();
    private final List<SimRoom> rooms = new ArrayList<>();
    /** The members that the others have given up, by number; they host nothing until they come back as new ones. */
    private final TreeSet<Integer> givenUp = new TreeSet<>();

    Placement(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    void add(SimRoom room) {
        rooms.add(room);
        byId.put(room.id(), room);
    }

    List<SimRoom> rooms() {
        return rooms;
    }

    SimRoom room(RoomId id) {
        return byId.get(id);
    }

    /** The members that may be given a room. */
    List<SimMember> hosts() {
        return world.upMembers().stream()
                .filter(member -> !givenUp.contains(member.number()) && !member.leaving())
                .toList();
    }

    /** A member died with all that it had; it takes a while until the others know. */
    void memberDied(SimMember member) {
        rooms.forEach(room -> room.place().memberDied(member));
        long life = member.life();
        world.agenda().after(chance.between(500, 6_000), () -> {
            if (member.life() == life && !member.up()) {
                memberGivenUp(member);
            }
        });
    }

    /** A member is about to end: its rooms move, if there is somewhere to go. */
    void memberLeaves(SimMember member) {
        List<SimMember> others = hosts();
        for (SimRoom room : rooms) {
            if (!others.isEmpty()
                    && room.place().homeMember().filter(member::equals).isPresent()) {
                room.place().handOver(chance.pick(others));
            }
        }
    }

    /** The others have decided that {@code member} is no more, alive or not. */
    void memberGivenUp(SimMember member) {
        if (givenUp.add(member.number())) {
            world.note("{member} is given up", member.number());
            rooms.forEach(room -> room.place().memberGivenUp(member));
        }
    }

    /** True from the decision of the others until a new process joins in its place. */
    boolean isGivenUp(SimMember member) {
        return givenUp.contains(member.number());
    }

    /** A new process joins in the place of one that died. */
    void memberBack(SimMember member) {
        // Whoever joins under the address of one that died shows that it died.
        memberGivenUp(member);
        givenUp.remove(member.number());
    }

    /** No majority is to be had: every room stops. */
    void stopAll() {
        rooms.forEach(room -> room.place().crash());
    }
}
