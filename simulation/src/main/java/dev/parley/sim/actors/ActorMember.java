package dev.parley.sim.actors;

import dev.parley.core.access.Composition;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.wire.MessageReader;
import dev.parley.edge.session.AllowanceTable;
import dev.parley.edge.session.ChunkPermits;
import dev.parley.edge.session.FairWorkers;
import dev.parley.edge.session.SessionActor;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.session.SessionContext;
import dev.parley.edge.session.SessionIds;
import dev.parley.edge.session.SessionMeters;
import dev.parley.edge.session.SessionSheet;
import dev.parley.edge.session.Shares;
import dev.parley.edge.socket.Connection;
import dev.parley.edge.socket.FewAtOnce;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.OutboundBudget;
import dev.parley.edge.socket.SessionSockets;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketEvents;
import dev.parley.edge.socket.SocketShares;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.entity.RoomLedger;
import dev.parley.persistence.relay.RelayContext;
import dev.parley.persistence.relay.RelayDirectory;
import dev.parley.persistence.relay.RoomRelay;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RelayMessage;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.sim.world.Chance;
import dev.parley.sim.world.EdgeBounds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * One server process: a branch of actors with the rooms, relays and sessions of one member, put together as
 * {@code MemberRooms} and {@code MemberSessions} do. When it dies, its branch is frozen; the next life has another.
 */
final class ActorMember {
    private static final int CORES = 2;
    /** The key of the server's own nodes and tokens. */
    static final PeerId SERVER = PeerId.of(new byte[PeerId.SIZE_BYTES]);

    private static final String ADDRESS = "192.0.2.1";
    private static final int ALLOWANCES_MAX = 1_000;
    private static final SessionCensus.Bounds PLACES = new SessionCensus.Bounds(10_000, 10_000, 10_000, 10_000);

    private static final long SOCKETS_WITHIN_MS = 4_000;
    private static final long ROOMS_WITHIN_MS = 2_000;

    /** How long a socket waits for space before somebody has to go. */
    private static final Duration SPACE_WAIT = Duration.ofSeconds(10);

    private final ActorWorld world;
    private final int number;
    private final Chance chance;
    private final List<PeerSocket> sockets = new ArrayList<>();
    private final Map<SessionId, SessionWatch> watched = new HashMap<>(); // Never gone through.
    private final ActorClock clock;
    private int life;
    private boolean up;
    private boolean leaving;

    // Of this life.
    private String branch;
    private ActorRef<Branch.Turn> turns;
    private ActorRef<RoomHost.Command> host;
    private SessionContext sessions;
    private SessionSockets opens;
    private SessionIds ids;

    ActorMember(ActorWorld world, int number, Chance chance) {
        this.world = world;
        this.number = number;
        this.chance = chance;
        this.clock = new ActorClock(world, number);
    }

    int number() {
        return number;
    }

    /** Counts its lives. */
    int life() {
        return life;
    }

    boolean up() {
        return up;
    }

    /** It takes no more peers and rooms. */
    boolean leaving() {
        return leaving;
    }

    ActorClock clock() {
        return clock;
    }

    /** The actors of this life. */
    String branch() {
        return branch;
    }

    ActorRef<RoomHost.Command> host() {
        return host;
    }

    @Override
    public String toString() {
        return branch;
    }

    /** The process starts, in the turn of an actor above it. */
    void start(ActorContext<Branch.Turn> above) {
        life++;
        branch = "member-" + number + "-" + life;
        ids = new SessionIds(new SplittableRandom(chance.number()));
        turns = above.spawn(Branch.create(), branch);
        turns.tell(new Branch.Turn(this::populate));
    }

    private void populate(ActorContext<Branch.Turn> actor) {
        RoomContext room = new RoomContext(
                world.plan().bounds().room(),
                SERVER,
                world.keys().signatures(),
                clock::wallMs,
                RoomMeters.NONE,
                Composition.OFF,
                PolicyBounds.DEFAULT,
                RoomLedger.unbounded(),
                chance::number);
        host = actor.spawn(RoomHost.create(world, this, room), "rooms");
        RelayContext relays = new RelayContext(
                (to, message) -> world.region().tell(this, to, message),
                world.plan().bounds().relay(),
                world::nowMs,
                RoomMeters.NONE,
                chance::number,
                chance::number);
        ActorRef<RelayDirectory.Command> directory = actor.spawn(
                RelayDirectory.create(relays, relay -> Watching.around(RelayMessage.class, this::relayHears, relay)),
                "relays");
        EdgeBounds edge = world.plan().bounds().edge();
        Executor threads = world.loop().executor(branch);
        InboundBudget inbound = new InboundBudget(edge.inboundBytes(), SPACE_WAIT);
        sessions = new SessionContext(
                SERVER,
                edge.session(),
                edge.pace(),
                edge.socket(),
                directory.narrow(),
                world.keys().signatures(),
                new Shares(
                        new FairWorkers(threads, CORES),
                        new FairWorkers(threads, CORES),
                        inbound,
                        new ChunkPermits(edge.chunksAtOnce())),
                CORES,
                new AllowanceTable(edge.burstNodes(), edge.burstBytes(), ALLOWANCES_MAX),
                new SessionCensus(PLACES),
                new Meters(),
                clock::wallMs);
        opens = new SessionSockets(
                edge.socket(),
                new SocketShares(threads, new FewAtOnce(threads, 1), inbound, OutboundBudget.unbounded()),
                MessageReader::read);
        up = true;
        leaving = false;
        world.note("{member} is up", number);
    }

    /** A peer's connection arrives; its session starts in a turn to come. */
    void accept(PeerSocket socket, RoomId room) {
        sockets.add(socket);
        turns.tell(new Branch.Turn(actor -> {
            SessionId session = ids.next();
            Optional<String> full = sessions.census().admit(session, ADDRESS, Optional.of(room));
            if (full.isPresent()) {
                throw new IllegalStateException(full.get());
            }
            Connection connection = opens.over(socket, door -> open(actor, session, room, door));
            socket.acceptedBy(connection);
        }));
    }

    private RelayMessage relayHears(RelayMessage message) {
        if (message instanceof RoomRelay.FromSession(var session, var door, var request)
                && watched.containsKey(session)) {
            SessionWatch watch = watched.get(session);
            watch.asks(request);
            return new RoomRelay.FromSession(session, watch.told(door), request);
        }
        return message;
    }

    private SocketEvents open(ActorContext<Branch.Turn> actor, SessionId session, RoomId room, SocketDoor door) {
        SessionWatch watch = new SessionWatch(world, world.invariants(room), session, door, () -> phase(session, room));
        watched.put(session, watch);
        world.note("{session} begins at {member}", session.value(), number);
        ActorRef<SessionActor.Command> ref = actor.spawn(
                SessionActor.create(sessions, session, ADDRESS, Optional.of(room), watch, () -> {}),
                "session-" + session.value());
        return watch.events(SessionActor.events(ref));
    }

    private String phase(SessionId session, RoomId room) {
        return sessions.census().sheets(room, Integer.MAX_VALUE).stream()
                .filter(sheet -> sheet.self().equals(session))
                .map(SessionSheet::phase)
                .findFirst()
                .orElse("closed");
    }

    void closed(PeerSocket socket) {
        sockets.remove(socket);
    }

    /** The process ends in good order: peers are told to come back, its rooms go to others; then it is gone. */
    void leave(Runnable then) {
        leaving = true;
        world.note("{member} leaves", number);
        int of = life;
        sessions.census().memberLeaves();
        world.loop().after(SOCKETS_WITHIN_MS, () -> {
            if (up && life == of) {
                world.region().leaves(this);
                world.loop().after(ROOMS_WITHIN_MS, () -> {
                    if (up && life == of) {
                        die();
                        then.run();
                    }
                });
            }
        });
    }

    /** The process dies: nothing of it runs any more. */
    void die() {
        up = false;
        world.note("{member} died", number);
        world.loop().freeze(branch);
        world.store().writerDied(branch, () -> chance.percent(50));
        List.copyOf(sockets).forEach(PeerSocket::memberDied);
        sockets.clear();
        world.region().died(this);
    }

    private final class Meters implements SessionMeters {
        @Override
        public void failed(SyncFailure why, Optional<RoomId> room) {
            world.note("a session fails: " + why.getClass().getSimpleName(), number);
            if (why instanceof SyncFailure.Internal) {
                world.loop().broken(new IllegalStateException("a session ended with " + why));
            }
        }
    }
}
