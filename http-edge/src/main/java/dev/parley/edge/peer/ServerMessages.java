package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.MstNode;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a server's JSON messages. Errors: {@link FromServer.Unreadable}, never an exception. */
final class ServerMessages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> ERROR_FIELDS =
            List.of("status", "reason_class", "command", "required_capability");

    private ServerMessages() {}

    static FromServer read(String text) {
        JsonNode message;
        try {
            message = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return new FromServer.Unreadable("not JSON: " + e.getOriginalMessage());
        }
        String type = message.path("type").asText("");
        return switch (type) {
            case "welcome" -> welcome(message);
            case "pack", "snapshot-pack" -> pack(message, type.equals("pack") ? "nodes" : "pack_b64");
            case "pack-ack" ->
                new FromServer.PackAck(
                        message.path("incoming_count").asInt(),
                        message.path("accepted_count").asInt(),
                        message.path("rejected_count").asInt(),
                        message.path("parked_count").asInt());
            case "mst-response" -> mstResponse(message);
            case "error" -> new FromServer.Failure(message.path("msg").asText(), errorFields(message));
            case "peer-joined" ->
                new FromServer.PeerJoined(
                        message.path("pubkey").asText(message.path("from").asText()),
                        message.path("peer_type").asText());
            case "peer-left" -> new FromServer.PeerLeft(message.path("from").asText());
            case "presence" -> presence(message, "from");
            case "presence-snapshot" -> {
                List<FromServer.Presence> entries = new ArrayList<>();
                message.path("entries").forEach(entry -> entries.add(presence(entry, "from_peer_pubkey")));
                yield new FromServer.PresenceSnapshot(entries);
            }
            case "presence-leave" ->
                new FromServer.PresenceLeft(
                        message.path("from").asText(),
                        message.path("session_id").asText(),
                        message.path("reason").asText());
            default -> new FromServer.Other(type, text);
        };
    }

    private static FromServer.Presence presence(JsonNode message, String sender) {
        JsonNode data = message.path("data");
        return new FromServer.Presence(
                message.path(sender).asText(),
                message.path("session_id").asText(),
                data.isMissingNode() ? "null" : data.toString());
    }

    private static Map<String, String> errorFields(JsonNode message) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String name : ERROR_FIELDS) {
            if (message.path(name).isTextual()) {
                fields.put(name, message.path(name).asText());
            }
        }
        return fields;
    }

    private static FromServer welcome(JsonNode message) {
        Optional<NodeId> root = NodeId.parse(message.path("root").textValue());
        if (root.isEmpty()) {
            return new FromServer.Unreadable("welcome without root");
        }
        List<String> peers = new ArrayList<>();
        message.path("peers").forEach(peer -> peers.add(peer.asText()));
        return new FromServer.Welcome(
                root.get(),
                ids(message.path("frontier")),
                ids(message.path("missing")),
                NodeId.parse(message.path("mst_root").textValue()),
                peers);
    }

    private static FromServer pack(JsonNode message, String field) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(message.path(field).asText());
        } catch (IllegalArgumentException e) {
            return new FromServer.Unreadable("pack with bad base64");
        }
        return switch (Packs.decode(bytes)) {
            case Decoded.Whole<List<Node>>(var nodes) ->
                new FromServer.Pack(message.path("from").asText("server"), nodes);
            case Decoded.Broken<List<Node>>(var what, var offset) ->
                new FromServer.Unreadable("pack broken at byte " + offset + ": " + what);
        };
    }

    private static FromServer mstResponse(JsonNode message) {
        List<MstNode> nodes = new ArrayList<>();
        for (JsonNode node : message.path("nodes")) {
            Optional<NodeId> hash = NodeId.parse(node.path("hash").textValue());
            if (hash.isEmpty()) {
                return new FromServer.Unreadable("mst-response without hash");
            }
            List<MstNode.Child> children = new ArrayList<>();
            for (int nibble = 0; nibble < 16; nibble++) {
                int of = nibble;
                NodeId.parse(node.path("children")
                                .path(Integer.toHexString(nibble))
                                .textValue())
                        .ifPresent(child -> children.add(new MstNode.Child(of, child)));
            }
            nodes.add(new MstNode(node.path("path").asText(), hash.get(), children, ids(node.path("keys"))));
        }
        return new FromServer.MstResponse(nodes);
    }

    private static List<NodeId> ids(JsonNode array) {
        List<NodeId> ids = new ArrayList<>(array.size());
        array.forEach(id -> NodeId.parse(id.textValue()).ifPresent(ids::add));
        return ids;
    }
}
