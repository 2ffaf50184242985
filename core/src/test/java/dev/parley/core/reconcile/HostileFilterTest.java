package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Histories.Room;
import dev.parley.core.reconcile.Summary.TheirSketch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Filters and ids made to hurt: what they cost is bounded, and the peer gets what it lacks all the same. */
class HostileFilterTest {
    private static final int ROOM_NODES = 150;
    private static final int KNOWN = 100;

    /** Both rules tried: at most 320 ids peeled each, 4 cells looked at for each, besides the 80 of the start. */
    private static final int STEPS_MAX = 2 * (Ibf.CELLS + 4 * 4 * Ibf.CELLS + 8 * Ibf.CELLS);

    private static final Room ROOM = Histories.random(1, ROOM_NODES, 1);

    @ParameterizedTest(name = "{0}")
    @MethodSource("filters")
    void aHostileFilterCostsLittleAndThePeerGetsWhatItsHeadsDoNotReach(String what, byte[] filter) {
        HistoryView room = ROOM.view();
        Summary theirs = new Summary(List.of(room.id(KNOWN - 1)), new TheirSketch.Present(filter), true);
        var comparison = new StandardReconciler.Comparison(room, theirs);

        Difference difference = comparison.with(ROOM.index());

        assertThat(comparison.steps()).isLessThanOrEqualTo(STEPS_MAX);
        assertThat(difference.weLack()).isEmpty();
        assertThat(Plan.of(difference.peerLacks(), room))
                .containsExactly(IntStream.range(KNOWN, ROOM_NODES).toArray());
    }

    static Stream<Arguments> filters() {
        Random random = new Random(7);
        SketchHashes stranger = SketchHashes.of(Golden.numbered(1));
        List<Arguments> rows = new ArrayList<>();
        rows.add(row("no bytes", new byte[0]));
        rows.add(row("all bits set", filled(3_000, 0xff)));
        rows.add(row("all bits set behind the right number of cells", cellsThen(filled(3_000, 0xff))));
        rows.add(
                row("the largest number of cells", new PostcardWriter().u64(-1L).toBytes()));
        rows.add(row("a filter cut short", Arrays.copyOf(filter(cell -> 0, cell -> new byte[36]), 2_000)));
        rows.add(row(
                "12 MB of cells",
                new PostcardWriter().u64(324_000).raw(new byte[12_000_000]).toBytes()));
        rows.add(row("zeros: what is sent is the room itself", filter(cell -> 0, cell -> new byte[36])));
        rows.add(row("the largest counts", filter(cell -> Integer.MAX_VALUE, cell -> new byte[36])));
        rows.add(row("the least counts", filter(cell -> Integer.MIN_VALUE, cell -> new byte[36])));
        rows.add(row("noise", filter(cell -> random.nextInt(3) - 1, cell -> noise(random))));
        // The room's own filter taken in, so that what is planted is what is left to peel.
        rows.add(planted("an id that is in every cell", cell -> List.of(stranger), 1));
        rows.add(planted("an id that is in every cell, as if the room had it", cell -> List.of(stranger), -1));
        rows.add(planted("another stranger in every cell", cell -> List.of(SketchHashes.of(Golden.numbered(cell))), 1));
        rows.add(planted(
                "strangers in half the cells, as if the room had them",
                cell -> cell % 2 == 0 ? List.of(SketchHashes.of(Golden.numbered(cell))) : List.of(),
                -1));
        rows.add(planted(
                "ids of the room in cells that are not theirs",
                cell -> List.of(SketchHashes.of(ROOM.view().id(cell))),
                1));
        rows.add(planted(
                "one id of the room, as if it lacked that", own(ROOM.view().id(KNOWN + 3)), 1));
        return rows.stream();
    }

    @Test
    void idsThatNobodyHasAreOnlyEverNamedToWhoClaimedThem() {
        HistoryView room = ROOM.view();
        List<NodeId> claimed = RandomIds.of(9, 20);
        Ibf filter = ROOM.index().wide().copy();
        claimed.forEach(filter::add);

        Difference difference = new StandardReconciler()
                .compare(room, ROOM.index(), new Summary(room.heads(), new TheirSketch.Present(filter.encode()), true));

        assertThat(difference.weLack()).containsExactlyInAnyOrderElementsOf(claimed);
        assertThat(difference.peerLacks()).isEqualTo(new PeerLacks.Nothing());
    }

    /** Any author can make ids by the million and publish those that are bad for us. */
    @Test
    void nodesGroundToShareTheirCellsMakeTheFilterUselessAndNothingElse() {
        Room room = Histories.random(1, 40, 1);
        int honest = room.view().count();
        List<NodeId> ground = ground(20_000).stream()
                .filter(node -> {
                    SketchHashes id = SketchHashes.of(node.id());
                    int cell = IndexRule.WIDE_64.cell(id.word0());
                    return cell == IndexRule.WIDE_64.cell(id.word1()) && cell == IndexRule.WIDE_64.cell(id.word2());
                })
                .limit(3)
                .map(room::append)
                .toList();
        assertThat(ground).isNotEmpty();
        HistoryView view = room.view();
        Ibf peer = new Ibf(IndexRule.WIDE_64);
        IntStream.range(0, honest).mapToObj(view::id).forEach(peer::add);
        List<NodeId> heads = List.of(view.id(honest - 1));
        var comparison = new StandardReconciler.Comparison(
                view, new Summary(heads, new TheirSketch.Present(peer.encode()), true));

        Difference difference = comparison.with(room.index());

        assertThat(comparison.steps()).isLessThanOrEqualTo(STEPS_MAX);
        assertThat(Plan.of(difference.peerLacks(), view))
                .contains(IntStream.range(honest, view.count()).toArray());
    }

    /** Twenty thousand tries give a few ids with five equal nibbles; a thousand times as many would give two or three more. */
    @Test
    void nodesGroundToShareAPrefixDeepenTheTreeByThatPrefixAndNoMore() {
        List<NodeId> ids = ground(20_000).stream().map(Node::id).toList();
        Map<String, List<NodeId>> byPrefix =
                ids.stream().collect(Collectors.groupingBy(id -> id.toHex().substring(0, 4)));
        List<NodeId> close = byPrefix.values().stream()
                .max(Comparator.comparingInt(List::size))
                .orElseThrow();
        assertThat(close).hasSizeGreaterThanOrEqualTo(3);
        Mst tree = new Mst();
        RandomIds.of(5, 1_000).forEach(tree::add);
        tree.root();
        long before = tree.hashesComputed();

        for (NodeId id : close) {
            tree.add(id);
            tree.root();
        }

        int depthMax = 4 + 2; // The prefix, and what chance adds below it.
        assertThat(tree.hashesComputed() - before).isLessThanOrEqualTo((long) close.size() * (2 * depthMax + 2));
        assertThat(tree.idsUnder(close.getFirst().toHex().substring(0, 4))).containsAll(close);
    }

    private static List<Node> ground(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Histories.node(3, 1, "ground " + i, List.of()))
                .toList();
    }

    /** The room's filter with these ids put into cells, theirs or not; {@code sign} 1: as if the peer had them. */
    private static Arguments planted(String what, IntFunction<List<SketchHashes>> ids, int sign) {
        Ibf room = ROOM.index().wide();
        byte[] encoded = room.encode();
        return row(
                what,
                filter(cell -> count(encoded, cell) + sign * ids.apply(cell).size(), cell -> {
                    byte[] sums = sums(encoded, cell);
                    for (SketchHashes id : ids.apply(cell)) {
                        for (int i = 0; i < 32; i++) {
                            sums[i] ^= id.bytes()[i];
                        }
                        for (int i = 0; i < 4; i++) {
                            sums[32 + i] ^= (byte) (id.checksum() >>> 24 - 8 * i);
                        }
                    }
                    return sums;
                }));
    }

    private static IntFunction<List<SketchHashes>> own(NodeId id) {
        SketchHashes hashes = SketchHashes.of(id);
        List<Integer> cells = List.of(
                IndexRule.WIDE_64.cell(hashes.word0()),
                IndexRule.WIDE_64.cell(hashes.word1()),
                IndexRule.WIDE_64.cell(hashes.word2()));
        return cell ->
                cells.stream().filter(own -> own == cell).map(own -> hashes).toList();
    }

    /** Where a cell's count stands in the binary form of a filter whose counts are below 64, each one byte then. */
    private static int cellAt(int cell) {
        return 1 + 37 * cell;
    }

    private static int count(byte[] encoded, int cell) {
        int zigzag = encoded[cellAt(cell)] & 0xff;
        assertThat(encoded).hasSize(cellAt(Ibf.CELLS));
        return zigzag >>> 1 ^ -(zigzag & 1);
    }

    private static byte[] sums(byte[] encoded, int cell) {
        return Arrays.copyOfRange(encoded, cellAt(cell) + 1, cellAt(cell) + 37);
    }

    private static byte[] filter(IntFunction<Integer> count, IntFunction<byte[]> sums) {
        PostcardWriter filter = new PostcardWriter().u64(Ibf.CELLS);
        for (int cell = 0; cell < Ibf.CELLS; cell++) {
            filter.i32(count.apply(cell)).raw(sums.apply(cell));
        }
        return filter.toBytes();
    }

    private static byte[] cellsThen(byte[] rest) {
        return new PostcardWriter().u64(Ibf.CELLS).raw(rest).toBytes();
    }

    private static byte[] filled(int size, int with) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[36];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Arguments row(String what, byte[] filter) {
        return Arguments.of(what, filter);
    }
}
