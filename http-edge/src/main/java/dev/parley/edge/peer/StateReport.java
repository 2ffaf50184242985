package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.HistoryView;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.core.state.CanonicalHash;
import dev.parley.core.state.Materialized;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** A peer's state as JSON: {@code {room,nodes,root,mst_root,state_hash,map,texts,lists}}. */
final class StateReport {
    /** ASCII only, so that no terminal's character set can spoil it. */
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

    private StateReport() {}

    static String of(Replica replica) {
        return json(replica.room(), replica.view(), replica.mstRoot(), replica.state());
    }

    /** One line of JSON. Map values are text where they are UTF-8, else {@code {"hex":…}}. */
    static String json(RoomId room, HistoryView view, NodeId treeRoot, Materialized state) {
        ObjectNode report = JSON.createObjectNode();
        report.put("room", room.value());
        report.put("nodes", view.count());
        report.put("root", view.root().toHex());
        report.put("mst_root", treeRoot.toHex());
        report.put("state_hash", state.hash().toHex());
        ObjectNode map = report.putObject("map");
        CanonicalHash.withoutEncrypted(state.map()).forEach((key, value) -> put(map, key, value));
        ObjectNode texts = report.putObject("texts");
        state.texts().forEach(texts::put);
        ObjectNode lists = report.putObject("lists");
        state.lists().forEach((key, items) -> {
            ArrayNode list = lists.putArray(key);
            items.forEach(
                    item -> list.addObject().put("item", item.id().toString()).put("position", item.position()));
        });
        try {
            return JSON.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(ObjectNode map, String key, byte[] value) {
        try {
            map.put(
                    key,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(value))
                            .toString());
        } catch (CharacterCodingException e) {
            map.putObject(key).put("hex", Bytes.toHex(value));
        }
    }
}
