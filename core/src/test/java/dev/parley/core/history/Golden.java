package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** Reads the golden vectors of this package, and the readable form in which they name transactions. */
final class Golden {
    private Golden() {}

    static JsonNode file(String name) {
        try (InputStream in = Golden.class.getResourceAsStream("/vectors/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static byte[] hex(JsonNode text) {
        return HexFormat.of().parseHex(text.asText());
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static NodeId id(JsonNode text) {
        return NodeId.parse(text.asText()).orElseThrow();
    }

    static List<NodeId> ids(JsonNode texts) {
        List<NodeId> ids = new ArrayList<>();
        texts.forEach(text -> ids.add(id(text)));
        return ids;
    }

    static Node node(byte[] bytes) {
        return whole(Nodes.decode(bytes, 0, bytes.length));
    }

    static List<Node> pack(byte[] bytes) {
        return whole(Packs.decode(bytes));
    }

    static <T> T whole(Decoded<T> decoded) {
        assertThat(decoded).isInstanceOf(Decoded.Whole.class);
        return ((Decoded.Whole<T>) decoded).value();
    }

    static Candidate checked(Node node) {
        return new Candidate(node, Nodes.verdict(node, Ed25519.best()));
    }

    static List<Candidate> checked(List<Node> nodes) {
        return nodes.stream().map(Golden::checked).toList();
    }

    /** A transaction as 01-transactions.json writes it. */
    static Transaction transaction(JsonNode json) {
        List<Op> ops = new ArrayList<>();
        json.get("ops").forEach(op -> ops.add(op(op)));
        return new Transaction(
                PeerId.parse(json.get("author").asText()).orElseThrow(),
                u64(json.get("lamport")),
                u64(json.get("wall_ms")),
                ops,
                ids(json.get("parents")));
    }

    static long u64(JsonNode decimal) {
        return Long.parseUnsignedLong(decimal.asText());
    }

    private static Op op(JsonNode op) {
        String kind = op.get("op").asText();
        String key = (op.has("list_key") ? op.get("list_key") : op.get("key")).asText();
        return switch (kind) {
            case "map.set" -> new Op.MapSet(key, hex(op.get("value")));
            case "map.delete" -> new Op.MapDelete(key);
            case "map.set_blob" -> new Op.MapSetBlob(key, id(op.get("blob_hash")));
            case "list.insert" ->
                new Op.ListInsert(key, item(op), op.get("position").asText());
            case "list.delete" -> new Op.ListDelete(key, item(op));
            case "list.move" ->
                new Op.ListMove(key, item(op), op.get("position").asText());
            case "text.insert" ->
                new Op.TextInsert(
                        key,
                        op.get("after").isNull() ? Optional.empty() : Optional.of(opId(op.get("after"))),
                        op.get("ch").asText().codePointAt(0));
            case "text.delete" -> new Op.TextDelete(key, opId(op.get("target")));
            case "text.insert_range" ->
                new Op.TextInsertRange(
                        key, anchor(op.get("anchor")), op.get("text").asText());
            case "text.delete_range" -> new Op.TextDeleteRange(key, anchor(op.get("anchor")), u64(op.get("len_chars")));
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private static Anchor anchor(JsonNode anchor) {
        return switch (anchor.get("kind").asText()) {
            case "start" -> new Anchor.Start();
            case "end" -> new Anchor.End();
            case "after" -> new Anchor.After(opId(anchor.has("id") ? anchor.get("id") : anchor.get("op_id")));
            case "offset" -> new Anchor.Offset(u64(anchor.has("offset") ? anchor.get("offset") : anchor.get("chars")));
            default -> throw new IllegalArgumentException(anchor.toString());
        };
    }

    private static OpId opId(JsonNode id) {
        return new OpId(
                u64(id.get("lamport")), PeerId.parse(id.get("author").asText()).orElseThrow());
    }

    private static ItemId item(JsonNode op) {
        String digits = op.get("item_id").asText();
        return new ItemId(
                Long.parseUnsignedLong(digits.substring(0, 16), 16), Long.parseUnsignedLong(digits.substring(16), 16));
    }
}
