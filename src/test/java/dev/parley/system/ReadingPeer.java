package dev.parley.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.system.WirePeer.Seen;
import java.net.URI;
import java.util.Base64;

/** A peer that keeps what it gets, insists on parents first, and can come back with what it has. */
final class ReadingPeer implements AutoCloseable {
    private final int seed;
    private final History history = new History();
    private WirePeer wire;
    private int acknowledgedPacks;

    ReadingPeer(int seed) {
        this.seed = seed;
    }

    /** Connects with its heads and a filter of all it has, and reads the welcome. */
    JsonNode join(URI room) throws Exception {
        wire = WirePeer.connect(room, seed);
        ObjectNode hello = wire.hello();
        HistoryView view = history.view();
        var frontier = hello.putArray("frontier");
        Ibf filter = new Ibf(IndexRule.WIDE_64);
        for (NodeId head : view.heads()) {
            frontier.add(head.toHex());
        }
        for (int number = 0; number < view.count(); number++) {
            filter.add(view.id(number));
        }
        hello.put("ibf", Base64.getEncoder().encodeToString(filter.encode()));
        wire.send(hello);
        return wire.expect("welcome");
    }

    WirePeer wire() {
        return wire;
    }

    HistoryView view() {
        return history.view();
    }

    int acknowledgedPacks() {
        return acknowledgedPacks;
    }

    /** Takes one message in. Errors: fails on an error, a close, or a node that comes before one of its parents. */
    void readOne() throws InterruptedException {
        Seen next = wire.next();
        if (!(next instanceof Seen.Message(var json))) {
            throw new AssertionError("the session ended: " + next);
        }
        switch (json.path("type").asText()) {
            case "pack" -> WirePeer.nodes(json).forEach(this::take);
            case "pack-ack" -> {
                if (json.path("rejected_count").asInt() != 0
                        || json.path("parked_count").asInt() != 0) {
                    throw new AssertionError("not taken whole: " + json);
                }
                acknowledgedPacks++;
            }
            case "peer-joined", "peer-left" -> {
                // Who is there does not matter here.
            }
            default -> throw new AssertionError("unexpected: " + json);
        }
    }

    /** Adds a node that it has or makes itself; a known one changes nothing. */
    void take(Node node) {
        HistoryView view = history.view();
        if (view.contains(node.id())) {
            return;
        }
        for (NodeId parent : node.transaction().parents()) {
            if (!view.contains(parent)) {
                throw new AssertionError(node.id() + " came before its parent " + parent);
            }
        }
        history.append(node);
    }

    void readUntil(int nodes) throws InterruptedException {
        while (history.view().count() < nodes) {
            readOne();
        }
    }

    @Override
    public void close() {
        if (wire != null) {
            wire.close();
        }
    }
}
