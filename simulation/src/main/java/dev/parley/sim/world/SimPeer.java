package dev.parley.sim.world;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A peer and its connection: it comes back after each break, to whatever member is up. What its server says is checked
 * here: parents come first, and each identity comes and goes once.
 */
final class SimPeer {
    private final World world;
    private final int number;
    private final Chance chance;
    private final PeerMind mind;
    private final Set<String> present = new TreeSet<>();
    private Optional<SimSocket> socket = Optional.empty();
    private Optional<SimSession> session = Optional.empty();
    private boolean welcomed;
    private long helloMs;

    SimPeer(World world, int number, Chance chance, PeerMind mind) {
        this.world = world;
        this.number = number;
        this.chance = chance;
        this.mind = mind;
        world.agenda().after(chance.between(0, 500), this::connect);
        tickLater();
    }

    int number() {
        return number;
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
        socket.ifPresent(connection -> connection.cut(1006));
    }

    private void connect() {
        List<SimMember> members = world.upMembers();
        if (members.isEmpty()) {
            world.agenda().after(1_000, this::connect);
            return;
        }
        SimSocket connection = new SimSocket(world, chance.split(), this);
        SimSession accepted = chance.pick(members).accept(connection);
        connection.acceptedBy(accepted);
        socket = Optional.of(connection);
        session = Optional.of(accepted);
        helloMs = world.agenda().nowMs();
        world.note("hello", number, accepted.id().value());
        connection.fromPeer(mind.hello());
        mind.afterHello().forEach(connection::fromPeer);
    }

    void disconnected(SimSocket connection, int code) {
        if (socket.filter(connection::equals).isPresent()) {
            world.note("disconnected", number, code);
            socket = Optional.empty();
            session = Optional.empty();
            welcomed = false;
            present.clear();
            mind.disconnected();
            world.agenda().after(chance.between(100, 1_500), this::connect);
        }
    }

    void edit(int nodes) {
        world.note("edit", number, nodes);
        send(mind.edit(nodes));
    }

    private void send(List<String> messages) {
        socket.ifPresent(connection -> messages.forEach(connection::fromPeer));
    }

    private void tickLater() {
        world.agenda().after(1_000, () -> {
            if (welcomed) {
                send(mind.tick());
            }
            tickLater();
        });
    }

    void receive(SimSocket connection, String json) {
        if (socket.filter(connection::equals).isEmpty()) {
            return;
        }
        look(PeerMessages.read(json));
        send(mind.receive(json));
    }

    private void look(JsonNode message) {
        String from = message.path("from").asText();
        String type = message.path("type").asText();
        world.invariants()
                .require(welcomed || type.equals("welcome") || type.equals("error"), type + " before welcome");
        switch (type) {
            case "welcome" -> {
                world.note("welcome", number, world.agenda().nowMs() - helloMs);
                welcomed = true;
                message.path("peers").forEach(peer -> present.add(peer.asText()));
                world.invariants().require(!present.contains(id().toHex()), this + " was named to itself");
            }
            case "pack" -> parentsFirst(PeerMessages.nodes(message));
            case "peer-joined" -> {
                world.invariants().require(!from.equals(id().toHex()), this + " was told that it joined");
                world.invariants().require(present.add(from), this + " was told twice that " + from + " joined");
            }
            case "peer-left" ->
                world.invariants()
                        .require(present.remove(from), this + " was told that " + from + " left, who was not in");
            default -> {}
        }
    }

    private void parentsFirst(List<Node> nodes) {
        if (nodes.isEmpty()) {
            return; // The answer to a request of who lacks nothing.
        }
        world.note("received", number, nodes.size(), nodes.get(0).id().word(0));
        Set<NodeId> before = new HashSet<>();
        for (Node node : nodes) {
            List<NodeId> lacking = node.transaction().parents().stream()
                    .filter(parent -> !before.contains(parent) && !mind.view().contains(parent))
                    .toList();
            world.invariants().received(session.orElseThrow().id(), node, lacking);
            before.add(node.id());
        }
    }
}
