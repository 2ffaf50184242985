package dev.parley.sim.world;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One server process: its sessions and its relay of the room. */
final class SimMember {
    private final World world;
    private final int number;
    private final Chance chance;
    private final Map<SessionId, SimSession> sessions = new TreeMap<>();
    private Optional<SimRelay> relay = Optional.empty();
    private boolean up = true;

    SimMember(World world, int number, Chance chance) {
        this.world = world;
        this.number = number;
        this.chance = chance;
    }

    int number() {
        return number;
    }

    boolean up() {
        return up;
    }

    /** A peer connects. */
    SimSession accept(SimSocket socket) {
        SimSession session = new SimSession(world, this, new SessionId(world.nextId()), socket, chance.split());
        sessions.put(session.id(), session);
        return session;
    }

    void ended(SimSession session) {
        sessions.remove(session.id());
    }

    /** Takes a session's request to its relay, which is made when there is none; a session stays with its first. */
    SimRelay relayFor(SimSession session, Effect.ForRoom request, Optional<SimRelay> first) {
        SimRelay to = first.orElseGet(() -> {
            if (relay.isEmpty() || relay.get().stopped()) {
                relay = Optional.of(new SimRelay(world, this, world.nextId(), chance.split()));
            }
            return relay.get();
        });
        to.fromSession(session, request);
        return to;
    }

    /** The process dies: nothing is said any more, by nobody here. */
    void crash(long downMs) {
        if (!up) {
            return;
        }
        up = false;
        world.note("member died", number);
        relay.ifPresent(SimRelay::stop);
        relay = Optional.empty();
        for (SimSession session : List.copyOf(sessions.values())) {
            session.kill();
        }
        sessions.clear();
        world.room().memberDied(number);
        world.agenda().after(downMs, () -> {
            up = true;
            world.note("member is back", number);
        });
    }
}
