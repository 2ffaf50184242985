package dev.parley.sim.world;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.failure.CloseCode;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
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
    private static final int SILENT_PERCENT = 20;
    private static final long RELOAD_EVERY_MS = 20_000;

    /** Those that anybody may meet: dropped, server overload, service restart, resync required. */
    private static final List<Integer> HONEST_CODES = List.of(1006, 1011, 1012, 4001);

    private final World world;
    private final PeerKind kind;
    private final int number;
    private final SimRoom room;
    private final Chance chance;
    private final PeerMind mind;
    private final Set<String> present = new TreeSet<>();
    private Optional<SimSocket> socket = Optional.empty();
    private Optional<SimSession> session = Optional.empty();
    private boolean welcomed;
    private long helloMs;
    private long awayUntilMs;

    SimPeer(World world, Plan.Peer peer, Chance chance, PeerMind mind) {
        this.world = world;
        this.kind = peer.kind();
        this.number = peer.number();
        this.room = world.room(world.roomId(peer.room()));
        this.chance = chance;
        this.mind = mind;
        world.agenda().after(chance.between(0, 500), this::connect);
        if (kind.honest()) {
            tickLater();
        } else {
            world.agenda().after(world.plan().activeMs(), () -> drop(false));
        }
        if (mind instanceof StockMind) {
            reloadLater(world.plan().activeMs() + RELOAD_EVERY_MS);
        }
    }

    /** True for who keeps the protocol, or means to. */
    boolean honest() {
        return kind.honest();
    }

    /** True if it takes what its connection brings. */
    boolean reads() {
        return kind != PeerKind.DEAF;
    }

    boolean answersPings() {
        return kind != PeerKind.GHOST && kind != PeerKind.MUTE;
    }

    /** True if it may lack, or have alone, what the room does not: as a stock client may. */
    boolean keepsToItself() {
        return mind.keepsToItself();
    }

    int number() {
        return number;
    }

    RoomId room() {
        return room.id();
    }

    PeerId id() {
        return mind.peer();
    }

    boolean has(NodeId node) {
        return mind.view().contains(node);
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

    /** Breaks the connection, now and then so that its member does not learn of it. */
    void cut() {
        drop(chance.percent(SILENT_PERCENT));
    }

    private void drop(boolean silently) {
        socket.ifPresent(connection -> connection.drop(silently));
    }

    /** A stock client is never told that the room has not stored what it wrote: users load the page again. */
    private void reloadLater(long atMs) {
        world.agenda().after(atMs - world.agenda().nowMs(), () -> {
            drop(false);
            reloadLater(world.agenda().nowMs() + RELOAD_EVERY_MS + chance.between(0, 5_000));
        });
    }

    private void connect() {
        if (awayUntilMs > world.agenda().nowMs()) {
            world.agenda().after(awayUntilMs - world.agenda().nowMs(), this::connect);
            return;
        }
        List<SimMember> members = world.upMembers();
        if (members.isEmpty()) {
            refused();
            return;
        }
        SimMember member = chance.pick(members);
        SimSocket connection = new SimSocket(world, chance.split(), this, member);
        Optional<SimSession> accepted = member.accept(connection, room.id(), "address of peer " + number);
        if (accepted.isEmpty()) {
            refused();
            return;
        }
        socket = Optional.of(connection);
        session = accepted;
        helloMs = world.agenda().nowMs();
        if (mind instanceof HostileMind hostile) {
            world.note(
                    "{peer} attacks as {session}", number, accepted.get().id().value());
            hostile.connected(connection);
            return;
        }
        world.note("{peer} says hello as {session}", number, accepted.get().id().value());
        connection.fromPeer(mind.hello());
        mind.afterHello().forEach(connection::fromPeer);
    }

    private void refused() {
        world.note("{peer} finds no member that takes it", number);
        mind.refused();
        connectLater();
    }

    private void connectLater() {
        if (!(mind instanceof HostileMind hostile) || hostile.returns()) {
            world.agenda().after(mind.retryAfterMs(chance), this::connect);
        }
    }

    void disconnected(SimSocket connection, int code, String reason) {
        if (socket.filter(connection::equals).isEmpty()) {
            return;
        }
        world.note("{peer} is disconnected with code {n}", number, code);
        deserved(code, reason);
        socket = Optional.empty();
        session = Optional.empty();
        welcomed = false;
        present.clear();
        mind.disconnected(code, reason);
        connectLater();
    }

    /** Nobody meets a bug of the server, and who is honest is never taken for a flood or a stranger to the protocol. */
    private void deserved(int code, String reason) {
        room.invariants().require(!reason.equals(CloseCode.INTERNAL_ERROR.reason()), this + " met a bug of the server");
        boolean auth = code == 4002 || code == 1008 && reason.startsWith("auth:");
        room.invariants()
                .require(
                        !honest() || auth || HONEST_CODES.contains(code),
                        this + " is honest and was closed with " + code + " " + reason);
    }

    void act(Plan.Action action) {
        Act act = action.act();
        if (act instanceof Act.Edit(var nodes)) {
            world.note("{peer} writes {n} nodes", number, nodes);
        } else {
            world.note("{peer} does: " + act.getClass().getSimpleName(), number);
        }
        if (act instanceof Act.Away(var forMs)) {
            awayUntilMs = world.agenda().nowMs() + forMs;
            drop(false);
        } else {
            send(mind.act(act));
        }
    }

    private void send(List<String> messages) {
        socket.ifPresent(connection -> messages.forEach(connection::fromPeer));
    }

    private void tickLater() {
        world.agenda().after(1_000, () -> {
            if (mind.hangsUp()) {
                drop(false);
            } else if (welcomed) {
                send(mind.tick());
            }
            tickLater();
        });
    }

    void receive(SimSocket connection, String json) {
        if (socket.filter(connection::equals).isEmpty()) {
            return;
        }
        if (mind instanceof HostileMind hostile) {
            hostile.heard(connection, json);
            return;
        }
        look(PeerMessages.read(json));
        send(mind.receive(json));
    }

    private void look(JsonNode message) {
        String from = message.path("from").asText();
        String type = message.path("type").asText();
        room.invariants().require(welcomed || type.equals("welcome") || type.equals("error"), type + " before welcome");
        switch (type) {
            case "welcome" -> {
                world.note(
                        "{peer} is welcome after {n} ms", number, world.agenda().nowMs() - helloMs);
                welcomed = true;
                message.path("peers").forEach(peer -> present.add(peer.asText()));
                room.invariants().require(!present.contains(id().toHex()), this + " was named to itself");
            }
            case "pack" -> parentsFirst(PeerMessages.nodes(message));
            case "webrtc-offer" -> meant(message.path("sdp").asText());
            case "peer-joined" -> {
                room.invariants().require(!from.equals(id().toHex()), this + " was told that it joined");
                room.invariants().require(present.add(from), this + " was told twice that " + from + " joined");
            }
            case "peer-left" ->
                room.invariants()
                        .require(present.remove(from), this + " was told that " + from + " left, who was not in");
            default -> {}
        }
    }

    /** Who signals to one says to whom in what it signals. */
    private void meant(String text) {
        int at = text.indexOf(StrictActs.FOR);
        if (at >= 0) {
            int key = Integer.parseInt(text.substring(at + StrictActs.FOR.length()));
            room.invariants()
                    .equal("whom a signal is for", world.keys().signer(key).peer(), id());
        }
    }

    private void parentsFirst(List<Node> nodes) {
        if (nodes.isEmpty()) {
            return; // The answer to a request of who lacks nothing.
        }
        world.note(
                "{peer} receives {n} nodes from {id} on",
                number,
                nodes.size(),
                nodes.get(0).id().word(0));
        Set<NodeId> before = new HashSet<>();
        for (Node node : nodes) {
            List<NodeId> lacking = node.transaction().parents().stream()
                    .filter(parent -> !before.contains(parent) && !mind.view().contains(parent))
                    .toList();
            if (!mind.filtered()) {
                room.invariants().received(session.orElseThrow().id(), node, lacking);
            }
            before.add(node.id());
        }
    }
}
