package dev.parley.edge.peer.stock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.history.Blake3;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import dev.parley.edge.peer.stock.StockEffect.Cause;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The blobs of a document client: all of them uploaded after every hello, those it lacks asked for (spec 03 §5.3). */
final class DocBlobs {
    private final Map<NodeId, byte[]> held = new TreeMap<>();
    private final Set<NodeId> lacking = new TreeSet<>();

    DocBlobs(List<byte[]> blobs) {
        blobs.forEach(blob -> held.put(Blake3.hash(blob), blob));
    }

    void uploadAll(List<StockEffect> out) {
        if (held.isEmpty()) {
            return;
        }
        ObjectNode upload = StockJson.message("blob-upload");
        ArrayNode blobs = upload.putArray("blobs");
        held.forEach((hash, data) -> blobs.addObject().put("hash", hash.toHex()).put("data", StockJson.base64(data)));
        out.add(new StockEffect.Send(upload.toString(), Cause.BLOB_UPLOAD, 0));
    }

    /** Looks for blobs that these nodes name. */
    void sees(List<Node> nodes) {
        for (Node node : nodes) {
            for (Op op : node.transaction().ops()) {
                if (op instanceof Op.MapSetBlob(var key, var blob) && !held.containsKey(blob)) {
                    lacking.add(blob);
                }
            }
        }
    }

    void askForLacking(List<StockEffect> out) {
        ask(lacking, out);
    }

    void offered(List<NodeId> hashes, List<StockEffect> out) {
        List<NodeId> wanted = new ArrayList<>(hashes);
        wanted.retainAll(lacking);
        ask(wanted, out);
    }

    private static void ask(Iterable<NodeId> hashes, List<StockEffect> out) {
        List<NodeId> wanted = new ArrayList<>();
        hashes.forEach(wanted::add);
        if (!wanted.isEmpty()) {
            ObjectNode request = StockJson.message("blob-request");
            request.set("hashes", StockJson.ids(wanted));
            out.add(new StockEffect.Send(request.toString(), Cause.BLOB_REQUEST, 0));
        }
    }

    /** Bytes that are not what their hash says are skipped. */
    void received(JsonNode message) {
        for (JsonNode blob : message.path("blobs")) {
            try {
                byte[] data = Base64.getDecoder().decode(blob.path("data").asText());
                NodeId hash = Blake3.hash(data);
                if (StockJson.id(blob, "hash").filter(hash::equals).isPresent()) {
                    held.put(hash, data);
                    lacking.remove(hash);
                }
            } catch (IllegalArgumentException notBase64) {
                continue;
            }
        }
    }
}
