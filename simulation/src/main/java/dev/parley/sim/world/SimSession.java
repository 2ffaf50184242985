package dev.parley.sim.world;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.About;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.session.Session;
import dev.parley.core.session.Step;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageReader;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A session on its member: runs {@link Session} as the actor does, and reports what it sees. */
final class SimSession {
    private record TimerKey(Effect.Timer timer, long number) {}

    private final World world;
    private final SimMember member;
    private final SessionId id;
    private final SimSocket socket;
    private final Chance chance;
    private final Set<TimerKey> timers = new HashSet<>();
    /** The packs that came and have no reply yet, in order. */
    private final ArrayDeque<List<Node>> packs = new ArrayDeque<>();

    private Optional<SimRelay> relay = Optional.empty();
    private Phase phase;
    private boolean reading;
    private boolean overflowed;
    private boolean dead;

    SimSession(World world, SimMember member, SessionId id, SimSocket socket, Chance chance) {
        this.world = world;
        this.member = member;
        this.id = id;
        this.socket = socket;
        this.chance = chance;
        Step opening = Session.opening(new About(id, Optional.of(World.ROOM), World.SERVER, world.sessionSettings()));
        phase = opening.next();
        perform(opening.effects());
    }

    SessionId id() {
        return id;
    }

    /** The process died. */
    void kill() {
        dead = true;
        socket.cut(1006);
    }

    void peerGone() {
        step(new Input.PeerGone());
    }

    /** Something from inside has arrived for this session; it is handled in its turn. */
    void told(Input input) {
        world.agenda().after(0, () -> {
            if (input instanceof Input.FeedJoined(var number, var afterSeq)) {
                world.note("joined", id.value(), afterSeq);
                world.invariants().joined(id, afterSeq);
            } else if (input instanceof Input.Relayed relayed) {
                world.invariants()
                        .relayed(
                                id,
                                relayed,
                                pack -> PeerMessages.nodes(pack.message().json()));
            }
            step(input);
        });
    }

    void readIfWanted() {
        if (dead || reading || !phase.readsNext()) {
            return;
        }
        Optional<String> text = socket.take();
        if (text.isEmpty()) {
            return;
        }
        reading = true;
        byte[] utf8 = text.get().getBytes(StandardCharsets.UTF_8);
        FromPeer message = MessageReader.read(utf8, 0, utf8.length);
        world.agenda().after(chance.between(0, 3), () -> {
            reading = false;
            if (message instanceof FromPeer.Pack(FromPeer.PackContent.Nodes(var nodes, var sizeBytes))) {
                packs.add(nodes);
            }
            step(new Input.FromPeer(message));
            readIfWanted();
        });
    }

    private void step(Input input) {
        if (dead || phase instanceof Phase.Closed) {
            return;
        }
        Step step = Session.step(phase, input, world.agenda().wallMs());
        if (!step.next().name().equals(phase.name())) {
            world.note(step.next().name(), id.value());
        }
        phase = step.next();
        perform(step.effects());
        if (overflowed) {
            overflowed = false;
            step(new Input.Failed(new SyncFailure.PeerTooSlow(SimSocket.QUEUE_MAX, 0)));
        }
        if (phase instanceof Phase.Closed) {
            timers.clear();
            member.ended(this);
        }
        readIfWanted();
    }

    private void perform(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Send(var message) -> send(message, Optional.empty());
                case Effect.SendThenTell(var message) -> send(message, Optional.of(() -> told(new Input.Drained())));
                case Effect.SendEncoded(var message) -> {
                    world.invariants().sent(id, PeerMessages.nodes(message.json()));
                    queue(message, Optional.empty());
                }
                case Effect.SendDroppable(var message, var key) -> queue(message, Optional.empty());
                case Effect.HangUp(var code, var reason) -> {
                    world.note("close", id.value(), code.number());
                    socket.hangUp(code.number());
                }
                case Effect.Verify verify -> verify(verify);
                case Effect.DrawAllowance(var number, var nodes, var bytes) ->
                    told(new Input.AllowanceDrawn(number, true));
                case Effect.StartTimer(var timer, var number, var after) -> {
                    TimerKey key = new TimerKey(timer, number);
                    timers.add(key);
                    world.agenda().after(after.toMillis(), () -> {
                        if (timers.remove(key)) {
                            step(new Input.TimerFired(timer, number));
                        }
                    });
                }
                case Effect.StopTimer(var timer, var number) -> timers.remove(new TimerKey(timer, number));
                case Effect.ForRoom forRoom -> relay = Optional.of(member.relayFor(this, forRoom, relay));
            }
        }
    }

    private void send(ToPeer message, Optional<Runnable> then) {
        switch (message) {
            case ToPeer.PackAck ack -> {
                List<Node> nodes = packs.poll();
                world.invariants().equal("nodes of the pack that is acknowledged", nodes.size(), ack.incoming());
                if (ack.accepted() == ack.incoming() && ack.parked() == 0) {
                    world.invariants()
                            .acknowledged(id, nodes.stream().map(Node::id).toList());
                }
            }
            case ToPeer.Failure(var text, var fields) -> {
                world.note("error " + text, id.value());
                if (text.startsWith("room is not available")) {
                    packs.poll();
                }
            }
            case ToPeer.Pack(var from, var pack, var root) -> {
                if (phase instanceof Phase.Live) {
                    world.invariants().answered(id, whole(pack)); // A peer may ask for what it has.
                } else {
                    world.invariants().sent(id, whole(pack));
                }
            }
            default -> {}
        }
        queue(MessageWriter.encode(message), then);
    }

    private static List<Node> whole(byte[] pack) {
        return Packs.decode(pack) instanceof Decoded.Whole<List<Node>>(var nodes) ? nodes : List.of();
    }

    private void queue(Encoded message, Optional<Runnable> then) {
        overflowed |= !socket.toPeer(message, then);
    }

    private void verify(Effect.Verify verify) {
        Optional<Set<NodeId>> only = verify.only().map(HashSet::new);
        List<Candidate> candidates = new ArrayList<>();
        for (Node node : verify.nodes()) {
            boolean look = only.isEmpty() || only.get().contains(node.id());
            candidates.add(new Candidate(
                    node, look ? Nodes.verdict(node, CheapSignatures.INSTANCE) : new Verdict.Unchecked()));
        }
        world.agenda().after(chance.between(0, 10), () -> step(new Input.Verified(verify.number(), candidates)));
    }
}
