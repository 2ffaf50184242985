package dev.parley.sim.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.Ibf;
import dev.parley.sim.check.Violation;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The protocol's JSON as a simulated peer reads and writes it, apart from the server's own codec. */
public final class PeerMessages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PeerMessages() {}

    public static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new Violation("a message to a peer is not JSON: " + broken.getOriginalMessage());
        }
    }

    /** The nodes of a pack message. */
    public static List<Node> nodes(String json) {
        return nodes(read(json));
    }

    public static List<Node> nodes(JsonNode message) {
        if (!message.path("type").asText().equals("pack")) {
            return List.of();
        }
        return switch (Packs.decode(
                Base64.getDecoder().decode(message.path("nodes").asText()))) {
            case Decoded.Whole<List<Node>>(var nodes) -> nodes;
            case Decoded.Broken<List<Node>>(var what, var offsetBytes) ->
                throw new Violation("a pack to a peer cannot be read: " + what);
        };
    }

    static List<NodeId> ids(JsonNode array) {
        List<NodeId> ids = new ArrayList<>();
        array.forEach(id -> NodeId.parse(id.asText()).ifPresent(ids::add));
        return ids;
    }

    /** {@code patterns}: none for everything; {@code token} is JSON. */
    static String hello(
            PeerId peer, List<NodeId> heads, Optional<Ibf> sketch, List<String> patterns, Optional<String> token) {
        String frontier = heads.stream().map(id -> "\"" + id.toHex() + "\"").collect(Collectors.joining(",", "[", "]"));
        String ibf = sketch.map(filter -> ",\"ibf\":\"" + Base64.getEncoder().encodeToString(filter.encode()) + "\"")
                .orElse("");
        String subscribe = patterns.isEmpty() ? "" : ",\"subscribe\":" + texts(patterns);
        return "{\"type\":\"hello\",\"pubkey\":\"" + peer.toHex() + "\",\"frontier\":" + frontier + ibf + subscribe
                + token.map(json -> ",\"token\":" + json).orElse("") + "}";
    }

    private static String texts(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').collect(Collectors.joining(",", "[", "]"));
    }

    static String subscribe(List<String> patterns) {
        return "{\"type\":\"subscribe\",\"patterns\":" + texts(patterns) + "}";
    }

    /** Asks for all but what this peer has. */
    static String request(HistoryView view) {
        List<String> known = new ArrayList<>();
        for (int number = 0; number < view.count(); number++) {
            known.add(view.id(number).toHex());
        }
        return "{\"type\":\"request\",\"known\":" + texts(known) + "}";
    }

    /** The node with another signature. */
    static Node broken(Node node) {
        byte[] pack = Packs.encode(List.of(node));
        pack[pack.length - 1] ^= 1;
        return switch (Packs.decode(pack)) {
            case Decoded.Whole<List<Node>>(var nodes) -> nodes.get(0);
            case Decoded.Broken<List<Node>>(var what, var offsetBytes) -> throw new IllegalStateException(what);
        };
    }

    static String pack(byte[] bytes) {
        return "{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}";
    }

    static String pack(List<Node> nodes) {
        return "{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(Packs.encode(nodes)) + "\"}";
    }
}
