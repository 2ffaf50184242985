package dev.parley.sim.world;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.wire.FromPeer;
import dev.parley.edge.session.Conversation;
import dev.parley.edge.session.SessionTimer;
import dev.parley.edge.session.Surroundings;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketEvents;
import dev.parley.sim.check.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** A session on its member: the production {@link Conversation}, run as its actor does, and watched. */
final class SimSession implements Surroundings, SocketEvents {
    private final World world;
    private final SimMember member;
    private final SimRoom room;
    private final SessionId id;
    private final Chance chance;
    private final SimSocket socket;
    private final SessionWatch watch;
    private final Map<SessionTimer, Long> timers = new HashMap<>();
    private Conversation conversation; // Null until the socket is open.
    private Optional<SimRelay> relay = Optional.empty();
    private String phase = "";
    private long timerNumbers;
    private boolean over;

    SimSession(World world, SimMember member, RoomId room, SessionId id, SimSocket socket, Chance chance) {
        this.world = world;
        this.member = member;
        this.room = world.room(room);
        this.id = id;
        this.socket = socket;
        this.chance = chance;
        this.watch = new SessionWatch(
                world, this.room, id, () -> conversation.phase() instanceof Phase.Live, socket.peer()::has);
    }

    RoomId room() {
        return room.id();
    }

    SessionId id() {
        return id;
    }

    /** True from its first word to the room until it is over. */
    boolean inRoom() {
        return relay.isPresent() && !over;
    }

    /** Starts with the connection; the door is the connection's. */
    SocketEvents begin(SocketDoor door, String address) {
        conversation = new Conversation(
                member.edge().commons(), this, id, address, Optional.of(room.id()), watch.over(door), () -> {});
        later(Conversation::start);
        return this;
    }

    /** The process died: nothing is said any more. */
    void kill() {
        over = true;
        socket.memberDied();
    }

    /** The relay has stopped under this session. */
    void relayGone() {
        later(Conversation::relayGone);
    }

    /** Something from inside has arrived for this session; it is handled in its turn. */
    void told(Input input) {
        watch.told(input);
        later(session -> session.told(input));
    }

    // What the socket reports.

    @Override
    public void message(FromPeer message) {
        later(session -> {
            watch.heard(message);
            session.told(new Input.FromPeer(message));
        });
    }

    @Override
    public void failed(SyncFailure why) {
        world.note("the socket of {session} fails: " + why.getClass().getSimpleName(), id.value());
        later(session -> session.told(new Input.Failed(why)));
    }

    @Override
    public void gone() {
        later(session -> session.told(new Input.PeerGone()));
    }

    @Override
    public void drained() {
        later(session -> session.told(new Input.Drained()));
    }

    // What the conversation needs.

    @Override
    public long nowMs() {
        return member.wallMs();
    }

    @Override
    public long nowNanos() {
        return world.agenda().nowMs() * 1_000_000;
    }

    @Override
    public void later(Consumer<Conversation> turn) {
        world.agenda().after(0, () -> turn(turn));
    }

    private void turn(Consumer<Conversation> turn) {
        if (over) {
            return;
        }
        turn.accept(conversation);
        String now = conversation.phase().name();
        if (!now.equals(phase)) {
            phase = now;
            world.note("{session} is " + phase, id.value());
        }
        if (conversation.ended()) {
            over = true;
            timers.clear();
            conversation.over();
            member.ended(this);
        }
    }

    @Override
    public void startTimer(SessionTimer timer, Duration after) {
        watch.timed(timer);
        long number = ++timerNumbers;
        timers.put(timer, number);
        world.agenda().after(after.toMillis(), () -> {
            if (timers.remove(timer, number)) {
                watch.fired(timer);
                turn(session -> session.fired(timer));
            }
        });
    }

    @Override
    public void stopTimer(SessionTimer timer) {
        timers.remove(timer);
    }

    @Override
    public void verify(Effect.Verify verify) {
        Optional<Set<NodeId>> only = verify.only().map(HashSet::new);
        List<Candidate> candidates = new ArrayList<>();
        for (Node node : verify.nodes()) {
            boolean look = only.isEmpty() || only.get().contains(node.id());
            candidates.add(new Candidate(
                    node, look ? Nodes.verdict(node, world.keys().signatures()) : new Verdict.Unchecked()));
        }
        world.agenda()
                .after(
                        chance.between(0, 10),
                        () -> turn(session -> session.told(new Input.Verified(verify.number(), candidates))));
    }

    @Override
    public void findRelay(RoomId of) {
        later(session -> session.relayFound(this::toRoom));
    }

    private void toRoom(Effect.ForRoom effect) {
        watch.asked(effect);
        relay = Optional.of(member.relayFor(this, effect, relay));
    }

    @Override
    public void stepped(Phase before, Input input, Phase after) {
        world.coverage().session(before, input, after);
        watch.stepped(before, input, after, member.wallMs());
    }

    @Override
    public void bug(String phase, String input, RuntimeException bug) {
        throw new Violation("session " + id + " failed at " + input + " in " + phase, bug);
    }

    @Override
    public void relayLost() {
        world.note("{session} lost its relay", id.value());
    }
}
