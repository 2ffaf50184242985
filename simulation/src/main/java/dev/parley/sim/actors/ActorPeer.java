package dev.parley.sim.actors;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.world.Act;
import dev.parley.sim.world.Chance;
import dev.parley.sim.world.PeerMessages;
import dev.parley.sim.world.PeerMind;
import dev.parley.sim.world.Plan;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A peer of the first layer and its connection to a member of actors: it comes back after each break. */
final class ActorPeer {
    private static final long RELOAD_EVERY_MS = 20_000;

    /** Those that anybody may meet: dropped, server overload, service restart, resync required. */
    private static final List<Integer> HONEST_CODES = List.of(1006, 1011, 1012, 4001);

    private final ActorWorld world;
    private final int number;
    private final RoomId room;
    private final Invariants invariants;
    private final Chance chance;
    private final PeerMind mind;
    private final Set<String> present = new TreeSet<>();
    private Optional<PeerSocket> socket = Optional.empty();
    private boolean welcomed;
    private long awayUntilMs;

    ActorPeer(ActorWorld world, Plan.Peer peer, Chance chance, PeerMind mind) {
        this.world = world;
        this.number = peer.number();
        this.room = world.plan().rooms().get(peer.room());
        this.invariants = world.invariants(room);
        this.chance = chance;
        this.mind = mind;
        world.loop().after(chance.between(0, 500), this::connect);
        tickLater();
        if (peer.kind().stock()) {
            reloadLater(world.plan().activeMs() + RELOAD_EVERY_MS);
        }
    }

    int number() {
        return number;
    }

    RoomId room() {
        return room;
    }

    PeerId id() {
        return mind.peer();
    }

    HistoryView view() {
        return mind.view();
    }

    NodeId mstRoot() {
        return mind.mstRoot();
    }

    /** The others' public keys in hex, as this peer was told. */
    Set<String> present() {
        return present;
    }

    /** True if it may lack, or have alone, what the room does not: as a stock client may. */
    boolean keepsToItself() {
        return mind.keepsToItself();
    }

    /** True if this peer is in the room and all it wrote is acknowledged. */
    boolean settled() {
        return welcomed && mind.unacknowledged() == 0;
    }

    @Override
    public String toString() {
        return "peer " + number + " (" + (welcomed ? "in" : "out") + ", "
                + mind.view().count() + " nodes, " + mind.unacknowledged() + " unacknowledged, sees " + present.size()
                + ")";
    }

    /** Breaks the connection. */
    void cut() {
        socket.ifPresent(PeerSocket::cut);
    }

    /** A stock client is never told that the room has not stored what it wrote: users load the page again. */
    private void reloadLater(long atMs) {
        world.loop().after(atMs - world.nowMs(), () -> {
            cut();
            reloadLater(world.nowMs() + RELOAD_EVERY_MS + chance.between(0, 5_000));
        });
    }

    private void connect() {
        if (awayUntilMs > world.nowMs()) {
            world.loop().after(awayUntilMs - world.nowMs(), this::connect);
            return;
        }
        List<ActorMember> members = world.members().stream()
                .filter(member -> member.up() && !member.leaving())
                .toList();
        if (members.isEmpty()) {
            mind.refused();
            world.loop().after(mind.retryAfterMs(chance), this::connect);
            return;
        }
        ActorMember member = chance.pick(members);
        PeerSocket connection = new PeerSocket(world, chance.split(), this, member);
        socket = Optional.of(connection);
        world.note("{peer} connects to {member}", number, member.number());
        member.accept(connection, room);
        connection.fromPeer(mind.hello());
        mind.afterHello().forEach(connection::fromPeer);
    }

    void disconnected(PeerSocket connection, int code, String reason) {
        if (socket.filter(connection::equals).isPresent()) {
            world.note("{peer} is disconnected with code {n}", number, code);
            deserved(code, reason);
            socket = Optional.empty();
            welcomed = false;
            present.clear();
            mind.disconnected(code, reason);
            world.loop().after(mind.retryAfterMs(chance), this::connect);
        }
    }

    /** Nobody meets a bug of the server, and who is honest is never taken for a flood or a stranger to the protocol. */
    private void deserved(int code, String reason) {
        invariants.require(!reason.equals(CloseCode.INTERNAL_ERROR.reason()), this + " met a bug of the server");
        boolean auth = code == CloseCode.TOKEN_EXPIRED.number()
                || code == CloseCode.POLICY_VIOLATION.number() && reason.startsWith("auth:");
        invariants.require(
                auth || HONEST_CODES.contains(code), this + " is honest and was closed with " + code + " " + reason);
    }

    void act(Plan.Action action) {
        if (action.act() instanceof Act.Edit(var nodes)) {
            world.note("{peer} writes {n} nodes", number, nodes);
        } else {
            world.note("{peer} does: " + action.act().getClass().getSimpleName(), number);
        }
        if (action.act() instanceof Act.Away(var forMs)) {
            awayUntilMs = world.nowMs() + forMs;
            cut();
        } else {
            send(mind.act(action.act()));
        }
    }

    private void send(List<String> messages) {
        socket.ifPresent(connection -> messages.forEach(connection::fromPeer));
    }

    private void tickLater() {
        world.loop().after(1_000, () -> {
            if (mind.hangsUp()) {
                cut();
            } else if (welcomed) {
                send(mind.tick());
            }
            tickLater();
        });
    }

    void receive(PeerSocket connection, String json) {
        if (socket.filter(connection::equals).isPresent()) {
            look(PeerMessages.read(json));
            send(mind.receive(json));
        }
    }

    private void look(JsonNode message) {
        String from = message.path("from").asText();
        String type = message.path("type").asText();
        invariants.require(welcomed || type.equals("welcome") || type.equals("error"), type + " before welcome");
        switch (type) {
            case "welcome" -> {
                world.note("{peer} is welcome", number);
                welcomed = true;
                message.path("peers").forEach(peer -> present.add(peer.asText()));
                invariants.require(!present.contains(id().toHex()), this + " was named to itself");
            }
            case "pack" -> parentsFirst(PeerMessages.nodes(message));
            case "peer-joined" -> {
                invariants.require(!from.equals(id().toHex()), this + " was told that it joined");
                invariants.require(present.add(from), this + " was told twice that " + from + " joined");
            }
            case "peer-left" ->
                invariants.require(present.remove(from), this + " was told that " + from + " left, who was not in");
            default -> {}
        }
    }

    private void parentsFirst(List<Node> nodes) {
        if (nodes.isEmpty()) {
            return; // The answer to a request of who lacks nothing.
        }
        world.note("{peer} receives nodes", number, nodes.size());
        Set<NodeId> before = new HashSet<>();
        for (Node node : nodes) {
            List<NodeId> lacking = node.transaction().parents().stream()
                    .filter(parent -> !before.contains(parent) && !mind.view().contains(parent))
                    .toList();
            invariants.require(
                    lacking.isEmpty() || mind.filtered(),
                    this + " got " + node.id() + " before its parents " + lacking);
            before.add(node.id());
        }
    }
}
