package dev.parley.sim.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.state.Materialized;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The naive resolver says what the spec's examples say, and core.state says what it says. */
class PlainStateTest {
    @Property(tries = 400)
    void anySetOfNodesMeansTheSame(@ForAll long seed, @ForAll @IntRange(max = 60) int count) {
        Random random = new Random(seed);
        List<Node> nodes = new ArrayList<>();
        History history = new History();
        for (int i = 0; i < count; i++) {
            List<NodeId> parents = i == 0 || random.nextInt(5) == 0
                    ? List.of()
                    : List.of(nodes.get(random.nextInt(i)).id());
            Node node = Drawn.signed(Drawn.transaction(random, random.nextInt(20), i, parents));
            nodes.add(node);
            history.append(node);
        }
        List<PlainNode> plain = new ArrayList<>(nodes.stream().map(Drawn::plain).toList());
        Collections.shuffle(plain, random);

        PlainState expected = PlainState.of(plain);

        same(expected, Materialized.of(history.view()));
        same(expected, Materialized.ofNodes(nodes));
    }

    private static void same(PlainState expected, Materialized state) {
        assertThat(dev.parley.sim.check.Digests.difference(expected, state)).isEmpty();
    }

    @Test
    void theExamplesOfTheSpecHold() {
        assertThat(text(
                        insertRange(1, new Anchor.Start(), "hello"),
                        node(6, new Op.TextDeleteRange("t", new Anchor.After(new OpId(2, Drawn.peer(1))), 2))))
                .isEqualTo("heo");
        assertThat(text(
                        insertRange(1, new Anchor.Start(), "abcd"),
                        node(5, new Op.TextDeleteRange("t", new Anchor.Offset(0), 2)),
                        node(6, new Op.TextDeleteRange("t", new Anchor.Offset(0), 2))))
                .isEmpty();
        assertThat(text(
                        insertRange(1, new Anchor.Start(), "abc"),
                        node(4, new Op.TextDelete("t", new OpId(2, Drawn.peer(1)))),
                        insertRange(5, new Anchor.After(new OpId(2, Drawn.peer(1))), "XY")))
                .isEqualTo("acXY");
        assertThat(text(
                        insertRange(1, new Anchor.Start(), "abc"),
                        node(4, new Op.TextDelete("t", new OpId(2, Drawn.peer(1)))),
                        node(5, new Op.TextInsert("t", Optional.of(new OpId(2, Drawn.peer(1))), 'X'))))
                .isEqualTo("aXc");
    }

    @Test
    void theHashOfTheSpecsExampleIsGot() {
        PlainState state = PlainState.of(List.of(
                Drawn.plain(node(1, new Op.MapSet("foo", "bar".getBytes(java.nio.charset.StandardCharsets.UTF_8)))),
                Drawn.plain(node(2, new Op.MapSet("baz", "qux".getBytes(java.nio.charset.StandardCharsets.UTF_8))))));

        assertThat(state.hash().toHex()).isEqualTo("f726e97295df61aa7a33ba0984d17ab3db31116cfc7eae2083caea344e2c3b50");
    }

    @Test
    void theFirstOfEqualPrioritiesStays() {
        PlainState state = PlainState.of(List.of(
                Drawn.plain(node(1, new Op.MapSet("k", new byte[] {1}), new Op.MapSet("k", new byte[] {2})))));

        assertThat(state.map()).containsExactly(java.util.Map.entry("k", "01"));
    }

    private static String text(Node... nodes) {
        return PlainState.of(List.of(nodes).stream().map(Drawn::plain).toList())
                .texts()
                .get("t");
    }

    private static Node insertRange(long lamport, Anchor anchor, String text) {
        return node(lamport, new Op.TextInsertRange("t", anchor, text));
    }

    private static Node node(long lamport, Op... ops) {
        return Drawn.signed(new Transaction(Drawn.peer(1), lamport, 0, List.of(ops), List.of()));
    }
}
