package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AcceptanceVectorsTest {
    private static final PeerId SERVER = Ed25519.signer(new byte[32]).peer();

    /** Scenarios in which our own rules give something else than the reference, and what. */
    private static final Map<String, String> OURS_DIFFER = Map.of(
            "unsigned (all-zero signature) passes in the reference", "refused: 8.5.1",
            "the ceiling is taken at the start of the pack", "all accepted: 8.5.3",
            "same id twice in a pack: the last copy counts, at the first position", "the bad copy is reported: 8.5.4",
            "same id twice in a pack, bad copy last", "the good copy is accepted: 8.5.4",
            "snapshot marker lifts the policy in the reference", "refused: 8.5.7");

    static Stream<JsonNode> scenarios() {
        return StreamSupport.stream(
                Golden.file("01-acceptance").get("scenarios").spliterator(), false);
    }

    static Stream<JsonNode> remoteChecks() {
        return StreamSupport.stream(
                Golden.file("reference-core").get("apply_remote_checks").spliterator(), false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void theReferenceRulesGiveTheVectorExactly(JsonNode scenario) {
        History history = new History();
        for (JsonNode step : scenario.get("steps")) {
            assertThat(differences(history, scenario, step, AcceptanceRules.reference(policy(scenario), SERVER)))
                    .as(step.path("note").asText())
                    .isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void ourRulesDifferWhereRecommendedAlone(JsonNode scenario) {
        History history = new History();
        AcceptanceRules ours = new AcceptanceRules(policy(scenario), SERVER, false, false, NodeLimits.DEFAULT);
        List<String> differences = new ArrayList<>();
        for (JsonNode step : scenario.get("steps")) {
            differences.addAll(differences(history, scenario, step, ours));
        }
        assertThat(!differences.isEmpty())
                .as(differences.toString())
                .isEqualTo(OURS_DIFFER.containsKey(scenario.get("name").asText()));
    }

    private static List<String> differences(History history, JsonNode scenario, JsonNode step, AcceptanceRules rules) {
        Overlay overlay = new Overlay(history.view());
        Acceptance.Outcome outcome = Acceptance.accept(
                overlay,
                Golden.checked(Golden.pack(Golden.hex(step.get("pack")))),
                rules,
                scenario.get("now_ms").asLong());
        NodeId root = overlay.root();
        List<NodeId> heads = overlay.heads();
        outcome.stored().forEach(history::append);
        HistoryView view = history.view();

        assertThat(view.root()).isEqualTo(root);
        assertThat(view.heads()).isEqualTo(heads);
        assertThat(view.clock()).isEqualTo(overlay.clock());
        assertThat(outcome.stored().size() + outcome.known() + outcome.refused())
                .isEqualTo(step.get("ids").size());
        List<String> differences = new ArrayList<>();
        compare(differences, outcome.stored().stream().map(Node::id).toList(), Golden.ids(step.get("accepted")));
        compare(differences, outcome.errors(), texts(step.get("errors")));
        compare(differences, heads, Golden.ids(step.get("heads")));
        compare(differences, root.toHex(), step.get("merkle_root").asText());
        compare(
                differences,
                Long.toUnsignedString(view.clock()),
                step.get("lamport").asText());
        compare(differences, view.count(), step.get("node_count").asInt());
        return differences;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("remoteChecks")
    void aSingleNodeIsJudgedAsTheReferenceJudgesIt(JsonNode row) {
        Node node = Golden.node(Golden.hex(row.get("node")));
        boolean checksWallClock =
                !row.get("now_ms").isNull() && !row.get("now_ms").asText().equals("null");
        long nowMs = checksWallClock ? row.get("now_ms").asLong() : Long.MAX_VALUE;
        PeerId worldOwner = PeerId.parse(row.get("name").asText().contains("policy") ? WORLD_OWNER : "00".repeat(32))
                .orElseThrow();
        WriteRule rule = (author, key) ->
                !row.get("name").asText().contains("policy") || !key.startsWith("world/") || author.equals(worldOwner);
        History history = new History();
        if (row.get("name").asText().equals("duplicate")) {
            history.append(node);
        }

        Acceptance.Outcome outcome = Acceptance.accept(
                new Overlay(history.view()),
                List.of(Golden.checked(node)),
                AcceptanceRules.reference(rule, SERVER),
                nowMs);

        assertThat(outcome.stored().size() == 1).isEqualTo(row.get("ok").asBoolean());
        if (!row.get("ok").asBoolean()) {
            assertThat(outcome.errors())
                    .isEqualTo(
                            switch (row.get("error").get("variant").asText()) {
                                case "DuplicateNode" -> List.of();
                                case "MissingParent" -> List.of("missing_parent: 1 node(s) unresolved");
                                default -> List.of(row.get("error").get("text").asText());
                            });
        }
    }

    /** The key of seed 32 × 01, which the policy of those vectors names. */
    private static final String WORLD_OWNER = Ed25519.signer(
                    java.util.HexFormat.of().parseHex("01".repeat(32)))
            .peer()
            .toHex();

    @Test
    void anEmptyPackChangesNothing() {
        Acceptance.Outcome outcome = Acceptance.accept(
                new Overlay(new History().view()),
                List.of(),
                AcceptanceRules.reference(WriteRule.EVERYBODY, SERVER),
                0);
        assertThat(outcome).isEqualTo(new Acceptance.Outcome(List.of(), 0, 0, List.of(), 0, List.of()));
    }

    /** The policies of these vectors have one rule, for {@code world/**}, and allow the rest. */
    private static WriteRule policy(JsonNode scenario) {
        if (!scenario.has("policy")) {
            return WriteRule.EVERYBODY;
        }
        JsonNode rule = scenario.get("policy").get("rules").get(0);
        assertThat(rule.get("path_glob").asText()).isEqualTo("world/**");
        List<String> writers = texts(rule.get("can_write"));
        return (author, key) -> !key.startsWith("world/") || writers.contains(author.toHex());
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static void compare(List<String> differences, Object is, Object wanted) {
        if (!is.equals(wanted)) {
            differences.add(is + " instead of " + wanted);
        }
    }
}
