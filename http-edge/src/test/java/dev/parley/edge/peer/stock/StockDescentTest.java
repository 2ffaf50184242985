package dev.parley.edge.peer.stock;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Blake3;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Golden;
import dev.parley.core.reconcile.Mst;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The stock descent asks and finds what the protocol's vectors say it does. */
class StockDescentTest {
    @TestFactory
    List<DynamicTest> asTheVectorsSay() {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : Golden.file("02-mst.json").get("descent")) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> walk(vector)));
        }
        return tests;
    }

    private static void walk(JsonNode vector) {
        Mst ours = tree(vector, "a", "own");
        Mst theirs = tree(vector, "b", "server");
        StockDescent descent = new StockDescent();
        List<List<String>> requests = new ArrayList<>();
        while (!descent.asks().isEmpty()) {
            requests.add(descent.asks());
            descent.answered(
                    descent.asks().stream()
                            .flatMap(path -> theirs.node(path).stream())
                            .toList(),
                    ours);
        }

        JsonNode expected = vector.get("reference_client");
        List<List<String>> asked = new ArrayList<>();
        expected.get("requests").forEach(paths -> asked.add(Golden.texts(paths)));
        assertThat(requests).isEqualTo(asked);
        assertThat(descent.mine()).containsExactlyElementsOf(Golden.ids(expected.get("mine")));
        assertThat(descent.theirs()).containsExactlyElementsOf(Golden.ids(expected.get("theirs")));
    }

    private static Mst tree(JsonNode vector, String own, String count) {
        Mst tree = new Mst();
        add(tree, "s", vector.get("shared").asInt());
        add(tree, own, vector.get(count).asInt());
        return tree;
    }

    private static void add(Mst tree, String name, int count) {
        for (int i = 0; i < count; i++) {
            NodeId id = Blake3.hash((name + "-" + i).getBytes(StandardCharsets.US_ASCII));
            tree.add(id);
        }
    }
}
