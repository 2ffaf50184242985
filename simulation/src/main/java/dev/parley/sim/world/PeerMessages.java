package dev.parley.sim.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Decoded;
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
final class PeerMessages {
    private static final ObjectMapper JSON = new ObjectMapper();

    private PeerMessages() {}

    static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException broken) {
            throw new Violation("a message to a peer is not JSON: " + broken.getOriginalMessage());
        }
    }

    /** The nodes of a pack message. */
    static List<Node> nodes(String json) {
        return nodes(read(json));
    }

    static List<Node> nodes(JsonNode message) {
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

    static String hello(PeerId peer, List<NodeId> heads, Optional<Ibf> sketch) {
        String frontier = heads.stream().map(id -> "\"" + id.toHex() + "\"").collect(Collectors.joining(",", "[", "]"));
        String ibf = sketch.map(filter -> ",\"ibf\":\"" + Base64.getEncoder().encodeToString(filter.encode()) + "\"")
                .orElse("");
        return "{\"type\":\"hello\",\"pubkey\":\"" + peer.toHex() + "\",\"frontier\":" + frontier + ibf + "}";
    }

    static String pack(List<Node> nodes) {
        return "{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(Packs.encode(nodes)) + "\"}";
    }
}
