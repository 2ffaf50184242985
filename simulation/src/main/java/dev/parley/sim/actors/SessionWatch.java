package dev.parley.sim.actors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.edge.socket.Queued;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketEvents;
import dev.parley.persistence.relay.SessionDoor;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.world.PeerMessages;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Watches one session from outside: what its relay tells it, what it says to its socket, and how that fails. All is
 * passed on as it is.
 */
final class SessionWatch implements SocketDoor {
    private final ActorWorld world;
    private final Invariants invariants;
    private final SessionId session;
    private final SocketDoor door;
    private final Supplier<String> phase;
    /** The nodes of the packs that the relay was given and has not answered, by request. */
    private final Map<Long, List<NodeId>> submits = new HashMap<>();

    private boolean hungUp;

    SessionWatch(ActorWorld world, Invariants invariants, SessionId session, SocketDoor door, Supplier<String> phase) {
        this.world = world;
        this.invariants = invariants;
        this.session = session;
        this.door = door;
        this.phase = phase;
    }

    /** What the session wants of its relay, as that hears it. */
    void asks(Effect.ForRoom request) {
        if (request instanceof Effect.Submit(var number, var candidates, var sizeBytes)) {
            submits.put(
                    number,
                    candidates.stream().map(candidate -> candidate.node().id()).toList());
        }
        world.check(() -> invariants.asks(session, request));
    }

    /** {@code door}, watched: what counts is the order in which the relay hears and tells, whenever the session hears it. */
    SessionDoor told(SessionDoor door) {
        return input -> {
            if (input instanceof Input.FeedJoined(var number, var afterSeq)) {
                world.note("{session} joined the feed after {n}", session.value(), afterSeq);
            }
            world.check(() -> told(input));
            door.tell(input);
        };
    }

    private void told(Input input) {
        invariants.told(session, input);
        if (input instanceof Input.Answered(var number, var answer)) {
            List<NodeId> nodes = submits.remove(number);
            if (answer.stored() + answer.known() == answer.incoming()) {
                invariants.acknowledged(session, nodes);
            }
        }
    }

    /** What the socket tells the session. */
    SocketEvents events(SocketEvents to) {
        return new SocketEvents() {
            @Override
            public void message(FromPeer message) {
                to.message(message);
            }

            @Override
            public void failed(SyncFailure why) {
                world.note("socket of {session}: " + why.getClass().getSimpleName(), session.value());
                to.failed(why);
            }

            @Override
            public void gone() {
                to.gone();
            }

            @Override
            public void drained() {
                to.drained();
            }
        };
    }

    @Override
    public void reply(Encoded message) {
        JsonNode json = PeerMessages.read(message.json());
        switch (json.path("type").asText()) {
            case "error" -> world.note("{session} says: " + json.path("msg").asText(), session.value());
            case "pack-ack" ->
                world.note(
                        "{session} acknowledges",
                        session.value(),
                        json.path("incoming_count").asInt(),
                        json.path("accepted_count").asInt(),
                        json.path("parked_count").asInt());
            default -> {}
        }
        door.reply(message);
    }

    @Override
    public void replyThenTell(Encoded message) {
        world.check(() -> {
            if (phase.get().equals("live")) {
                invariants.answered(session, message); // A peer may ask for what it has.
            } else {
                invariants.sent(session, message);
            }
        });
        door.replyThenTell(message);
    }

    @Override
    public boolean send(Encoded message) {
        return door.send(message);
    }

    @Override
    public boolean sendShared(Encoded message) {
        world.check(() -> invariants.sent(session, message));
        return door.sendShared(message);
    }

    @Override
    public void sendDroppable(Encoded message, Optional<String> key) {
        door.sendDroppable(message, key);
    }

    @Override
    public Queued queued() {
        return door.queued();
    }

    @Override
    public void readNext() {
        door.readNext();
    }

    @Override
    public void taken() {
        door.taken();
    }

    @Override
    public void hangUp(int code, String reason) {
        if (!hungUp) {
            world.note("{session} closes with", session.value(), code);
        }
        hungUp = true;
        door.hangUp(code, reason);
    }
}
