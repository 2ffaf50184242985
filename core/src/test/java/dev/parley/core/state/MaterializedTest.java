package dev.parley.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Blake3;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MaterializedTest {
    static Stream<JsonNode> cases() {
        return elements(StateVectors.read("05-materialized-state").get("cases"));
    }

    static Stream<JsonNode> histories() {
        return elements(StateVectors.read("reference-core").get("histories"));
    }

    static Stream<JsonNode> randomHistories() {
        return elements(StateVectors.read("reference-core").get("random_histories"))
                .filter(history -> history.has("pack"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithTheVectors(JsonNode vector) {
        List<Node> nodes = nodes(vector);
        JsonNode expect = vector.get("expect");

        Materialized state = Materialized.ofNodes(nodes);

        assertThat(StateVectors.hexMap(CanonicalHash.withoutEncrypted(state.map())))
                .isEqualTo(StateVectors.hexMap(expect.get("map_hex")));
        assertThat(state.hash()).hasToString(expect.get("canonical_hash").asText());
        assertThat(state.hash()).isEqualTo(Blake3.hash(StateVectors.bytes(expect.get("canonical_hash_input_hex"))));
        expect.path("list")
                .fieldNames()
                .forEachRemaining(key -> assertThat(lines(state.lists().get(key)))
                        .isEqualTo(elements(expect.get("list").get(key))
                                .map(MaterializedTest::line)
                                .toList()));
        assertThat(state.texts()).isEqualTo(texts(expect.path("text")));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void readsTextsAtAPointInThePast(JsonNode vector) {
        History history = history(nodes(vector));

        for (JsonNode row : vector.get("expect").path("text_at_lamport")) {
            Materialized then =
                    Materialized.upTo(history.view(), row.get("max_lamport").asLong());
            assertThat(then.texts().get("d"))
                    .as(row.toString())
                    .isEqualTo(row.get("text").asText());
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aProjectionShowsWhatAPeerShowsInThatArrivalOrder(JsonNode vector) {
        List<Node> nodes = nodes(vector);
        for (JsonNode row : vector.get("expect").path("live_projection_by_arrival_order")) {
            Projection projection = new Projection();
            row.get("order")
                    .forEach(index -> projection.apply(nodes.get(index.asInt()).transaction()));
            assertThat(projection.text("d").orElseThrow().text())
                    .isEqualTo(row.get("text").asText());
        }
    }

    @ParameterizedTest
    @MethodSource("histories")
    void agreesWithTheReferenceCore(JsonNode vector) {
        Materialized state = Materialized.ofNodes(StateVectors.pack(StateVectors.bytes(vector.get("pack"))));

        assertThat(StateVectors.hexMap(CanonicalHash.withoutEncrypted(state.map())))
                .isEqualTo(StateVectors.hexMap(vector.get("replay_map")));
        assertThat(state.hash()).hasToString(vector.get("canonical_hash").asText());
        JsonNode meta = vector.get("resolve_with_meta");
        assertThat(state.winners().keySet()).hasSize(meta.size());
        state.winners().forEach((key, winner) -> {
            JsonNode row = meta.get(key);
            assertThat(winner.priority().author()).hasToString(row.get("author").asText());
            assertThat(Long.toUnsignedString(winner.priority().lamport()))
                    .isEqualTo(row.get("lamport").asText());
            assertThat(winner.blob()).isEqualTo(row.get("is_blob").asBoolean());
            assertThat(winner.value().map(HexFormat.of()::formatHex))
                    .contains(row.get("value").asText());
        });
        JsonNode lists = vector.get("list");
        lists.fieldNames()
                .forEachRemaining(key -> assertThat(lines(state.lists().getOrDefault(key, List.of())))
                        .isEqualTo(elements(lists.get(key))
                                .map(MaterializedTest::line)
                                .toList()));
        vector.get("text")
                .fieldNames()
                .forEachRemaining(key -> assertThat(state.texts().get(key))
                        .isEqualTo(vector.get("text").get(key).get("canonical").asText()));
    }

    @ParameterizedTest
    @MethodSource("randomHistories")
    void agreesWithTheReferenceCoreOnRandomHistories(JsonNode vector) {
        List<Node> nodes = StateVectors.pack(StateVectors.bytes(vector.get("pack")));

        Materialized state = Materialized.ofNodes(nodes);

        assertThat(state.nodes()).isEqualTo(vector.get("count").asInt());
        assertThat(StateVectors.hexMap(CanonicalHash.withoutEncrypted(state.map())))
                .isEqualTo(StateVectors.hexMap(vector.get("map")));
        assertThat(state.hash()).hasToString(vector.get("canonical_hash").asText());
        vector.get("lists")
                .fieldNames()
                .forEachRemaining(key -> assertThat(lines(state.lists().getOrDefault(key, List.of())))
                        .isEqualTo(elements(vector.get("lists").get(key))
                                .map(MaterializedTest::line)
                                .toList()));
        assertThat(state.texts().getOrDefault("t", ""))
                .isEqualTo(vector.get("text_t_canonical").asText());
    }

    /** Parents come first in a history, but otherwise any arrival order is possible. */
    @Property(tries = 60)
    void anyArrivalOrderGivesOneState(@ForAll long seed) {
        Random random = new Random(seed);
        List<JsonNode> vectors = randomHistories().toList();
        List<Node> nodes = StateVectors.pack(
                StateVectors.bytes(vectors.get(random.nextInt(vectors.size())).get("pack")));
        Materialized inOrder = Materialized.of(history(nodes).view());

        List<Node> mixed = new ArrayList<>(nodes);
        Collections.shuffle(mixed, random);
        Materialized shuffled = Materialized.of(history(mixed).view());

        assertThat(shuffled.hash()).isEqualTo(inOrder.hash());
        assertThat(shuffled.snapshotHash()).isEqualTo(inOrder.snapshotHash());
        assertThat(shuffled.lists()).isEqualTo(inOrder.lists());
        assertThat(shuffled.texts()).isEqualTo(inOrder.texts());
        assertThat(shuffled.nodes()).isEqualTo(nodes.size());
    }

    @Test
    void hashesOfMapsAgreeWithTheVectors() {
        for (JsonNode vector : StateVectors.read("01-snapshot").get("canonical_hash")) {
            java.util.SortedMap<String, byte[]> map = new java.util.TreeMap<>();
            StateVectors.hexMap(vector.get("map"))
                    .forEach((key, hex) -> map.put(key, HexFormat.of().parseHex(hex)));
            assertThat(CanonicalHash.of(map)).hasToString(vector.get("hash").asText());
            assertThat(CanonicalHash.forSnapshot(map))
                    .hasToString(vector.get("hash").asText());
        }
    }

    /** Appends nodes in the given order, each as soon as its parents are there. */
    static History history(List<Node> nodes) {
        History history = new History();
        List<Node> pending = nodes;
        while (!pending.isEmpty()) {
            List<Node> left = new ArrayList<>();
            for (Node node : pending) {
                if (node.transaction().parents().stream().allMatch(history.view()::contains)) {
                    history.append(node);
                } else {
                    left.add(node);
                }
            }
            assertThat(left).as("orphans").hasSizeLessThan(pending.size());
            pending = left;
        }
        return history;
    }

    private static List<Node> nodes(JsonNode vector) {
        return elements(vector.get("nodes"))
                .flatMap(node -> {
                    String pack = "01" + node.get("id").asText()
                            + node.get("tx_postcard_hex").asText()
                            + node.get("signature_hex").asText();
                    return StateVectors.pack(HexFormat.of().parseHex(pack)).stream();
                })
                .toList();
    }

    private static Map<String, String> texts(JsonNode object) {
        return elements(object.fieldNames())
                .collect(Collectors.toMap(key -> key, key -> object.get(key).asText()));
    }

    private static List<String> lines(List<ListState.Item> items) {
        return items.stream().map(item -> item.id() + " " + item.position()).toList();
    }

    private static String line(JsonNode item) {
        return item.isArray()
                ? item.get(0).asText() + " " + item.get(1).asText()
                : item.get("item_id").asText() + " " + item.get("position").asText();
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return IntStream.range(0, array.size()).mapToObj(array::get);
    }

    private static <T> Stream<T> elements(java.util.Iterator<T> iterator) {
        Iterable<T> once = () -> iterator;
        return StreamSupport.stream(once.spliterator(), false);
    }
}
