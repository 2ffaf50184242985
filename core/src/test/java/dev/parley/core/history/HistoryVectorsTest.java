package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.id.Bytes;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HistoryVectorsTest {
    private static final PeerId SERVER = Ed25519.signer(new byte[32]).peer();

    static Stream<JsonNode> histories() {
        JsonNode core = Golden.file("reference-core");
        return Stream.concat(each(core.get("histories")), each(core.get("random_histories")))
                .filter(history -> history.has("pack"));
    }

    private static Stream<JsonNode> each(JsonNode table) {
        return StreamSupport.stream(table.spliterator(), false);
    }

    @Test
    void headsRootAndClockFollowEachNode() {
        History history = new History();
        for (JsonNode step : Golden.file("01-frontier").get("steps")) {
            if (!step.get("insert").isNull()) {
                Node node = Golden.node(Golden.hex(step.get("insert")));
                assertThat(node.id()).isEqualTo(Golden.id(step.get("id")));
                history.append(node);
            }
            HistoryView view = history.view();
            assertThat(view.heads()).isEqualTo(Golden.ids(step.get("heads")));
            assertThat(view.root()).isEqualTo(Golden.id(step.get("merkle_root")));
            assertThat(Long.toUnsignedString(view.clock()))
                    .isEqualTo(step.get("lamport").asText());
            PostcardWriter frontier = new PostcardWriter().u64(view.heads().size());
            view.heads().forEach(frontier::id);
            assertThat(Bytes.toHex(frontier.toBytes()))
                    .isEqualTo(step.get("frontier_bytes").asText());
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("histories")
    void aPackOfTheReferenceGrowsIntoItsGraph(JsonNode vector) {
        History history = new History();
        Acceptance.Outcome outcome = Acceptance.accept(
                new Overlay(history.view()),
                Golden.checked(Golden.pack(Golden.hex(vector.get("pack")))),
                new AcceptanceRules(WriteRule.EVERYBODY, SERVER, true, false, NodeLimits.DEFAULT),
                1_800_000_000_000L);
        outcome.stored().forEach(history::append);

        HistoryView view = history.view();

        assertThat(outcome.errors()).isEmpty();
        assertThat(view.root()).isEqualTo(Golden.id(vector.get("merkle_root")));
        assertThat(view.heads())
                .isEqualTo(Golden.ids(vector.has("heads") ? vector.get("heads") : vector.get("frontier_heads")));
        String clock = (vector.has("lamport") ? vector.get("lamport") : vector.get("lamport_after")).asText();
        // The reference prints its author's clock, which also counts the characters of its own last range.
        assertThat(Long.compareUnsigned(view.clock(), Long.parseUnsignedLong(clock)))
                .isLessThanOrEqualTo(0);
    }

    @Test
    void nodesComeBackAsTheyWereStored() {
        History history = new History();
        List<Node> nodes = new ArrayList<>();
        for (JsonNode vector : Golden.file("01-transactions").get("vectors")) {
            Node node = Golden.node(Golden.hex(vector.get("node_bytes")));
            if (node.transaction().parents().isEmpty() && !history.view().contains(node.id())) {
                history.append(node);
                nodes.add(node);
            }
        }

        HistoryView view = history.view();

        assertThat(view.count()).isEqualTo(nodes.size());
        for (int n = 0; n < nodes.size(); n++) {
            NodeId id = nodes.get(n).id();
            assertThat(view.id(n)).isEqualTo(id);
            assertThat(view.numberOf(id)).isEqualTo(n);
            assertThat(view.node(n)).isEqualTo(nodes.get(n));
            assertThat(view.lamport(n)).isEqualTo(nodes.get(n).transaction().lamport());
        }
        assertThat(view.bytes())
                .isEqualTo(nodes.stream().mapToLong(Node::sizeBytes).sum());
    }
}
