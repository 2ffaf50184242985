package dev.parley.sim.world;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.RoomIndex;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A peer written against the protocol alone, apart from the project's own: it takes no node without its parents, and
 * brings all that was not acknowledged to it, whatever the server says it has. What else it does is {@link StrictActs}.
 */
final class StrictPeer implements PeerMind {
    private static final int PACK_NODES_MAX = 40;
    private static final int PATIENCE_TICKS = 5;

    private final World world;
    private final Chance chance;
    private final Signer signer;
    private final Tokens tokens;
    private final StrictActs acts;
    private final History history = new History();
    private final RoomIndex index = new RoomIndex();
    private final Map<NodeId, Node> unacknowledged = new LinkedHashMap<>();
    private final ArrayDeque<List<Node>> inFlight = new ArrayDeque<>();
    private List<String> patterns = List.of();
    private List<String> told = List.of(); // The patterns that the server knows of.
    /** Nodes that the room may refuse. */
    private final Set<NodeId> attempts = new HashSet<>();

    private boolean filtered;
    private boolean dropped;
    private boolean welcomed;
    private boolean hangsUp;
    private int ticks;

    StrictPeer(World world, Chance chance, Signer signer, Tokens tokens) {
        this.world = world;
        this.chance = chance;
        this.signer = signer;
        this.tokens = tokens;
        this.acts = new StrictActs(world, this, chance.split());
    }

    @Override
    public PeerId peer() {
        return signer.peer();
    }

    Signer signer() {
        return signer;
    }

    Tokens tokens() {
        return tokens;
    }

    boolean welcomed() {
        return welcomed;
    }

    @Override
    public String hello() {
        welcomed = false;
        inFlight.clear();
        told = patterns;
        return PeerMessages.hello(
                peer(),
                history.view().heads(),
                chance.percent(70) ? Optional.of(index.wide()) : Optional.empty(),
                patterns,
                tokens.next());
    }

    /** Who is in a hurry says more before it is let in. */
    @Override
    public List<String> afterHello() {
        if (!world.rich() || unacknowledged.isEmpty() || chance.percent(50)) {
            return List.of();
        }
        return send(unacknowledged.values().stream().limit(PACK_NODES_MAX).toList());
    }

    @Override
    public List<String> receive(String json) {
        JsonNode message = PeerMessages.read(json);
        switch (message.path("type").asText()) {
            case "welcome" -> {
                return welcome(message);
            }
            case "pack" -> PeerMessages.nodes(message).forEach(this::take);
            case "pack-ack" -> acknowledged(message);
            case "policy-set" -> acts.ruled();
            case "room-locked" -> acts.locked();
            case "error" ->
                hangsUp |= welcomed; // Which message was meant, and whose acknowledgement is next, is unknown.
            default -> {}
        }
        return List.of();
    }

    /** Who wants only some may be sent a node without its parents, and lets it go, as clients do. */
    private void take(Node node) {
        if (history.view().contains(node.id())) {
            return;
        }
        if (filtered && !node.transaction().parents().stream().allMatch(history.view()::contains)) {
            dropped = true;
        } else {
            store(node);
        }
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
        List<String> messages = new ArrayList<>();
        if (!told.equals(patterns)) {
            messages.add(subscribe()); // It has changed its mind since hello.
        }
        messages.addAll(send(nodes));
        return messages;
    }

    private String subscribe() {
        told = patterns;
        return PeerMessages.subscribe(patterns);
    }

    /** After an error acknowledgements may be late and out of order: none is believed until the next connection. */
    private void acknowledged(JsonNode message) {
        if (hangsUp) {
            return;
        }
        List<Node> nodes = inFlight.poll();
        world.invariants().require(nodes != null, "peer " + peer() + " got an ack for nothing");
        int incoming = message.path("incoming_count").asInt();
        if (message.path("accepted_count").asInt() == incoming
                && message.path("parked_count").asInt() == 0) {
            for (Node node : nodes) {
                unacknowledged.remove(node.id());
                if (attempts.contains(node.id()) && !history.view().contains(node.id())) {
                    store(node);
                }
            }
        } else if (nodes.stream().anyMatch(node -> attempts.contains(node.id()))) {
            hangsUp = true; // It is refused, or will be taken later: whoever comes back hears of it.
        }
    }

    @Override
    public List<String> edit(int nodes) {
        List<Node> written = write(nodes);
        if (!welcomed) {
            return List.of();
        }
        List<String> messages = new ArrayList<>(send(written));
        if (chance.percent(3)) {
            messages.addAll(send(written)); // A peer may say a thing twice.
        }
        return messages;
    }

    @Override
    public List<String> act(Act act) {
        return act instanceof Act.Edit(var nodes) ? edit(nodes) : acts.act(act);
    }

    /** Writes nodes that follow each other, and keeps them. */
    List<Node> write(int nodes) {
        List<Node> written = new ArrayList<>();
        for (int i = 0; i < nodes; i++) {
            long next = history.view().clock() + 1;
            long lamport = world.rich() && chance.percent(10) ? chance.between(1, next) : next;
            Node node = sign(Edits.draw(chance, world.rich()), history.view().heads(), lamport);
            store(node);
            unacknowledged.put(node.id(), node);
            written.add(node);
        }
        return written;
    }

    /** A node of this peer, not kept. */
    Node sign(List<Op> ops, List<NodeId> parents, long lamport) {
        return Nodes.sign(new Transaction(peer(), lamport, world.agenda().wallMs(), ops, parents), signer);
    }

    private void store(Node node) {
        history.append(node);
        index.add(node.id());
    }

    /** Packs of these nodes; each is to be acknowledged. */
    List<String> send(List<Node> nodes) {
        List<String> messages = new ArrayList<>();
        for (int from = 0; from < nodes.size(); from += PACK_NODES_MAX) {
            List<Node> pack = List.copyOf(nodes.subList(from, Math.min(nodes.size(), from + PACK_NODES_MAX)));
            if (world.rich() && chance.percent(20)) {
                pack = shuffled(pack);
            }
            inFlight.add(pack);
            messages.add(PeerMessages.pack(pack));
        }
        return messages;
    }

    /** Within a pack parents need not come first. */
    private List<Node> shuffled(List<Node> pack) {
        List<Node> left = new ArrayList<>(pack);
        List<Node> shuffled = new ArrayList<>();
        while (!left.isEmpty()) {
            shuffled.add(left.remove(chance.below(left.size())));
        }
        return shuffled;
    }

    /** A pack with a node that may be refused; it is this peer's own only if it is not. */
    List<String> attempt(Node node) {
        attempts.add(node.id());
        return send(List.of(node));
    }

    /** Wants what matches {@code some}, or everything if there are none. */
    List<String> follow(List<String> some) {
        patterns = some;
        filtered |= !some.isEmpty();
        dropped = some.isEmpty() && filtered;
        return welcomed ? List.of(subscribe()) : List.of();
    }

    @Override
    public List<String> tick() {
        if (!welcomed) {
            ticks = 0;
            return List.of();
        }
        List<String> messages = new ArrayList<>(acts.tick());
        if (dropped && patterns.isEmpty()) {
            dropped = false;
            messages.add(PeerMessages.request(history.view()));
        }
        if (!inFlight.isEmpty() || unacknowledged.isEmpty()) {
            ticks = 0;
        } else if (++ticks >= PATIENCE_TICKS) {
            ticks = 0;
            messages.addAll(send(List.copyOf(unacknowledged.values())));
        }
        return messages;
    }

    @Override
    public void disconnected() {
        disconnected(1006, "");
    }

    @Override
    public void disconnected(int code, String reason) {
        tokens.ended(reason);
        welcomed = false;
        inFlight.clear();
        hangsUp = false;
        dropped = filtered;
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
        return unacknowledged.size() + inFlight.size();
    }

    @Override
    public boolean hangsUp() {
        return hangsUp;
    }

    @Override
    public boolean filtered() {
        return filtered;
    }
}
