package dev.parley.edge.peer.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How stock clients take nodes in and make their own (spec 03 §11.1, 01 §8.4). */
class StockGraphTest {
    private static final NodeId NOBODY = NodeId.of(new byte[NodeId.SIZE_BYTES]);

    private final StockGraph graph = new StockGraph(StockTalk.signer(1), Ed25519.best());

    @Test
    void packInTheWrongOrderIsTakenRoundByRound() {
        List<Node> reversed = new ArrayList<>(StockTalk.chain(5));
        Collections.reverse(reversed);

        StockGraph.Imported imported = graph.importPack(reversed);

        assertThat(imported.stored()).isEqualTo(StockTalk.chain(5));
        assertThat(imported.dropped()).isZero();
    }

    @Test
    void nodesWithoutTheirParentsAreDroppedAndForgotten() {
        List<Node> chain = StockTalk.chain(4);

        StockGraph.Imported imported = graph.importPack(List.of(chain.get(0), chain.get(2), chain.get(3)));
        graph.importPack(List.of(chain.get(1)));

        assertThat(imported.stored()).containsExactly(chain.get(0));
        assertThat(imported.dropped()).isEqualTo(2);
        assertThat(imported.stopped()).isEmpty();
        assertThat(graph.view().count()).isEqualTo(2);
    }

    @Test
    void duplicatesDoNotEndAnImport() {
        List<Node> chain = StockTalk.chain(3);
        graph.importPack(chain.subList(0, 2));

        assertThat(graph.importPack(List.of(chain.get(0), chain.get(1), chain.get(2), chain.get(2)))
                        .stored())
                .containsExactly(chain.get(2));
    }

    @Test
    void badHashEndsTheImportAndWhatCameBeforeStays() {
        List<Node> chain = StockTalk.chain(3);
        Node lie =
                Nodes.claimed(NOBODY, chain.get(1).transaction(), chain.get(1).signature());

        StockGraph.Imported imported = graph.importPack(List.of(chain.get(0), lie, chain.get(1), chain.get(2)));

        assertThat(imported.stored()).containsExactly(chain.get(0));
        assertThat(imported.stopped().orElseThrow()).startsWith("hash mismatch");
        assertThat(imported.abandoned()).isEqualTo(2);
    }

    @Test
    void badSignatureEndsTheImportEvenOfAnOrphan() {
        Node orphan = StockTalk.node(7, List.of(NOBODY), "k");
        byte[] signature = orphan.signature();
        signature[3] ^= 1;
        Node forged = Nodes.claimed(orphan.id(), orphan.transaction(), signature);

        StockGraph.Imported imported =
                graph.importPack(List.of(forged, StockTalk.chain(1).get(0)));

        assertThat(imported.stored()).isEmpty();
        assertThat(imported.stopped().orElseThrow()).startsWith("invalid signature");
    }

    @Test
    void nodeTooFarAheadEndsTheImportUnlessTheOrderLetsTheClockFollow() {
        Node near = StockTalk.node(StockGraph.LEAD_MAX, List.of(), "near");
        Node far = StockTalk.node(2 * StockGraph.LEAD_MAX, List.of(near.id()), "far");
        Node tooFar = StockTalk.node(3 * StockGraph.LEAD_MAX + 1, List.of(far.id()), "too far");
        StockGraph other = new StockGraph(StockTalk.signer(2), Ed25519.best());

        StockGraph.Imported inOrder = graph.importPack(List.of(near, far, tooFar));
        StockGraph.Imported reversed = other.importPack(List.of(far, near));

        assertThat(inOrder.stored()).containsExactly(near, far);
        assertThat(inOrder.stopped().orElseThrow()).startsWith("lamport ceiling exceeded");
        assertThat(reversed.stored()).isEmpty();
        assertThat(reversed.abandoned()).isEqualTo(1);
    }

    @Test
    void runOfCharactersMovesItsAuthorsClockButNotAReceivers() {
        Node typed = graph.commit(List.of(graph.typing("t", 0, "héllo😀")), 0);
        StockGraph receiver = new StockGraph(StockTalk.signer(2), Ed25519.best());
        receiver.importPack(List.of(typed));

        assertThat(typed.transaction().lamport()).isEqualTo(1);
        assertThat(graph.clock()).isEqualTo(6);
        assertThat(receiver.clock()).isEqualTo(1);
    }

    @Test
    void editorsAnchorRunsToTheStartTheEndOrACharacter() {
        graph.commit(List.of(graph.typing("t", 0, "abcd")), 0);

        assertThat(graph.typing("t", 0, "x")).isEqualTo(new Op.TextInsertRange("t", new Anchor.Start(), "x"));
        assertThat(graph.typing("t", 4, "x")).isEqualTo(new Op.TextInsertRange("t", new Anchor.End(), "x"));
        assertThat(graph.typing("t", 2, "x"))
                .isInstanceOfSatisfying(
                        Op.TextInsertRange.class,
                        run -> assertThat(run.anchor()).isInstanceOf(Anchor.After.class));
        graph.commit(List.of(graph.erasing("t", 1, 2)), 0);
        assertThat(graph.live().text("t").orElseThrow().text()).isEqualTo("ad");
    }

    @Test
    void uploadsComeInAnOrderThatSaysNothing() {
        List<Node> chain = StockTalk.chain(40);
        graph.importPack(chain);

        List<Node> upload = graph.allExcept(List.of(chain.get(39).id()));

        assertThat(upload).containsExactlyInAnyOrderElementsOf(chain.subList(0, 39));
        assertThat(upload).isNotEqualTo(chain.subList(0, 39));
    }
}
