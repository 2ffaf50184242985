package dev.parley.edge.peer;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes a peer's messages as JSON (spec 03 §2.2, §3, §5). */
final class PeerMessages {
    static final String SERVER_INFO = "{\"type\":\"server-info\"}";
    static final String PRESENCE_GET = "{\"type\":\"presence-get\"}";

    private PeerMessages() {}

    static String subscribe(List<String> patterns) {
        return "{\"type\":\"subscribe\",\"patterns\":" + texts(patterns) + "}";
    }

    /** Asks for every node of the room but these. */
    static String request(List<NodeId> known) {
        return "{\"type\":\"request\",\"known\":" + ids(known) + "}";
    }

    static String setRoomKey(String pubkey) {
        return "{\"type\":\"set-room-key\",\"pubkey\":" + quoted(pubkey) + "}";
    }

    /** {@code sketch} is the filter over all the peer's ids; {@code tokenJson} a JSON object. */
    static String hello(
            RoomId room,
            PeerId peer,
            List<NodeId> frontier,
            byte[] sketch,
            List<String> subscribe,
            Optional<String> tokenJson) {
        return "{\"type\":\"hello\",\"room\":" + quoted(room.value())
                + ",\"pubkey\":\"" + peer + "\""
                + ",\"frontier\":" + ids(frontier)
                + ",\"ibf\":\"" + Base64.getEncoder().encodeToString(sketch) + "\""
                + ",\"caps\":{\"supports_ibf\":true,\"supports_mst\":true}"
                + ",\"subscribe\":" + texts(subscribe)
                + tokenJson.map(token -> ",\"token\":" + token).orElse("")
                + "}";
    }

    /** A pack of nodes that are encoded one after the other in {@code body}. */
    static String pack(int nodes, PostcardWriter body) {
        PostcardWriter pack =
                new PostcardWriter(body.sizeBytes() + 5).u64(nodes).raw(body.toBytes());
        return "{\"type\":\"pack\",\"nodes\":\"" + Base64.getEncoder().encodeToString(pack.toBytes()) + "\"}";
    }

    static String mstRequest(List<String> paths) {
        return "{\"type\":\"mst-request\",\"paths\":" + texts(paths) + "}";
    }

    private static String ids(List<NodeId> ids) {
        return ids.stream().map(id -> "\"" + id + "\"").collect(Collectors.joining(",", "[", "]"));
    }

    private static String texts(List<String> texts) {
        return texts.stream().map(PeerMessages::quoted).collect(Collectors.joining(",", "[", "]"));
    }

    static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
    }
}
