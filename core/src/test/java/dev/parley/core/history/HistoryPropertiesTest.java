package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HistoryPropertiesTest {
    @Property(tries = 100)
    void anyOrderWithParentsFirstGivesOneRoot(@ForAll long seed, @ForAll @IntRange(max = 80) int count) {
        Random random = new Random(seed);
        List<Node> nodes = Graphs.random(random, count);

        HistoryView ours = Graphs.history(nodes).view();
        HistoryView theirs = Graphs.history(Graphs.shuffled(nodes, random)).view();

        assertThat(ours.heads()).isEqualTo(theirs.heads()).isEqualTo(naiveHeads(nodes));
        assertThat(ours.root()).isEqualTo(theirs.root());
        assertThat(ours.clock()).isEqualTo(theirs.clock());
        assertThat(ours.bytes()).isEqualTo(theirs.bytes());
    }

    @Property(tries = 50)
    void anOldViewIsUnaffectedByWhatComesLater(@ForAll long seed, @ForAll @IntRange(min = 1, max = 120) int count) {
        Random random = new Random(seed);
        List<Node> nodes = Graphs.random(random, count);
        History history = new History();
        List<HistoryView> views = new ArrayList<>();
        views.add(history.view());
        for (Node node : nodes) {
            history.append(node);
            views.add(history.view());
            if (random.nextInt(4) == 0) {
                // Some views compute their heads at once, so that later ones build on them.
                views.getLast().heads();
            }
        }
        for (int at = 0; at <= count; at++) {
            assertHolds(views.get(at), nodes.subList(0, at), nodes);
            assertHolds(views.get(at + random.nextInt(count + 1 - at)).first(at), nodes.subList(0, at), nodes);
        }
    }

    private static void assertHolds(HistoryView view, List<Node> inside, List<Node> all) {
        assertThat(view.count()).isEqualTo(inside.size());
        assertThat(view.heads()).isEqualTo(naiveHeads(inside));
        assertThat(view.root()).isEqualTo(Heads.rootOver(naiveHeads(inside)));
        assertThat(view.bytes())
                .isEqualTo(inside.stream().mapToLong(Node::sizeBytes).sum());
        assertThat(view.clock())
                .isEqualTo(inside.stream()
                        .mapToLong(n -> n.transaction().lamport())
                        .max()
                        .orElse(0));
        for (int n = 0; n < all.size(); n++) {
            NodeId id = all.get(n).id();
            assertThat(view.numberOf(id)).isEqualTo(n < inside.size() ? n : -1);
            if (n < inside.size()) {
                assertThat(view.id(n)).isEqualTo(id);
                assertThat(view.encoded(n)).isEqualTo(all.get(n).encoded());
                List<NodeId> parents = all.get(n).transaction().parents();
                assertThat(view.parentCount(n)).isEqualTo(parents.size());
                for (int k = 0; k < parents.size(); k++) {
                    assertThat(view.id(view.parent(n, k))).isEqualTo(parents.get(k));
                }
            } else {
                int outside = n;
                assertThatThrownBy(() -> view.id(outside)).isInstanceOf(IndexOutOfBoundsException.class);
            }
        }
    }

    @Test
    void aReaderOnAnotherThreadSeesItsOwnCountWhileTheWriterGoesOn() throws Exception {
        List<Node> nodes = Graphs.random(new Random(7), 20_000);
        History history = new History();
        nodes.subList(0, 6_000).forEach(history::append);
        HistoryView view = history.view();
        List<NodeId> wanted = naiveHeads(nodes.subList(0, 6_000));

        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int misread = 0;
            for (int round = 0; round < 20; round++) {
                HistoryView again = view.first(5_999 - round);
                for (int n = 0; n < nodes.size(); n += 7) {
                    misread += view.numberOf(nodes.get(n).id()) == (n < 6_000 ? n : -1) ? 0 : 1;
                    misread += again.contains(nodes.get(n).id()) == n < again.count() ? 0 : 1;
                }
                misread += again.heads().equals(naiveHeads(nodes.subList(0, again.count()))) ? 0 : 1;
            }
            return misread + (view.heads().equals(wanted) ? 0 : 1);
        });
        nodes.subList(6_000, nodes.size()).forEach(history::append);

        assertThat(reader.get()).isZero();
        assertThat(history.view().count()).isEqualTo(nodes.size());
    }

    @Test
    void whatCannotBeAppendedLeavesTheHistoryAsItWas() {
        List<Node> nodes = Graphs.chain(3);
        History history = Graphs.history(nodes.subList(0, 1));
        assertThatThrownBy(() -> history.append(nodes.get(0))).hasMessageContaining("stored already");
        assertThatThrownBy(() -> history.append(nodes.get(2))).hasMessageContaining("parent not stored");
        assertThat(history.view().count()).isEqualTo(1);
        assertThat(history.append(nodes.get(1))).isEqualTo(1);
    }

    @Test
    void aNodeLargerThanAChunkIsStoredWhole() {
        History history = new History();
        byte[] value = new byte[3 << 20];
        new Random(3).nextBytes(value);
        Transaction transaction =
                new Transaction(PeerId.of(new byte[32]), 1, 0, List.of(new Op.MapSet("k", value)), List.of());
        Node large = Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[Node.SIGNATURE_BYTES]);
        history.append(Graphs.node(1, 1, List.of()));
        history.append(large);
        history.append(Graphs.node(2, 1, List.of(large.id())));
        assertThat(history.view().node(1)).isEqualTo(large);
        assertThat(history.view().node(2).transaction().parents()).containsExactly(large.id());
    }

    @Test
    void aNodeCostsItsBytesAndSomeFiftyMore() {
        List<Node> nodes = Graphs.chain(20_000);
        for (int size : new int[] {1, 100, 5_000, 20_000}) {
            History history = Graphs.history(nodes.subList(0, size));
            assertThat(history.overheadBytes()).isLessThan(3_000L + 100L * size);
        }
    }

    @Test
    void nodesOfAnySizeWasteLittle() {
        for (int valueBytes : new int[] {0, 200, 600, 5_000, 40_000, 140_000}) {
            History history = new History();
            for (int i = 0; i < 200; i++) {
                byte[] value = new byte[valueBytes];
                Transaction transaction =
                        new Transaction(PeerId.of(new byte[32]), i, 0, List.of(new Op.MapSet("k", value)), List.of());
                history.append(Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[Node.SIGNATURE_BYTES]));
            }
            assertThat(history.overheadBytes())
                    .isLessThan(3_000L + 70L * 200 + history.view().bytes() / 4);
        }
    }

    @Test
    void appendingMovesNoNode() {
        List<Node> nodes = Graphs.chain(20_000);
        History history = Graphs.history(nodes.subList(0, 5_000));
        Columns before = history.columns();
        nodes.subList(5_000, 20_000).forEach(history::append);
        Columns after = history.columns();
        for (int chunk = 0; chunk < before.chunks().length && before.chunks()[chunk] != null; chunk++) {
            assertThat(after.chunks()[chunk]).isSameAs(before.chunks()[chunk]);
        }
        assertThat(after.places()[0]).isSameAs(before.places()[0]);
        assertThat(after.parents()[1]).isSameAs(before.parents()[1]);
    }

    @Test
    void aViewIsTakenOnceUntilSomethingIsAppended() {
        History history = Graphs.history(Graphs.chain(3));
        assertThat(history.view()).isSameAs(history.view());
        assertThat(history.view().first(3)).isSameAs(history.view());
        assertThat(history.view().first(0).heads()).isEmpty();
    }

    private static List<NodeId> naiveHeads(List<Node> nodes) {
        TreeSet<NodeId> heads = new TreeSet<>();
        for (Node node : nodes) {
            heads.add(node.id());
        }
        for (Node node : nodes) {
            node.transaction().parents().forEach(heads::remove);
        }
        return List.copyOf(heads);
    }
}
