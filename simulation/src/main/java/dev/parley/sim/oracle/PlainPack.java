package dev.parley.sim.oracle;

import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Reads the packs that a room sends: every node of them must be one of the room's, byte for byte. */
public final class PlainPack {
    private static final String NODES = "\"nodes\":\"";

    private PlainPack() {}

    /** The nodes of a message as JSON; none if it is no pack. Errors: as {@link #nodes(byte[], PlainRoom)}. */
    public static List<PlainNode> nodes(String json, PlainRoom room) {
        int from = json.indexOf(NODES);
        if (from < 0 || !json.contains("\"type\":\"pack\"")) {
            return List.of();
        }
        int start = from + NODES.length();
        return nodes(Base64.getDecoder().decode(json.substring(start, json.indexOf('"', start))), room);
    }

    /** The nodes of a pack. Errors: throws what is wrong with the first that is not in the room. */
    public static List<PlainNode> nodes(byte[] pack, PlainRoom room) {
        PlainBytes in = new PlainBytes(pack);
        long count = in.number();
        List<PlainNode> nodes = new ArrayList<>();
        while (nodes.size() < count) {
            int start = in.at();
            NodeId id = NodeId.of(in.take(NodeId.SIZE_BYTES));
            Optional<PlainNode> node = room.node(id);
            if (node.isEmpty()) {
                throw new IllegalStateException("node " + id + " is sent, which is not in the journal");
            }
            if (!node.get().isAt(pack, start)) {
                throw new IllegalStateException("node " + id + " is sent with other bytes than the journal has");
            }
            in.take(node.get().sizeBytes() - NodeId.SIZE_BYTES);
            nodes.add(node.get());
        }
        if (in.at() != pack.length) {
            throw new IllegalStateException("a pack has " + (pack.length - in.at()) + " bytes too many");
        }
        return nodes;
    }
}
