package dev.parley.core.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Histories.Room;
import dev.parley.core.reconcile.Summary.TheirSketch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.provider.MethodSource;

/** No filter, path or list of heads, crafted or broken, is more than refused or answered within its bounds. */
class SketchesFuzzTest {
    private static final Room ROOM = Histories.random(5, 60, 3);
    private static final Reconciler RECONCILER = new StandardReconciler();

    static Stream<byte[]> seeds() {
        Stream<byte[]> vectors = StreamSupport.stream(
                        Golden.file("02-ibf.json").get("build").spliterator(), false)
                .map(vector -> Golden.bytes(vector.get("bytes")));
        return Stream.of(
                        Corpus.of(SketchesFuzzTest.class, "sketches"),
                        vectors,
                        Stream.of(
                                ROOM.index().wide().encode(),
                                ROOM.index().narrow().encode()),
                        Corpus.random(4, 120))
                .flatMap(each -> each);
    }

    @MethodSource("seeds")
    @FuzzTest
    void sketches(byte[] bytes) {
        filter(bytes);
        tree(new InputRandom(bytes));
        honestPeer(new InputRandom(bytes));
    }

    private static void filter(byte[] bytes) {
        if (!(Ibf.decode(bytes) instanceof Decoded.Whole<Ibf>(Ibf filter))) {
            return;
        }
        byte[] canonical = filter.encode();
        assertThat(canonical.length).isLessThanOrEqualTo(bytes.length);
        assertThat(Ibf.decode(canonical)).isEqualTo(new Decoded.Whole<>(filter));
        for (Ibf ours : List.of(ROOM.index().wide(), ROOM.index().narrow(), new Ibf(IndexRule.WIDE_64))) {
            Ibf.Peeling peeling = ours.minus(filter).peel();
            assertThat(peeling.steps()).isLessThanOrEqualTo(Ibf.CELLS + 4 * 4 * Ibf.CELLS);
        }
        Difference difference = RECONCILER.compare(
                ROOM.view(), ROOM.index(), new Summary(List.of(), new TheirSketch.Present(bytes), true));
        assertThat(difference.weLack()).noneMatch(ROOM.view()::contains);
        assertThat(Plan.of(difference.peerLacks(), ROOM.view())).hasSizeLessThanOrEqualTo(60);
    }

    /** Ids that share long beginnings, and paths of any characters, against the rules without any state. */
    private static void tree(InputRandom input) {
        Mst tree = new Mst();
        TreeSet<NodeId> ids = new TreeSet<>();
        for (int count = input.nextInt(12); count > 0; count--) {
            byte[] id = new byte[NodeId.SIZE_BYTES];
            id[input.nextInt(NodeId.SIZE_BYTES)] = (byte) input.nextInt(256);
            id[input.nextInt(NodeId.SIZE_BYTES)] ^= (byte) input.nextInt(256);
            assertThat(tree.add(NodeId.of(id))).isEqualTo(ids.add(NodeId.of(id)));
            if (input.nextInt(4) == 0) {
                tree.freshen(input.nextInt(6));
            }
        }
        assertThat(tree.root()).isEqualTo(Roots.of(ids));
        String zeros = "0".repeat(input.nextInt(66));
        path(tree, ids, zeros + new String(input.bytes(input.nextInt(6)), StandardCharsets.ISO_8859_1));
        path(tree, ids, new String(input.bytes(200), StandardCharsets.UTF_8));
    }

    private static void path(Mst tree, Collection<NodeId> ids, String path) {
        List<NodeId> below = ids.stream()
                .filter(id -> id.toHex().startsWith(asciiLower(path)))
                .toList();
        Optional<MstNode> node = tree.node(path);
        node.ifPresent(found -> {
            assertThat(found.path()).isEqualTo(path);
            assertThat(below).isNotEmpty();
            assertThat(found.hash()).isEqualTo(tree.hashUnder(path).orElseThrow());
            assertThat(found.keys()).isEqualTo(below.size() == 1 ? below : List.of());
        });
        assertThat(tree.idsUnder(path)).isEqualTo(below);
        assertThat(below.size() < 2 || node.isPresent()).isTrue();
        for (NodeId id : ids) {
            assertThat(HexPath.begins(path, id)).isEqualTo(below.contains(id));
        }
    }

    private static String asciiLower(String path) {
        StringBuilder lower = new StringBuilder();
        path.chars().forEach(c -> lower.append(c >= 'A' && c <= 'F' ? (char) (c + 32) : (char) c));
        return lower.toString();
    }

    /** A peer that says the truth about any part of the room gets all that it lacks, by whatever it was compared. */
    private static void honestPeer(InputRandom input) {
        HistoryView view = ROOM.view();
        List<Integer> picked = new ArrayList<>();
        for (int count = input.nextInt(5); count > 0; count--) {
            picked.add(input.nextInt(view.count()));
        }
        BitSet held = Histories.closed(view, picked);
        Ibf sketch = new Ibf(input.nextBoolean() ? IndexRule.WIDE_64 : IndexRule.NARROW_32);
        held.stream().forEach(number -> sketch.add(view.id(number)));
        List<NodeId> offline = RandomIds.of(input.nextInt(8), input.nextInt(30));
        offline.forEach(sketch::add);
        TreeSet<NodeId> heads = new TreeSet<>(Histories.heads(view, held));
        if (!offline.isEmpty() && input.nextBoolean()) {
            heads.clear();
            heads.add(offline.getLast());
        }
        TheirSketch sent = switch (input.nextInt(3)) {
            case 0 -> new TheirSketch.Absent();
            case 1 -> new TheirSketch.Bad();
            default -> new TheirSketch.Present(sketch.encode());
        };

        Difference difference =
                RECONCILER.compare(view, ROOM.index(), new Summary(List.copyOf(heads), sent, input.nextBoolean()));

        BitSet after = (BitSet) held.clone();
        Arrays.stream(Plan.of(difference.peerLacks(), view)).forEach(after::set);
        assertThat(after.cardinality()).isEqualTo(view.count());
        assertThat(offline).containsAll(difference.weLack());
    }
}
