package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.PostcardWriter;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Difference.Strategy;
import dev.parley.core.reconcile.Histories.Room;
import dev.parley.core.reconcile.Summary.TheirSketch;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardReconcilerTest {
    private static final Reconciler RECONCILER = new StandardReconciler();
    private static final TheirSketch ABSENT = new TheirSketch.Absent();
    private static final TheirSketch BAD = new TheirSketch.Bad();

    /** 150 nodes in a row, so that heads say all. */
    private final Room room = Histories.random(1, 150, 1);

    private final HistoryView view = room.view();
    private final NodeId unknown = Golden.numbered(1);

    @Test
    void aPeerThatNamesOurHeadsLacksNothing() {
        for (TheirSketch sketch : List.of(ABSENT, BAD, sketch(IndexRule.WIDE_64, ids(0, 150)))) {
            assertThat(compare(view.heads(), sketch)).isEqualTo(equal());
        }
        assertThat(compare(with(view.heads(), unknown), ABSENT)).isEqualTo(equal());
    }

    @Test
    void aFilterThatDecodesByThe64BitRuleSaysExactlyWhatEachSideLacks() {
        TheirSketch sketch = sketch(IndexRule.WIDE_64, with(ids(0, 140), unknown));

        Difference difference = compare(List.of(unknown), sketch);

        assertThat(difference)
                .isEqualTo(new Difference(
                        List.of(unknown), new PeerLacks.Exactly(sorted(ids(140, 150))), Strategy.IBF_64));
    }

    @Test
    void aFilterThatDecodesByThe32BitRuleSaysWhatThePeerLacksAndNothingIsAskedFor() {
        TheirSketch sketch = sketch(IndexRule.NARROW_32, with(ids(0, 140), unknown));

        Difference difference = compare(List.of(unknown), sketch);

        assertThat(difference)
                .isEqualTo(new Difference(List.of(), new PeerLacks.Exactly(sorted(ids(140, 150))), Strategy.IBF_32));
    }

    @Test
    void aPeerThatIsAheadLacksNothing() {
        TheirSketch sketch = sketch(IndexRule.WIDE_64, with(ids(0, 150), unknown));

        assertThat(compare(List.of(unknown), sketch))
                .isEqualTo(new Difference(List.of(unknown), new PeerLacks.Nothing(), Strategy.IBF_64));
    }

    @Test
    void aFilterIsBelievedBeforeHeadsThatContradictIt() {
        TheirSketch sketch = sketch(IndexRule.WIDE_64, ids(0, 140));

        assertThat(compare(view.heads(), sketch).peerLacks()).isEqualTo(new PeerLacks.Exactly(sorted(ids(140, 150))));
    }

    @Test
    void withoutAUsableFilterThePeerLacksAllThatItsKnownHeadsDoNotReach() {
        TheirSketch tooFar = sketch(IndexRule.WIDE_64, ids(0, 20));
        NodeId head = view.id(19);
        Difference expected = new Difference(List.of(), new PeerLacks.AllBut(List.of(head)), Strategy.HEADS);

        for (TheirSketch sketch : List.of(ABSENT, BAD, tooFar)) {
            assertThat(compare(with(List.of(head), unknown), sketch)).isEqualTo(expected);
        }
        assertThat(Plan.of(expected.peerLacks(), view))
                .containsExactly(IntStream.range(20, 150).toArray());
    }

    @Test
    void aPeerOfWhichNothingIsKnownLacksEverything() {
        Difference expected = new Difference(List.of(), new PeerLacks.Everything(), Strategy.FULL);

        for (TheirSketch sketch : List.of(ABSENT, BAD, sketch(IndexRule.NARROW_32, RandomIds.of(3, 90)))) {
            assertThat(compare(List.of(unknown), sketch)).isEqualTo(expected);
            assertThat(compare(List.of(), sketch)).isEqualTo(expected);
        }
    }

    @Test
    void aFilterThatWasNotNegotiatedIsIgnored() {
        TheirSketch sketch = sketch(IndexRule.WIDE_64, with(ids(0, 140), unknown));

        Difference difference =
                RECONCILER.compare(view, room.index(), new Summary(List.of(view.id(99)), sketch, false));

        assertThat(difference)
                .isEqualTo(new Difference(List.of(), new PeerLacks.AllBut(List.of(view.id(99))), Strategy.HEADS));
    }

    @Test
    void anEmptyRoomHasNothingToSendAndAsksForWhatTheFilterLists() {
        Room empty = Room.empty();
        TheirSketch sketch = sketch(IndexRule.WIDE_64, List.of(unknown));

        assertThat(RECONCILER.compare(empty.view(), empty.index(), new Summary(List.of(unknown), sketch, true)))
                .isEqualTo(new Difference(List.of(unknown), new PeerLacks.Nothing(), Strategy.IBF_64));
        assertThat(RECONCILER.compare(empty.view(), empty.index(), new Summary(List.of(unknown), ABSENT, true)))
                .isEqualTo(equal());
    }

    @Test
    void anEmptyPeerOfASmallRoomDecodesByEitherRule() {
        Room small = Histories.random(1, 15, 1);
        TheirSketch sketch = sketch(IndexRule.NARROW_32, List.of());

        Difference difference = RECONCILER.compare(small.view(), small.index(), new Summary(List.of(), sketch, true));

        assertThat(difference.strategy()).isEqualTo(Strategy.IBF_64);
        assertThat(Plan.of(difference.peerLacks(), small.view()))
                .containsExactly(IntStream.range(0, 15).toArray());
    }

    /** One id in 125 has the same cells by both rules: nothing tells such a filter of a browser from another. */
    @Test
    void aBrowsersFilterThatDecodesByThe64BitRuleIsTakenAsSuch() {
        NodeId alike = RandomIds.of(5, 5_000).stream()
                .filter(id -> filter(IndexRule.NARROW_32, List.of(id))
                        .minus(filter(IndexRule.WIDE_64, List.of(id)))
                        .decode()
                        .equals(new Peeled.Listed(List.of(), List.of())))
                .findFirst()
                .orElseThrow();
        Room empty = Room.empty();

        Difference difference = RECONCILER.compare(
                empty.view(),
                empty.index(),
                new Summary(List.of(alike), sketch(IndexRule.NARROW_32, List.of(alike)), true));

        assertThat(difference).isEqualTo(new Difference(List.of(alike), new PeerLacks.Nothing(), Strategy.IBF_64));
    }

    @Test
    void aFilterThatClaimsToLackWhatTheRoomDoesNotHaveIsNotBelieved() {
        // It takes an id out that was never in: the difference then lists that id as ours.
        Ibf honest = filter(IndexRule.WIDE_64, ids(0, 150));
        Ibf crafted = honest.minus(filter(IndexRule.WIDE_64, List.of(unknown)));

        assertThat(compare(List.of(view.id(9)), new TheirSketch.Present(crafted.encode()))
                        .strategy())
                .isEqualTo(Strategy.HEADS);
    }

    @Test
    void aFilterThatCountsARoomsNodeTwiceIsNotBelieved() {
        Ibf crafted = filter(IndexRule.WIDE_64, with(ids(0, 150), view.id(9)));

        assertThat(compare(List.of(view.id(9)), new TheirSketch.Present(crafted.encode()))
                        .strategy())
                .isEqualTo(Strategy.HEADS);
    }

    @Test
    void bytesThatAreNoFilterFallBackToHeads() {
        TheirSketch nonsense =
                new TheirSketch.Present(new PostcardWriter().u64(3).toBytes());

        assertThat(compare(List.of(view.id(9)), nonsense).strategy()).isEqualTo(Strategy.HEADS);
    }

    @Test
    void aDamagedFilterNeverHidesWhatThePeerLacks() {
        byte[] honest = filter(IndexRule.WIDE_64, ids(0, 140)).encode();
        for (int bit = 0; bit < 8 * honest.length; bit += 7) {
            byte[] damaged = honest.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);

            Difference difference = compare(List.of(view.id(139)), new TheirSketch.Present(damaged));

            assertThat(Plan.of(difference.peerLacks(), view))
                    .containsExactly(IntStream.range(140, 150).toArray());
            assertThat(difference.weLack()).isEmpty();
        }
    }

    @Property(tries = 250)
    void thePeerGetsAllThatItLacksAndTheRoomIsAskedForNoMoreThanItLacks(
            @ForAll @IntRange(min = 1, max = 120) int count,
            @ForAll @IntRange(min = 1, max = 20) int width,
            @ForAll @IntRange(max = 6) int picks,
            @ForAll @IntRange(max = 40) int offline,
            @ForAll @IntRange(max = 4) int sketchKind,
            @ForAll boolean negotiated,
            @ForAll @IntRange(max = 1_000_000) int seed) {
        Random random = new Random(seed);
        Room any = Histories.random(seed, count, width);
        HistoryView all = any.view();
        BitSet held = Histories.closed(
                all,
                IntStream.range(0, picks).mapToObj(i -> random.nextInt(count)).toList());
        List<NodeId> heldIds = held.stream().mapToObj(all::id).toList();
        List<Node> own = Histories.offline(Histories.heads(all, held), offline, seed);
        Set<NodeId> has = new HashSet<>(heldIds);
        own.forEach(node -> has.add(node.id()));
        List<NodeId> heads = own.isEmpty()
                ? Histories.heads(all, held)
                : List.of(own.getLast().id());
        TheirSketch sketch = switch (sketchKind) {
            case 0 -> ABSENT;
            case 1 -> BAD;
            case 2 -> sketch(IndexRule.WIDE_64, has);
            case 3 -> sketch(IndexRule.NARROW_32, has);
            default -> new TheirSketch.Present(randomFilter(random));
        };

        Difference difference = RECONCILER.compare(all, any.index(), new Summary(heads, sketch, negotiated));

        int[] plan = Plan.of(difference.peerLacks(), all);
        Set<NodeId> sent = new HashSet<>();
        for (int number : plan) {
            assertThat(sent.add(all.id(number))).isTrue();
            for (int k = 0; k < all.parentCount(number); k++) {
                NodeId parent = all.id(all.parent(number, k));
                assertThat(sent.contains(parent) || has.contains(parent)).isTrue();
            }
        }
        for (int number = 0; number < count; number++) {
            assertThat(sent.contains(all.id(number)) || has.contains(all.id(number)))
                    .isTrue();
        }
        assertThat(difference.weLack()).allMatch(id -> has.contains(id) && !all.contains(id));
        if (offline == 0) {
            assertThat(sent).noneMatch(has::contains);
        }
    }

    @ParameterizedTest(name = "{0} nodes")
    @ValueSource(ints = {1_000, 10_000, 50_000})
    void aHelloCostsWhatDiffersAndNotTheRoom(int count) {
        Room large = Histories.chain(count);
        HistoryView all = large.view();
        List<NodeId> lacked =
                IntStream.range(count - 10, count).mapToObj(all::id).toList();
        TheirSketch sketch = new TheirSketch.Present(
                large.index().wide().minus(filter(IndexRule.WIDE_64, lacked)).encode());
        List<NodeId> heads = List.of(all.id(count - 11));
        large.index().mst().root();
        long treeHashes = large.index().mst().hashesComputed();

        var bySketch = new StandardReconciler.Comparison(all, new Summary(heads, sketch, true));
        var byHeads = new StandardReconciler.Comparison(all, new Summary(heads, ABSENT, true));
        var equal = new StandardReconciler.Comparison(all, new Summary(all.heads(), ABSENT, true));

        assertThat(bySketch.with(large.index()).strategy()).isEqualTo(Strategy.IBF_64);
        assertThat(byHeads.with(large.index()).strategy()).isEqualTo(Strategy.HEADS);
        assertThat(equal.with(large.index()).strategy()).isEqualTo(Strategy.EQUAL);
        assertThat(bySketch.steps()).isLessThanOrEqualTo(80 + 4 * 10 + 10);
        assertThat(byHeads.steps()).isEqualTo(2);
        assertThat(equal.steps()).isEqualTo(1);
        assertThat(large.index().mst().hashesComputed()).isEqualTo(treeHashes);
    }

    private Difference compare(List<NodeId> heads, TheirSketch sketch) {
        return RECONCILER.compare(view, room.index(), new Summary(sorted(heads), sketch, true));
    }

    private static Difference equal() {
        return new Difference(List.of(), new PeerLacks.Nothing(), Strategy.EQUAL);
    }

    private List<NodeId> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(view::id).toList();
    }

    private static List<NodeId> sorted(List<NodeId> ids) {
        return ids.stream().sorted().toList();
    }

    private static List<NodeId> with(Collection<NodeId> ids, NodeId more) {
        return Stream.concat(ids.stream(), Stream.of(more)).toList();
    }

    private static Ibf filter(IndexRule rule, Collection<NodeId> ids) {
        Ibf filter = new Ibf(rule);
        ids.forEach(filter::add);
        return filter;
    }

    private static TheirSketch sketch(IndexRule rule, Collection<NodeId> ids) {
        return new TheirSketch.Present(filter(rule, ids).encode());
    }

    private static byte[] randomFilter(Random random) {
        byte[] bytes = new byte[1 + 37 * Ibf.CELLS];
        random.nextBytes(bytes);
        for (int cell = 0; cell < Ibf.CELLS; cell++) {
            bytes[1 + 37 * cell] &= 0x7F;
        }
        bytes[0] = Ibf.CELLS;
        return bytes;
    }
}
