package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class IbfTest {
    private static final JsonNode VECTORS = Golden.file("02-ibf.json");
    private static final JsonNode REFERENCE = Golden.file("reference-core.json");

    @Test
    void anIdGoesToItsCellsByEitherRule() {
        for (JsonNode vector : VECTORS.get("cells")) {
            SketchHashes id =
                    SketchHashes.of(NodeId.parse(vector.get("id").asText()).orElseThrow());

            assertThat(cells(id, IndexRule.WIDE_64)).containsExactly(numbers(vector.get("indices")));
            assertThat(cells(id, IndexRule.NARROW_32)).containsExactly(numbers(vector.get("indices_32bit")));
            assertThat(id.checksum())
                    .isEqualTo((int) Long.parseLong(vector.get("checksum").asText(), 16));
        }
    }

    @Test
    void theFilterOfOneIdHasTheCellsOfTheReference() {
        HexFormat hex = HexFormat.of();
        for (JsonNode vector : REFERENCE.get("ibf_cells_of_single_ids")) {
            byte[] id = new byte[NodeId.SIZE_BYTES];
            Arrays.fill(id, (byte) vector.get("id_byte").asInt());
            byte[] encoded = filter(IndexRule.WIDE_64, List.of(NodeId.of(id))).encode();

            List<String> cells = new ArrayList<>();
            for (int cell = 0; cell < Ibf.CELLS; cell++) {
                int at = 1 + 37 * cell;
                if (encoded[at] != 0) {
                    cells.add("[%d,%d,\"%s\",\"%s\"]"
                            .formatted(
                                    cell,
                                    encoded[at] / 2,
                                    hex.formatHex(encoded, at + 1, at + 5),
                                    hex.formatHex(encoded, at + 33, at + 37)));
                }
            }

            assertThat(cells).hasToString(vector.get("cells").toString().replace("],[", "], ["));
        }
    }

    @TestFactory
    List<DynamicTest> aFilterHasTheBytesOfTheVectorsAndReadsBack() {
        return tests(VECTORS.get("build"), vector -> {
            Ibf filter = filter(rule(vector), Golden.ids(vector.get("ids")));

            assertThat(filter.encode()).isEqualTo(Golden.bytes(vector.get("bytes")));
            assertThat(Base64.getEncoder().encodeToString(filter.encode()))
                    .isEqualTo(vector.get("base64").asText());
            assertThat(filter.encode()).hasSize(vector.get("length").asInt());
            assertThat(read(filter.encode()).by(rule(vector))).isEqualTo(filter);
        });
    }

    @Test
    void aFilterHasTheBytesOfTheReference() {
        for (JsonNode vector : REFERENCE.get("ibf_encode")) {
            if (vector.get("ids").isArray()) {
                assertThat(filter(IndexRule.WIDE_64, Golden.ids(vector.get("ids")))
                                .encode())
                        .as(vector.get("name").asText())
                        .isEqualTo(Golden.bytes(vector.get("encoded")));
            }
        }
    }

    @TestFactory
    List<DynamicTest> aDifferenceIsListedAsInTheVectors() {
        return tests(VECTORS.get("diff"), vector -> {
            Ibf mine = filter(rule(vector), Golden.ids(vector.get("mine")));
            Ibf theirs = filter(rule(vector), Golden.ids(vector.get("theirs")));

            Ibf difference = mine.minus(theirs);

            assertThat(difference.encode()).isEqualTo(Golden.bytes(vector.get("diff_bytes")));
            assertThat(difference.decode())
                    .isEqualTo(
                            vector.get("decodes").asBoolean()
                                    ? listed(vector.get("only_mine"), vector.get("only_theirs"))
                                    : new Peeled.Stuck());
        });
    }

    @TestFactory
    List<DynamicTest> aDifferenceIsListedAsByTheReference() {
        return tests(REFERENCE.get("ibf_diff"), vector -> {
            if (!vector.get("mine_set").isArray() || !vector.get("their_set").isArray()) {
                return;
            }
            Ibf mine = filter(IndexRule.WIDE_64, Golden.ids(vector.get("mine_set")));
            Ibf theirs = filter(IndexRule.WIDE_64, Golden.ids(vector.get("their_set")));

            Ibf difference = mine.minus(theirs);

            if (vector.get("subtracted").isTextual()) {
                assertThat(difference.encode()).isEqualTo(Golden.bytes(vector.get("subtracted")));
            }
            assertThat(difference.decode())
                    .isEqualTo(
                            vector.get("decodes").asBoolean()
                                    ? listed(
                                            vector.get("only_mine_in_decode_order"),
                                            vector.get("only_theirs_in_decode_order"))
                                    : new Peeled.Stuck());
        });
    }

    @Test
    void filtersOfDifferentRulesDoNotDecode() {
        List<NodeId> ids = Golden.ids(VECTORS.get("mixed").get(0).get("ids"));

        Ibf difference = filter(IndexRule.WIDE_64, ids).minus(filter(IndexRule.NARROW_32, ids));

        assertThat(difference.decode()).isEqualTo(new Peeled.Stuck());
    }

    @Test
    void aFilterWithAnotherNumberOfCellsIsBroken() {
        assertThat(Ibf.decode(Golden.bytes(VECTORS.get("mixed").get(1).get("bytes"))))
                .isInstanceOf(Decoded.Broken.class);
        PostcardWriter long81 = new PostcardWriter().u64(81);
        for (int i = 0; i < 81; i++) {
            long81.raw(new byte[37]);
        }
        assertThat(Ibf.decode(long81.toBytes())).isInstanceOf(Decoded.Broken.class);
    }

    @Test
    void asManyFiltersDecodeAsInTheReference() {
        for (JsonNode row : REFERENCE.get("ibf_decode_rate").get("rows")) {
            int decoded = 0;
            for (int trial = 0; trial < row.get("trials").asInt(); trial++) {
                Ibf filter = new Ibf(IndexRule.WIDE_64);
                for (int i = 0; i < row.get("diff").asInt(); i++) {
                    filter.add(Golden.numbered(trial * 1000 + i));
                }
                decoded += filter.decode() instanceof Peeled.Listed ? 1 : 0;
            }
            assertThat(decoded)
                    .as("%s ids", row.get("diff"))
                    .isEqualTo(row.get("decoded").asInt());
        }
    }

    @Property(tries = 200)
    void whatDecodesIsTheDifferenceOfTheSets(
            @ForAll IndexRule rule,
            @ForAll @IntRange(max = 300) int shared,
            @ForAll @IntRange(max = 40) int ours,
            @ForAll @IntRange(max = 40) int theirs,
            @ForAll @IntRange(max = 1_000_000) int seed) {
        Ibf left = new Ibf(rule);
        Ibf right = new Ibf(rule);
        List<NodeId> onlyOurs = RandomIds.of(seed, ours);
        List<NodeId> onlyTheirs = RandomIds.of(seed + 1L, theirs);
        RandomIds.of(seed + 2L, shared).forEach(id -> {
            left.add(id);
            right.add(id);
        });
        onlyOurs.forEach(left::add);
        onlyTheirs.forEach(right::add);

        Peeled peeled = left.minus(right).decode();

        switch (peeled) {
            case Peeled.Listed(var mine, var others) -> {
                assertThat(mine).isSorted().containsExactlyInAnyOrderElementsOf(onlyOurs);
                assertThat(others).isSorted().containsExactlyInAnyOrderElementsOf(onlyTheirs);
            }
            case Peeled.Stuck stuck -> assertThat(ours + theirs).isPositive();
        }
    }

    @Test
    void everyTruncationIsBrokenAndEveryFlippedBitIsAValueThatCanBePeeled() {
        byte[] whole = filter(IndexRule.WIDE_64, RandomIds.of(7, 20)).encode();
        for (int length = 0; length < whole.length; length++) {
            assertThat(Ibf.decode(Arrays.copyOf(whole, length))).isInstanceOf(Decoded.Broken.class);
        }
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] flipped = whole.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (Ibf.decode(flipped) instanceof Decoded.Whole<Ibf>(Ibf filter) && bit % 7 == 0) {
                assertThat(filter.decode()).isNotNull();
            }
        }
    }

    @Test
    void aCraftedFilterThatPeelsForEverIsStuck() {
        // A pure cell for an id that belongs elsewhere: each peel leaves it pure.
        SketchHashes id = SketchHashes.of(Golden.numbered(1));
        Set<Integer> cells = Set.copyOf(boxed(cells(id, IndexRule.WIDE_64)));
        PostcardWriter crafted = new PostcardWriter().u64(Ibf.CELLS);
        boolean planted = false;
        for (int cell = 0; cell < Ibf.CELLS; cell++) {
            boolean here = !planted && !cells.contains(cell);
            planted |= here;
            byte[] checksum = new byte[4];
            for (int i = 0; i < 4 && here; i++) {
                checksum[i] = (byte) (id.checksum() >>> (24 - 8 * i));
            }
            crafted.i32(here ? 1 : 0).raw(here ? id.bytes() : new byte[32]).raw(checksum);
        }

        assertThat(read(crafted.toBytes()).decode()).isEqualTo(new Peeled.Stuck());
    }

    @Test
    void countsWrapAsTheyDoOnTheWire() {
        PostcardWriter lowest = new PostcardWriter().u64(Ibf.CELLS);
        for (int cell = 0; cell < Ibf.CELLS; cell++) {
            lowest.i32(Integer.MIN_VALUE).raw(new byte[36]);
        }
        Ibf theirs = read(lowest.toBytes());

        Ibf difference = new Ibf(IndexRule.WIDE_64).minus(theirs);

        assertThat(difference).isEqualTo(theirs);
        assertThat(difference.decode()).isEqualTo(new Peeled.Stuck());
    }

    private static Peeled.Listed listed(JsonNode ours, JsonNode theirs) {
        return new Peeled.Listed(
                Golden.ids(ours).stream().sorted().toList(),
                Golden.ids(theirs).stream().sorted().toList());
    }

    private static IndexRule rule(JsonNode vector) {
        return vector.get("index_width").asInt() == 64 ? IndexRule.WIDE_64 : IndexRule.NARROW_32;
    }

    private static Ibf filter(IndexRule rule, Collection<NodeId> ids) {
        Ibf filter = new Ibf(rule);
        ids.forEach(filter::add);
        return filter;
    }

    private static Ibf read(byte[] bytes) {
        return ((Decoded.Whole<Ibf>) Ibf.decode(bytes)).value();
    }

    private static int[] cells(SketchHashes id, IndexRule rule) {
        return new int[] {rule.cell(id.word0()), rule.cell(id.word1()), rule.cell(id.word2())};
    }

    private static List<Integer> boxed(int[] numbers) {
        return Arrays.stream(numbers).distinct().boxed().toList();
    }

    private static int[] numbers(JsonNode list) {
        int[] numbers = new int[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = list.get(i).asInt();
        }
        return numbers;
    }

    private interface Check {
        void of(JsonNode vector);
    }

    private static List<DynamicTest> tests(JsonNode vectors, Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode vector : vectors) {
            tests.add(DynamicTest.dynamicTest(vector.get("name").asText(), () -> check.of(vector)));
        }
        return tests;
    }
}
