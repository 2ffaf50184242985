package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A conversation with a stock client, at a time that the test keeps. */
final class StockTalk {
    static final RoomId ROOM = new RoomId("r");
    static final Signer OTHER = signer(9);

    final StockClient client;
    long nowMs = 1_700_000_000_000L;
    private final List<StockEffect> effects = new ArrayList<>();

    StockTalk(StockClient client) {
        this.client = client;
        effects.addAll(client.start(nowMs));
    }

    static StockTalk doc(DocSettings settings) {
        return new StockTalk(new DocClient(ROOM, signer(1), Ed25519.best(), settings));
    }

    static StockTalk npm() {
        return new StockTalk(new NpmClient(ROOM, signer(1), Ed25519.best(), Optional.empty()));
    }

    static Signer signer(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return Ed25519.signer(key);
    }

    /** What the client wants since it was asked last. */
    List<StockEffect> effects() {
        List<StockEffect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    /** Of these, what it sends, as "CAUSE type". */
    List<String> sends() {
        return messages(effects());
    }

    static List<String> messages(List<StockEffect> effects) {
        List<String> said = new ArrayList<>();
        for (StockEffect effect : effects) {
            if (effect instanceof StockEffect.Send(var json, var cause, var nodes)) {
                said.add(cause + " "
                        + StockJson.read(json).orElseThrow().path("type").asText());
            }
        }
        return said;
    }

    /** The first message of this type since it was asked last, and forgets the others. */
    JsonNode sent(String type) {
        return effects().stream()
                .filter(StockEffect.Send.class::isInstance)
                .map(effect ->
                        StockJson.read(((StockEffect.Send) effect).json()).orElseThrow())
                .filter(message -> message.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("it sent no " + type));
    }

    List<StockNews> news() {
        return effects().stream()
                .filter(StockEffect.Tell.class::isInstance)
                .map(effect -> ((StockEffect.Tell) effect).news())
                .toList();
    }

    StockTalk on(StockEvent event) {
        effects.addAll(client.on(event, nowMs));
        return this;
    }

    StockTalk opened() {
        return on(new StockEvent.Opened());
    }

    StockTalk closed(int code) {
        return on(new StockEvent.Closed(code, ""));
    }

    StockTalk heard(JsonNode message) {
        return on(new StockEvent.Heard(message.toString()));
    }

    /** Lets so many milliseconds pass, with every event that is due in them. */
    StockTalk passMs(long ms) {
        long until = nowMs + ms;
        while (client.dueMs() <= until) {
            nowMs = Math.max(nowMs, client.dueMs());
            on(new StockEvent.TimePassed());
        }
        nowMs = until;
        return this;
    }

    StockTalk set(String key, String value) {
        return on(new StockEvent.Edited(List.of(new Op.MapSet(key, value.getBytes(StandardCharsets.UTF_8))), 0));
    }

    /** A welcome of a room with these roots; the tree is not spoken of without one. */
    static ObjectNode welcome(NodeId root, Optional<NodeId> treeRoot, List<NodeId> frontier, List<NodeId> missing) {
        ObjectNode welcome = StockJson.message("welcome").put("root", root.toHex());
        welcome.set("frontier", StockJson.ids(frontier));
        welcome.set("missing", StockJson.ids(missing));
        welcome.putObject("caps").put("supports_mst", treeRoot.isPresent());
        welcome.putArray("peers");
        treeRoot.ifPresent(it -> welcome.put("mst_root", it.toHex()));
        return welcome;
    }

    static ObjectNode pack(List<Node> nodes) {
        return StockJson.message("pack").put("from", "server").put("nodes", StockJson.base64(nodes));
    }

    /** A chain of somebody else's nodes. */
    static List<Node> chain(int count) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<NodeId> parents = i == 0 ? List.of() : List.of(nodes.get(i - 1).id());
            nodes.add(node(i + 1, parents, "k" + i));
        }
        return nodes;
    }

    static Node node(long lamport, List<NodeId> parents, String key) {
        return Nodes.sign(
                new Transaction(OTHER.peer(), lamport, 0, List.of(new Op.MapSet(key, new byte[] {1})), parents), OTHER);
    }
}
