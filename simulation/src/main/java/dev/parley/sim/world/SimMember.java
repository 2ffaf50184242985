package dev.parley.sim.world;

import dev.parley.core.access.Composition;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.entity.RoomLedger;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.sim.fault.End;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** One server process: its clock, its sessions and its relay of each room. */
final class SimMember {
    private static final long JOIN_EVERY_MS = 1_000;
    /** How long a process that leaves has for its sessions and rooms. */
    private static final long LEAVE_MS = 5_000;

    private final World world;
    private final int number;
    private final Chance chance;
    private final Map<SessionId, SimSession> sessions = new TreeMap<>();
    private final Map<RoomId, SimRelay> relays = new TreeMap<>();
    private final MemberClock clock;
    private RoomContext rooms;
    private MemberJournal journal;
    private long life;
    private SimEdge edge;
    private boolean up = true;
    private boolean leaving;

    SimMember(World world, int number, Chance chance) {
        this.world = world;
        this.number = number;
        this.chance = chance;
        this.clock = new MemberClock(world, number);
        this.rooms = context();
        this.edge = SimEdge.of(world, chance.split());
        this.journal = new MemberJournal(world, this, world.chance("journal of member", number));
    }

    int number() {
        return number;
    }

    End.Member end() {
        return new End.Member(number);
    }

    /** The wall clock of this process, which production code is handed. */
    long wallMs() {
        return clock.wallMs();
    }

    MemberClock clock() {
        return clock;
    }

    /** Counts the processes that ran here. */
    long life() {
        return life;
    }

    boolean up() {
        return up;
    }

    private RoomContext context() {
        return new RoomContext(
                world.roomSettings(),
                World.SERVER,
                world.keys().signatures(),
                this::wallMs,
                RoomMeters.NONE,
                Composition.OFF,
                PolicyBounds.DEFAULT,
                RoomLedger.unbounded(),
                chance::number);
    }

    /** What the rooms of this process share. */
    RoomContext rooms() {
        return rooms;
    }

    /** What this process has of the journal. */
    MemberJournal journal() {
        return journal;
    }

    SimEdge edge() {
        return edge;
    }

    /** A peer of {@code address} connects; empty when this member has no place for it. */
    Optional<SimSession> accept(SimSocket socket, RoomId room, String address) {
        if (leaving) {
            return Optional.empty();
        }
        SessionId id = new SessionId(world.nextId());
        Optional<String> full = edge.commons().census().admit(id, address, Optional.of(room));
        if (full.isPresent()) {
            return Optional.empty();
        }
        SimSession session = new SimSession(world, this, room, id, socket, chance.split());
        sessions.put(id, session);
        socket.opened(edge.sockets().over(socket, door -> session.begin(door, address)));
        return Optional.of(session);
    }

    void ended(SimSession session) {
        sessions.remove(session.id());
    }

    /** Its sessions that have said a word to this room. */
    Set<SessionId> sessionsOf(RoomId room) {
        Set<SessionId> ids = new TreeSet<>();
        sessions.values().stream()
                .filter(session -> session.inRoom() && session.room().equals(room))
                .forEach(session -> ids.add(session.id()));
        return ids;
    }

    /** Its relay of this room, if it has one. */
    Optional<SimRelay> relay(RoomId room) {
        return Optional.ofNullable(relays.get(room));
    }

    private SimRelay relayOf(RoomId room) {
        SimRelay relay = relays.get(room);
        if (relay == null || relay.stopped()) {
            relay = new SimRelay(world, this, room, world.nextId(), chance.split());
            relays.put(room, relay);
        }
        return relay;
    }

    /** Takes a session's request to its relay, which is made when there is none; a session stays with its first. */
    SimRelay relayFor(SimSession session, Effect.ForRoom request, Optional<SimRelay> first) {
        SimRelay to = first.orElseGet(() -> relayOf(session.room()));
        to.fromSession(session, request);
        return to;
    }

    /** True from when this process is told to end until it has. */
    boolean leaving() {
        return leaving;
    }

    /** The process ends in good order: nobody new comes in, sessions are told to come back, rooms move. */
    void leave(long downMs) {
        if (!up || leaving) {
            return;
        }
        leaving = true;
        world.note("{member} leaves", number);
        edge.commons().census().memberLeaves();
        world.placement().memberLeaves(this);
        long leavingLife = life;
        world.agenda().after(LEAVE_MS, () -> {
            if (life == leavingLife && up) {
                crash(downMs);
                world.placement().memberGivenUp(this);
            }
        });
    }

    /** The process dies: nothing is said any more, by nobody here. */
    void crash(long downMs) {
        if (!up) {
            return;
        }
        up = false;
        leaving = false;
        life++;
        world.note("{member} dies", number);
        journal.die();
        relays.values().forEach(SimRelay::stop);
        relays.clear();
        for (SimSession session : List.copyOf(sessions.values())) {
            session.kill();
        }
        sessions.clear();
        world.placement().memberDied(this);
        comeBack(downMs);
    }

    private void comeBack(long afterMs) {
        world.agenda().after(afterMs, () -> {
            if (!world.membership().mayJoin(this)) {
                comeBack(JOIN_EVERY_MS);
                return;
            }
            up = true;
            rooms = context();
            edge = SimEdge.of(world, chance.split());
            journal = new MemberJournal(world, this, chance.split());
            world.note("{member} is back", number);
            world.placement().memberBack(this);
        });
    }
}
