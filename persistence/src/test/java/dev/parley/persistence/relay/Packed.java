package dev.parley.persistence.relay;

import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import java.util.Base64;
import java.util.List;

/** Reads back what a relay made for peers. */
final class Packed {
    private Packed() {}

    /** The nodes of a pack message. */
    static List<Node> nodes(String json) {
        int start = json.indexOf("\"nodes\":\"") + 9;
        byte[] pack = Base64.getDecoder().decode(json.substring(start, json.indexOf('"', start)));
        return nodes(pack);
    }

    static List<Node> nodes(byte[] pack) {
        return switch (Packs.decode(pack)) {
            case Decoded.Whole<List<Node>>(List<Node> nodes) -> nodes;
            case Decoded.Broken<List<Node>> broken -> throw new AssertionError(broken.toString());
        };
    }
}
