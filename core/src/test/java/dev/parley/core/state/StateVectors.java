package dev.parley.core.state;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The golden vectors of this package's chapters. */
final class StateVectors {
    private StateVectors() {}

    static JsonNode read(String name) {
        try (InputStream in = StateVectors.class.getResourceAsStream("/vectors/" + name + ".json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] bytes(JsonNode hex) {
        return HexFormat.of().parseHex(hex.asText());
    }

    static List<Node> pack(byte[] bytes) {
        return switch (Packs.decode(bytes)) {
            case Decoded.Whole<List<Node>>(var nodes) -> nodes;
            case Decoded.Broken<List<Node>>(var what, var at) -> throw new IllegalArgumentException(what + " at " + at);
        };
    }

    static SortedMap<String, String> hexMap(JsonNode object) {
        SortedMap<String, String> map = new TreeMap<>(MapState.KEY_ORDER);
        object.fieldNames()
                .forEachRemaining(name -> map.put(name, object.get(name).asText()));
        return map;
    }

    static SortedMap<String, String> hexMap(Map<String, byte[]> values) {
        SortedMap<String, String> map = new TreeMap<>(MapState.KEY_ORDER);
        values.forEach((key, value) -> map.put(key, HexFormat.of().formatHex(value)));
        return map;
    }
}
