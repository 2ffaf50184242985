package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class MstDescentTest {
    @TestFactory
    List<DynamicTest> theWalkAsksAndFindsWhatTheVectorsSay() {
        return vectors((vector, ours, theirs) -> {
            JsonNode correct = vector.get("correct");
            List<List<String>> requests = new ArrayList<>();

            MstDescent end = walk(ours, theirs, requests);

            assertThat(requests).isEqualTo(lists(correct.get("requests")));
            assertThat(end.onlyOurs()).isEqualTo(Golden.ids(correct.get("mine")));
            assertThat(end.onlyTheirs()).isEqualTo(Golden.ids(correct.get("theirs")));
        });
    }

    @TestFactory
    List<DynamicTest> theStockWalkAsksAndFindsWhatTheVectorsSay() {
        return vectors((vector, ours, theirs) -> {
            JsonNode stock = vector.get("reference_client");
            StockDescent descent = new StockDescent(ours);

            descent.run(theirs);

            assertThat(descent.requests()).isEqualTo(lists(stock.get("requests")));
            assertThat(descent.mine()).isEqualTo(Golden.ids(stock.get("mine")));
            assertThat(descent.theirs()).isEqualTo(Golden.ids(stock.get("theirs")));
        });
    }

    @Property(tries = 200)
    void theWalkFindsTheWholeDifference(
            @ForAll @IntRange(max = 500) int shared,
            @ForAll @IntRange(max = 60) int ours,
            @ForAll @IntRange(max = 60) int theirs,
            @ForAll @IntRange(max = 1_000_000) int seed) {
        List<NodeId> common = RandomIds.of(seed, shared);
        List<NodeId> onlyOurs = RandomIds.of(seed + 1L, ours);
        List<NodeId> onlyTheirs = RandomIds.of(seed + 2L, theirs);
        List<List<String>> requests = new ArrayList<>();

        MstDescent end = walk(tree(common, onlyOurs), tree(common, onlyTheirs), requests);

        assertThat(end.onlyOurs()).containsExactlyInAnyOrderElementsOf(onlyOurs).isSorted();
        assertThat(end.onlyTheirs())
                .containsExactlyInAnyOrderElementsOf(onlyTheirs)
                .isSorted();
        assertThat(requests).hasSizeLessThan(12);
    }

    @Test
    void twinsToTheLastNibbleAreToldApart() {
        byte[] bytes = new byte[NodeId.SIZE_BYTES];
        NodeId zero = NodeId.of(bytes);
        bytes[31] = 1;
        NodeId one = NodeId.of(bytes);
        bytes[31] = 2;
        NodeId two = NodeId.of(bytes);
        List<List<String>> requests = new ArrayList<>();

        MstDescent end = walk(tree(List.of(zero, one), List.of()), tree(List.of(zero, two), List.of()), requests);

        assertThat(end.onlyOurs()).containsExactly(one);
        assertThat(end.onlyTheirs()).containsExactly(two);
        assertThat(requests).hasSize(65);
    }

    @Test
    void moreThanOneAskIsNeededForABroadDifferenceAndNoneIsTooLarge() {
        Mst theirs = tree(RandomIds.of(1, 30_000), List.of());
        List<List<String>> requests = new ArrayList<>();

        MstDescent end = walk(new Mst(), theirs, requests);

        assertThat(end.onlyTheirs()).hasSize(30_000);
        assertThat(requests).allSatisfy(paths -> assertThat(paths).hasSizeLessThanOrEqualTo(MstDescent.PATHS_MAX));
    }

    @Test
    void whateverIsAnsweredTheWalkEndsAtTheDepthOfAnId() {
        Mst ours = tree(RandomIds.of(1, 50), List.of());
        NodeId lie = Golden.numbered(1);
        MstDescent walk = MstDescent.begin();

        int rounds = 0;
        while (!walk.asks().isEmpty()) {
            walk = walk.answered(
                    ours,
                    walk.asks().stream()
                            .map(path -> new MstNode(
                                    path, lie, List.of(new MstNode.Child(3, lie)), List.of(Golden.numbered(2))))
                            .toList());
            rounds++;
        }

        assertThat(rounds).isEqualTo(65);
        assertThat(walk.onlyTheirs()).isEmpty();
    }

    private interface Check {
        void of(JsonNode vector, Mst ours, Mst theirs);
    }

    private static List<DynamicTest> vectors(Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : Golden.file("02-mst.json").get("descent")) {
            List<NodeId> shared = Golden.named("s", vector.get("shared").asInt());
            Mst ours = tree(shared, Golden.named("a", vector.get("own").asInt()));
            Mst theirs = tree(shared, Golden.named("b", vector.get("server").asInt()));
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> {
                assertThat(ours.root()).hasToString(vector.get("own_root").asText());
                assertThat(theirs.root()).hasToString(vector.get("server_root").asText());
                check.of(vector, ours, theirs);
            }));
        }
        return tests;
    }

    private static MstDescent walk(Mst ours, Mst theirs, List<List<String>> requests) {
        MstDescent walk = MstDescent.begin();
        while (!walk.asks().isEmpty()) {
            requests.add(walk.asks());
            walk = walk.answered(
                    ours,
                    walk.asks().stream()
                            .flatMap(path -> theirs.node(path).stream())
                            .toList());
        }
        return walk;
    }

    private static Mst tree(List<NodeId> shared, List<NodeId> more) {
        Mst tree = new Mst();
        shared.forEach(tree::add);
        more.forEach(tree::add);
        return tree;
    }

    private static List<List<String>> lists(JsonNode lists) {
        return IntStream.range(0, lists.size())
                .mapToObj(i -> Golden.texts(lists.get(i)))
                .toList();
    }
}
