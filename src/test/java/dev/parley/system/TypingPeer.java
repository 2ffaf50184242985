package dev.parley.system;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import dev.parley.system.WirePeer.Seen;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A peer that types on top of all it has seen and takes nothing on trust: each of its packs is answered once, in order
 * and in the expected words, each node of others comes once and after its parents, and nothing else is said.
 */
final class TypingPeer implements AutoCloseable {
    private static final int PACKS_IN_FLIGHT = 4;
    private static final int REFUSED_EVERY = 10;
    private static final int SMALL_BYTES = 20;

    // More than goes in one message between members, and more than is verified unasked.
    private static final int LARGE_BYTES = 300_000;
    private static final int MANY_NODES = 12;

    /** What has to come back next. */
    private sealed interface Awaited {
        record Ack(List<NodeId> nodes, int refused) implements Awaited {}

        record Error(String text) implements Awaited {}
    }

    private final String name;
    private final WirePeer wire;
    private final History history = new History();
    private final Deque<Awaited> awaited = new ArrayDeque<>();
    private final List<NodeId> acknowledged = new ArrayList<>();
    private final AtomicInteger acknowledgedPacks = new AtomicInteger();
    private int packs;
    private int refusals;

    private TypingPeer(String name, WirePeer wire) {
        this.name = name;
        this.wire = wire;
    }

    /** Joins a room and reads all that was written there before. */
    static TypingPeer join(URI room, String name, int seed, int nodesBefore) throws Exception {
        TypingPeer peer = new TypingPeer(name, WirePeer.join(room, seed));
        peer.readUntil(nodesBefore);
        return peer;
    }

    /** Reads the news of peers that joined after this one. */
    void seeJoining(int peers) throws InterruptedException {
        for (int i = 0; i < peers; i++) {
            wire.expect("peer-joined");
        }
    }

    /** Types until told that it is enough, then waits for what is unanswered. */
    void type(BooleanSupplier enough) throws Exception {
        while (!enough.getAsBoolean()) {
            if (awaited.size() < PACKS_IN_FLIGHT) {
                sendNext();
                readWhatIsThere();
            } else {
                take(wire.next());
            }
        }
        while (!awaited.isEmpty()) {
            take(wire.next());
        }
    }

    void readUntil(int nodes) throws InterruptedException {
        while (history.view().count() < nodes) {
            take(wire.next());
        }
    }

    /** Proves that nothing more was on its way. */
    void expectQuiet() throws Exception {
        wire.expectQuiet();
    }

    private void sendNext() throws Exception {
        packs++;
        if (packs % REFUSED_EVERY == REFUSED_EVERY / 2) {
            wire.send(WirePeer.message("pack").put("nodes", "AQ=="));
            awaited.add(new Awaited.Error("invalid pack: bad postcard"));
            refusals++;
        }
        List<Node> nodes = new ArrayList<>();
        int count = packs % REFUSED_EVERY == 3 ? MANY_NODES : 1 + packs % 3;
        for (int i = 0; i < count; i++) {
            nodes.add(write(packs % REFUSED_EVERY == 7 && i == 0 ? LARGE_BYTES : SMALL_BYTES));
        }
        if (packs % REFUSED_EVERY == 0) {
            sendWithAForgedOne(nodes);
        } else {
            wire.sendPack(nodes);
            awaited.add(new Awaited.Ack(ids(nodes), 0));
        }
    }

    private Node write(int sizeBytes) {
        HistoryView view = history.view();
        Op op = new Op.MapSet(name + view.count(), new byte[sizeBytes]);
        Node node = wire.node(view.clock() + 1, view.heads(), op);
        history.append(node);
        return node;
    }

    private void sendWithAForgedOne(List<Node> nodes) throws Exception {
        HistoryView view = history.view();
        Node signed = wire.node(view.clock() + 1, view.heads(), new Op.MapSet(name, new byte[] {1}));
        byte[] forged = signed.encoded().clone();
        forged[forged.length - 1] ^= 1;
        ByteArrayOutputStream pack = new ByteArrayOutputStream();
        pack.write(nodes.size() + 1);
        nodes.forEach(node -> pack.writeBytes(node.encoded()));
        pack.writeBytes(forged);
        wire.send(WirePeer.message("pack").put("nodes", Base64.getEncoder().encodeToString(pack.toByteArray())));
        awaited.add(new Awaited.Error("invalid ed25519 signature on node " + NodeId.of(forged, 0)));
        awaited.add(new Awaited.Ack(ids(nodes), 1));
        refusals++;
    }

    private void readWhatIsThere() {
        for (Seen seen = wire.nextIfThere(); seen != null; seen = wire.nextIfThere()) {
            take(seen);
        }
    }

    private void take(Seen seen) {
        if (!(seen instanceof Seen.Message(var json))) {
            throw new AssertionError(name + "'s session ended: " + seen);
        }
        switch (json.path("type").asText()) {
            case "pack" -> WirePeer.nodes(json).forEach(this::take);
            case "pack-ack" -> acknowledge(json);
            case "error" -> {
                if (!new Awaited.Error(json.path("msg").asText()).equals(awaited.poll())) {
                    throw new AssertionError(name + " did not expect " + json);
                }
            }
            default -> throw new AssertionError(name + " did not expect " + json);
        }
    }

    private void take(Node node) {
        HistoryView view = history.view();
        if (view.contains(node.id())) {
            throw new AssertionError(name + " got " + node.id() + " twice, or its own");
        }
        for (NodeId parent : node.transaction().parents()) {
            if (!view.contains(parent)) {
                throw new AssertionError(name + " got " + node.id() + " before its parent " + parent);
            }
        }
        history.append(node);
    }

    private void acknowledge(JsonNode json) {
        if (!(awaited.poll() instanceof Awaited.Ack(var nodes, var refused))
                || json.path("incoming_count").asInt() != nodes.size() + refused
                || json.path("accepted_count").asInt() != nodes.size()
                || json.path("rejected_count").asInt() != refused
                || json.path("parked_count").asInt() != 0) {
            throw new AssertionError(name + " did not expect " + json);
        }
        acknowledged.addAll(nodes);
        acknowledgedPacks.incrementAndGet();
    }

    /** May be asked from any thread. */
    int acknowledgedPacks() {
        return acknowledgedPacks.get();
    }

    /** The nodes it wrote that were acknowledged, in order. */
    List<NodeId> acknowledged() {
        return acknowledged;
    }

    /** How many times it was refused something, rightly. */
    int refusals() {
        return refusals;
    }

    HistoryView view() {
        return history.view();
    }

    private static List<NodeId> ids(List<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    @Override
    public void close() {
        wire.close();
    }
}
