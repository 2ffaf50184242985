package dev.parley.sim.world;

import dev.parley.persistence.room.ToRelay;

/** The ways from one life of a room to one relay. Each keeps its order; they do not wait for each other. */
record Route(SimMember from, SimRelay relay, Link room, Link readers, Link repairs) {
    static Route between(World world, SimMember from, SimRelay relay, Chance chance) {
        return new Route(
                from,
                relay,
                new Link(world, chance.split()),
                new Link(world, chance.split()),
                new Link(world, chance.split()));
    }

    /** What the room itself says. */
    void say(ToRelay message) {
        send(room, message);
    }

    /** What the room's readers say, which overtake the room or fall behind it. */
    void sayAsReader(ToRelay message) {
        send(readers, message);
    }

    /** What is read from the journal for this relay. */
    void sayAsRepair(ToRelay message) {
        send(repairs, message);
    }

    private void send(Link link, ToRelay message) {
        link.send(from.end(), relay.member().end(), message.getClass().getSimpleName(), () -> relay.receive(message));
    }
}
