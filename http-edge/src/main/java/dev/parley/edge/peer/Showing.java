package dev.parley.edge.peer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.core.id.Bytes;
import dev.parley.core.state.CanonicalHash;
import dev.parley.core.state.ListState;
import dev.parley.core.state.Projection;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a room holds, as lines for people or as JSON. */
final class Showing {
    private static final int LINE_CHARS = 200;
    /** ASCII only, so that no terminal's character set can spoil it. */
    private static final ObjectMapper JSON = new ObjectMapper(
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build());

    private Showing() {}

    /** The lines to print; empty when what was asked for is not there. */
    static Optional<List<String>> lines(Order.Show show, Projection state, boolean json) {
        return switch (show) {
            case Order.Get(var key) ->
                state.map().value(key).map(value -> List.of(json ? text(value(value)) : ValueText.shown(value)));
            case Order.ShowMap asked -> Optional.of(json ? List.of(text(map(state))) : mapLines(state, "", Set.of()));
            case Order.ShowList(var list) ->
                Optional.of(json ? List.of(text(list(state, list))) : listLines(state, list, ""));
            case Order.ShowText(var key) -> {
                String text = Canonical.text(state, key).text();
                yield Optional.of(
                        json
                                ? List.of(text(JsonNodeFactory.instance.textNode(text)))
                                : List.of(ValueText.harmless(text)));
            }
            case Order.ShowAll asked -> Optional.of(json ? List.of(text(all(state))) : allLines(state));
            case Order.State asked -> throw new IllegalArgumentException("the state is reported by StateReport");
            case Order.Who asked -> throw new IllegalArgumentException("who is here is no part of the state");
        };
    }

    private static List<String> mapLines(Projection state, String indent, Set<String> without) {
        List<String> lines = new ArrayList<>();
        CanonicalHash.withoutEncrypted(state.map().resolve()).forEach((key, value) -> {
            if (!without.contains(key)) {
                lines.add(indent + ValueText.line(key, LINE_CHARS) + " = " + ValueText.line(value, LINE_CHARS));
            }
        });
        return lines;
    }

    /** The map keys that hold the values of visible list items, which are shown with their lists. */
    private static Set<String> itemKeys(Projection state) {
        Set<String> keys = new HashSet<>();
        state.lists()
                .all()
                .forEach((list, items) -> items.forEach(item -> keys.add(Canonical.valueKey(list, item.id()))));
        return keys;
    }

    private static List<String> listLines(Projection state, String list, String indent) {
        List<String> lines = new ArrayList<>();
        var values = Canonical.values(state, list);
        for (ListState.Item item : state.lists().items(list)) {
            String value = values.apply(item.id())
                    .map(bytes -> ValueText.line(bytes, LINE_CHARS))
                    .orElse("(item " + item.id() + " without a value)");
            lines.add(indent + lines.size() + "  " + value);
        }
        return lines;
    }

    private static List<String> allLines(Projection state) {
        List<String> lines = new ArrayList<>();
        List<String> map = mapLines(state, "  ", itemKeys(state));
        if (!map.isEmpty()) {
            lines.add("map");
            lines.addAll(map);
        }
        state.lists().all().forEach((key, items) -> {
            lines.add("list " + ValueText.line(key, LINE_CHARS) + (items.isEmpty() ? " (empty)" : ""));
            lines.addAll(listLines(state, key, "  "));
        });
        for (String key : new TreeSet<>(state.textKeys())) {
            String text = Canonical.text(state, key).text();
            lines.add("text " + ValueText.line(key, LINE_CHARS) + (text.isEmpty() ? " (empty)" : ""));
            ValueText.harmless(text).lines().forEach(line -> lines.add("  " + line));
        }
        return lines.isEmpty() ? List.of("The room is empty.") : lines;
    }

    /** As {@link StateReport}, without hashes. */
    private static ObjectNode all(Projection state) {
        ObjectNode all = JSON.createObjectNode();
        all.set("map", map(state));
        ObjectNode texts = all.putObject("texts");
        new TreeSet<>(state.textKeys())
                .forEach(key -> texts.put(key, Canonical.text(state, key).text()));
        ObjectNode lists = all.putObject("lists");
        state.lists().all().keySet().forEach(key -> lists.set(key, list(state, key)));
        return all;
    }

    private static ObjectNode map(Projection state) {
        ObjectNode map = JSON.createObjectNode();
        CanonicalHash.withoutEncrypted(state.map().resolve()).forEach((key, value) -> map.set(key, value(value)));
        return map;
    }

    private static ArrayNode list(Projection state, String list) {
        ArrayNode array = JSON.createArrayNode();
        var values = Canonical.values(state, list);
        for (ListState.Item item : state.lists().items(list)) {
            ObjectNode each = array.addObject();
            each.put("item", item.id().toString()).put("position", item.position());
            values.apply(item.id()).ifPresent(value -> each.set("value", value(value)));
        }
        return array;
    }

    /** Text where it is UTF-8, else {@code {"hex":…}}. */
    static JsonNode value(byte[] value) {
        Optional<String> text = ValueText.utf8(value);
        return text.isPresent()
                ? JsonNodeFactory.instance.textNode(text.get())
                : JSON.createObjectNode().put("hex", Bytes.toHex(value));
    }

    /** One line of JSON in ASCII. */
    static String text(JsonNode value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
