package dev.parley.core.history;

import java.util.ArrayList;
import java.util.List;

/** The binary form of a pack: a count, then the nodes (spec 01 §6). It decodes as a whole or not at all. */
public final class Packs {
    private Packs() {}

    /** Reads a pack; bytes after its last node are ignored. The nodes are in the order of the pack. */
    public static Decoded<List<Node>> decode(byte[] bytes) {
        return decode(bytes, Integer.MAX_VALUE);
    }

    /** Reads a pack of at most {@code nodesMax} nodes; one of more is broken. */
    public static Decoded<List<Node>> decode(byte[] bytes, int nodesMax) {
        PostcardReader reader = new PostcardReader(bytes);
        int count = reader.count(Nodes.NODE_BYTES_MIN);
        if (count > nodesMax) {
            reader.fail("more nodes than a pack may have");
        }
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count && reader.ok(); i++) {
            nodes.add(Nodes.read(bytes, reader));
        }
        return reader.ok() ? new Decoded.Whole<>(List.copyOf(nodes)) : reader.result(List.of());
    }

    /** The bytes of a pack with these nodes, in this order. */
    public static byte[] encode(List<Node> nodes) {
        int sizeBytes = 10;
        for (Node node : nodes) {
            sizeBytes = Math.addExact(sizeBytes, node.sizeBytes());
        }
        PostcardWriter writer = new PostcardWriter(sizeBytes).u64(nodes.size());
        for (Node node : nodes) {
            writer.raw(node.encoded());
        }
        return writer.toBytes();
    }
}
