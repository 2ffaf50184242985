package dev.parley.sim.world;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.failure.Failures;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.edge.session.SessionTimer;
import dev.parley.edge.socket.Queued;
import dev.parley.edge.socket.SocketDoor;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Reports what one session is told and says to what watches the run. Acknowledgements name no pack: which one is meant
 * follows from the order, as replies leave in the order of the messages, but for those that are delayed.
 */
final class SessionWatch {
    /** A pack of the peer that has no reply yet. */
    private static final class Pack {
        private final List<Node> nodes;
        private boolean asked;
        private boolean submitted;
        private boolean lost;

        Pack(List<Node> nodes) {
            this.nodes = nodes;
        }
    }

    private static final long SLACK_MS = 5_000;

    private final World world;
    private final SimRoom room;
    private final SessionId id;
    private final BooleanSupplier live;
    private final Predicate<NodeId> has;
    private final ArrayDeque<Pack> packs = new ArrayDeque<>();
    private final Map<Long, Pack> byRequest = new HashMap<>();
    private final Map<Long, Pack> delayed = new HashMap<>();
    private final Map<Long, Long> submittedMs = new HashMap<>();
    private Optional<Pack> due = Optional.empty();

    /** {@code live} says whether the session is, {@code has} what its peer has. */
    SessionWatch(World world, SimRoom room, SessionId id, BooleanSupplier live, Predicate<NodeId> has) {
        this.world = world;
        this.room = room;
        this.id = id;
        this.live = live;
        this.has = has;
    }

    /** The room tells the session. */
    void told(Input input) {
        room.invariants().told(id, input);
        if (input instanceof Input.Answer answer) {
            answered(answer.number());
        }
        switch (input) {
            case Input.FeedJoined(var number, var afterSeq) -> {
                world.note("{session} joins the feed after", id.value(), afterSeq);
                room.invariants().caughtUp(id, afterSeq, has);
            }
            case Input.Unanswered(var number) -> {
                Pack pack = byRequest.remove(number);
                if (pack != null) {
                    pack.lost = true;
                }
            }
            default -> {}
        }
    }

    /** A pack waits for its room no longer than a setting says. */
    private void answered(long number) {
        Long sinceMs = submittedMs.remove(number);
        if (sinceMs != null && !world.plan().skewed()) {
            room.invariants()
                    .bounded(
                            "how long a pack waited for its room in ms",
                            world.agenda().nowMs() - sinceMs,
                            world.relaySettings().roomWait().toMillis() + SLACK_MS);
        }
    }

    /** The session made a step. */
    void stepped(Phase before, Input input, Phase after, long wallMs) {
        room.invariants()
                .stepped(id, before, input, after, wallMs, world.agenda().nowMs());
    }

    /** The peer's message comes to the session. */
    void heard(FromPeer message) {
        if (message instanceof FromPeer.Pack(FromPeer.PackContent.Nodes(var nodes, var sizeBytes))) {
            packs.add(new Pack(List.copyOf(nodes)));
        }
    }

    /** The session asks the room. */
    void asked(Effect.ForRoom effect) {
        room.invariants().asks(id, effect);
        switch (effect) {
            case Effect.AskLacking(var number, var ids) ->
                packs.stream()
                        .filter(pack -> !pack.asked
                                && pack.nodes.stream()
                                        .map(Node::id)
                                        .distinct()
                                        .toList()
                                        .equals(ids))
                        .findFirst()
                        .ifPresent(pack -> {
                            pack.asked = true;
                            byRequest.put(number, pack);
                        });
            case Effect.Submit(var number, var candidates, var sizeBytes) -> {
                submittedMs.put(number, world.agenda().nowMs());
                List<Node> nodes = candidates.stream().map(Candidate::node).toList();
                for (Pack pack : packs) {
                    if (!pack.submitted && pack.nodes.equals(nodes)) {
                        pack.submitted = true;
                        byRequest.put(number, pack);
                        return;
                    }
                }
                room.invariants().require(false, "session " + id + " submits what nobody sent");
            }
            default -> {}
        }
    }

    /** A timer starts: a refused pack's acknowledgement may be delayed. */
    void timed(SessionTimer timer) {
        if (timer instanceof SessionTimer.OfStep(var of, var number) && of == Effect.Timer.DELAYED_ACK) {
            delayed.put(number, packs.poll());
        }
    }

    void fired(SessionTimer timer) {
        if (timer instanceof SessionTimer.OfStep(var of, var number) && of == Effect.Timer.DELAYED_ACK) {
            due = Optional.ofNullable(delayed.remove(number));
        }
    }

    /** {@code door}, watched. */
    SocketDoor over(SocketDoor door) {
        return new SocketDoor() {
            @Override
            public void reply(Encoded message) {
                replied(PeerMessages.read(message.json()));
                door.reply(message);
            }

            @Override
            public boolean send(Encoded message) {
                return door.send(message);
            }

            @Override
            public boolean sendShared(Encoded message) {
                room.invariants().sent(id, message);
                return door.sendShared(message);
            }

            @Override
            public void sendDroppable(Encoded message, Optional<String> key) {
                door.sendDroppable(message, key);
            }

            @Override
            public void replyThenTell(Encoded message) {
                if (live.getAsBoolean()) {
                    room.invariants().answered(id, message); // A peer may ask for what it has.
                } else {
                    room.invariants().sent(id, message);
                }
                door.replyThenTell(message);
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
                world.note("{session} closes with", id.value(), code);
                world.coverage().closed(code, reason);
                door.hangUp(code, reason);
            }
        };
    }

    private void replied(JsonNode message) {
        switch (message.path("type").asText()) {
            case "pack-ack" -> {
                Pack pack = due.orElseGet(packs::poll);
                due = Optional.empty();
                room.invariants().require(pack != null, "session " + id + " acknowledges what nobody sent");
                int incoming = message.path("incoming_count").asInt();
                room.invariants().equal("nodes of the pack that is acknowledged", pack.nodes.size(), incoming);
                if (message.path("accepted_count").asInt() == incoming
                        && message.path("parked_count").asInt() == 0) {
                    room.invariants()
                            .acknowledged(id, pack.nodes.stream().map(Node::id).toList());
                }
            }
            case "error" -> {
                String text = message.path("msg").asText();
                world.coverage().refused(text);
                world.note("{session} says error: " + text, id.value());
                if (text.equals(Failures.ROOM_NOT_AVAILABLE) && !packs.isEmpty() && packs.peek().lost) {
                    packs.poll();
                }
            }
            default -> {}
        }
    }
}
