package dev.parley.sim.world;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.RoomIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A peer written against the protocol alone, apart from the project's own: it takes no node without its parents, and
 * brings all that was not acknowledged to it, whatever the server says it has.
 */
final class StrictPeer implements PeerMind {
    private static final int PACK_NODES_MAX = 40;
    private static final int PATIENCE_TICKS = 5;

    private final World world;
    private final Chance chance;
    private final Signer signer;
    private final History history = new History();
    private final RoomIndex index = new RoomIndex();
    private final Map<NodeId, Node> unacknowledged = new LinkedHashMap<>();
    private final ArrayDeque<List<Node>> inFlight = new ArrayDeque<>();
    private boolean welcomed;
    private int ticks;

    StrictPeer(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
        this.signer = CheapSignatures.signer(PeerId.of(chance.bytes(PeerId.SIZE_BYTES)));
    }

    @Override
    public PeerId peer() {
        return signer.peer();
    }

    @Override
    public String hello() {
        welcomed = false;
        inFlight.clear();
        return PeerMessages.hello(
                peer(), history.view().heads(), chance.percent(70) ? Optional.of(index.wide()) : Optional.empty());
    }

    @Override
    public List<String> receive(String json) {
        JsonNode message = PeerMessages.read(json);
        switch (message.path("type").asText()) {
            case "welcome" -> {
                return welcome(message);
            }
            case "pack" -> {
                for (Node node : PeerMessages.nodes(message)) {
                    if (!history.view().contains(node.id())) {
                        store(node);
                    }
                }
            }
            case "pack-ack" -> acknowledged(message);
            case "error" -> {
                if (message.path("msg").asText().startsWith("room is not available") && welcomed) {
                    inFlight.poll();
                }
            }
            default -> {}
        }
        return List.of();
    }

    private List<String> welcome(JsonNode message) {
        welcomed = true;
        Set<NodeId> wanted = new LinkedHashSet<>(PeerMessages.ids(message.path("missing")));
        wanted.addAll(unacknowledged.keySet());
        HistoryView view = history.view();
        List<Node> nodes = new ArrayList<>();
        for (int number = 0; number < view.count() && !wanted.isEmpty(); number++) {
            if (wanted.contains(view.id(number))) {
                nodes.add(view.node(number));
            }
        }
        return send(nodes);
    }

    private void acknowledged(JsonNode message) {
        List<Node> nodes = inFlight.poll();
        world.invariants().require(nodes != null, "peer " + peer() + " got an ack for nothing");
        int incoming = message.path("incoming_count").asInt();
        if (message.path("accepted_count").asInt() == incoming
                && message.path("parked_count").asInt() == 0) {
            nodes.forEach(node -> unacknowledged.remove(node.id()));
        }
    }

    @Override
    public List<String> edit(int nodes) {
        List<Node> written = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            HistoryView view = history.view();
            Transaction transaction = new Transaction(
                    peer(), view.clock() + 1, world.agenda().wallMs(), Edits.draw(chance), view.heads());
            Node node = Nodes.sign(transaction, signer);
            store(node);
            unacknowledged.put(node.id(), node);
            written.add(node);
        }
        if (!welcomed) {
            return List.of();
        }
        List<String> messages = new ArrayList<>(send(written));
        if (chance.percent(3)) {
            messages.addAll(send(written)); // A peer may say a thing twice.
        }
        return messages;
    }

    private void store(Node node) {
        history.append(node);
        index.add(node.id());
    }

    private List<String> send(List<Node> nodes) {
        List<String> messages = new ArrayList<>();
        for (int from = 0; from < nodes.size(); from += PACK_NODES_MAX) {
            List<Node> pack = List.copyOf(nodes.subList(from, Math.min(nodes.size(), from + PACK_NODES_MAX)));
            inFlight.add(pack);
            messages.add(PeerMessages.pack(pack));
        }
        return messages;
    }

    @Override
    public List<String> tick() {
        if (!welcomed || !inFlight.isEmpty() || unacknowledged.isEmpty()) {
            ticks = 0;
            return List.of();
        }
        if (++ticks < PATIENCE_TICKS) {
            return List.of();
        }
        ticks = 0;
        return send(List.copyOf(unacknowledged.values()));
    }

    @Override
    public void disconnected() {
        welcomed = false;
        inFlight.clear();
    }

    @Override
    public HistoryView view() {
        return history.view();
    }

    @Override
    public NodeId mstRoot() {
        return index.mst().root();
    }

    @Override
    public int unacknowledged() {
        return unacknowledged.size();
    }
}
