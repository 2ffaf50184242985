package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.MstNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The protocol's JSON as the stock clients write and read it (spec 03). */
final class StockJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StockJson() {}

    static ObjectNode message(String type) {
        return JSON.createObjectNode().put("type", type);
    }

    /** Empty when it is not JSON. */
    static Optional<JsonNode> read(String text) {
        try {
            return Optional.of(JSON.readTree(text));
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    static String base64(List<Node> nodes) {
        return base64(Packs.encode(nodes));
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static String pack(String base64) {
        return "{\"type\":\"pack\",\"nodes\":\"" + base64 + "\"}";
    }

    static ArrayNode ids(Collection<NodeId> ids) {
        ArrayNode array = JSON.createArrayNode();
        ids.forEach(id -> array.add(id.toHex()));
        return array;
    }

    static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.createArrayNode();
        texts.forEach(array::add);
        return array;
    }

    /** What of the list are ids; the others are skipped. */
    static List<NodeId> ids(JsonNode array) {
        List<NodeId> ids = new ArrayList<>(array.size());
        array.forEach(id -> NodeId.parse(id.textValue()).ifPresent(ids::add));
        return ids;
    }

    static Optional<NodeId> id(JsonNode message, String field) {
        return NodeId.parse(message.path(field).textValue());
    }

    /** The nodes of a pack message; empty when they cannot be read. */
    static Optional<List<Node>> nodes(JsonNode message) {
        try {
            byte[] bytes = Base64.getDecoder().decode(message.path("nodes").asText());
            return Packs.decode(bytes) instanceof Decoded.Whole<List<Node>>(var nodes)
                    ? Optional.of(nodes)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static List<MstNode> treeNodes(JsonNode message) {
        List<MstNode> nodes = new ArrayList<>();
        for (JsonNode node : message.path("nodes")) {
            List<MstNode.Child> children = new ArrayList<>();
            for (int nibble = 0; nibble < 16; nibble++) {
                int of = nibble;
                id(node.path("children"), Integer.toHexString(nibble))
                        .ifPresent(hash -> children.add(new MstNode.Child(of, hash)));
            }
            id(node, "hash")
                    .ifPresent(hash ->
                            nodes.add(new MstNode(node.path("path").asText(), hash, children, ids(node.path("keys")))));
        }
        return nodes;
    }
}
