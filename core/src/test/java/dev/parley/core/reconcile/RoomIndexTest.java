package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Packs;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class RoomIndexTest {
    private final List<NodeId> ids = RandomIds.of(1, 500);

    @TestFactory
    List<DynamicTest> theHistoriesOfTheReferenceHaveItsFilterAndRoot() {
        JsonNode reference = Golden.file("reference-core.json");
        List<DynamicTest> tests = new ArrayList<>();
        for (String part : List.of("histories", "random_histories")) {
            for (JsonNode history : reference.get(part)) {
                if (history.has("pack")
                        && history.has("ibf")
                        && history.get("ibf").isTextual()) {
                    tests.add(DynamicTest.dynamicTest(history.get("name").asText(), () -> {
                        RoomIndex index = index(nodes(history));
                        assertThat(index.wide().encode()).isEqualTo(Golden.bytes(history.get("ibf")));
                        assertThat(index.mst().root())
                                .hasToString(history.get("mst_root").asText());
                    }));
                }
            }
        }
        assertThat(tests).hasSizeGreaterThan(20);
        return tests;
    }

    @Test
    void anIdCountsOnce() {
        RoomIndex once = index(ids);
        RoomIndex twice = index(ids);
        ids.forEach(twice::add);

        assertThat(twice.wide()).isEqualTo(once.wide());
        assertThat(twice.narrow()).isEqualTo(once.narrow());
        assertThat(twice.mst().root()).isEqualTo(once.mst().root());
    }

    @Test
    void aRestoredIndexIsTheOneThatWasStored() {
        RoomIndex index = index(ids);

        Decoded<RoomIndex> restored =
                RoomIndex.restore(index.wide().encode(), index.narrow().encode(), ids);

        assertThat(restored).isInstanceOfSatisfying(Decoded.Whole.class, whole -> {
            RoomIndex again = (RoomIndex) whole.value();
            assertThat(again.wide()).isEqualTo(index.wide());
            assertThat(again.narrow()).isEqualTo(index.narrow());
            assertThat(again.mst().hashesComputed()).isZero();
            again.add(Golden.numbered(1));
            index.add(Golden.numbered(1));
            assertThat(again.narrow()).isEqualTo(index.narrow());
            assertThat(again.mst().root()).isEqualTo(index.mst().root());
        });
    }

    @Test
    void filtersThatDoNotBelongToTheIdsAreRefused() {
        RoomIndex index = index(ids);
        byte[] wide = index.wide().encode();
        byte[] narrow = index.narrow().encode();
        List<NodeId> fewer = ids.subList(0, 499);
        List<NodeId> another = new ArrayList<>(fewer);
        another.add(Golden.numbered(1));

        assertThat(RoomIndex.restore(wide, narrow, fewer)).isInstanceOf(Decoded.Broken.class);
        assertThat(RoomIndex.restore(wide, narrow, another)).isInstanceOf(Decoded.Broken.class);
        assertThat(RoomIndex.restore(wide, index(fewer).narrow().encode(), ids)).isInstanceOf(Decoded.Broken.class);
        assertThat(RoomIndex.restore(Arrays.copyOf(wide, 700), narrow, ids)).isInstanceOf(Decoded.Broken.class);
        assertThat(RoomIndex.restore(wide, new byte[0], ids)).isInstanceOf(Decoded.Broken.class);
    }

    private static RoomIndex index(List<NodeId> ids) {
        RoomIndex index = new RoomIndex();
        ids.forEach(index::add);
        return index;
    }

    private static List<NodeId> nodes(JsonNode history) {
        return switch (Packs.decode(Golden.bytes(history.get("pack")))) {
            case Decoded.Whole<List<Node>>(List<Node> pack) ->
                pack.stream().map(Node::id).toList();
            case Decoded.Broken<List<Node>> broken -> throw new AssertionError(broken);
        };
    }
}
