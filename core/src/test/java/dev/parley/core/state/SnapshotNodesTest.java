package dev.parley.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class SnapshotNodesTest {
    private static final Signer SERVER = signer(0x2a);
    private static final NodeId SOME_ID = NodeId.of(new byte[NodeId.SIZE_BYTES]);
    private static final Op.MapSet HASH = new Op.MapSet("\0snap:hash", new byte[32]);
    private static final Op.MapSet FRONT = new Op.MapSet("\0snap:front", new byte[] {0});

    @Test
    void buildsFullAndIncrementalSnapshotsAsTheVectors() {
        JsonNode vector = StateVectors.read("05-snapshot-policy-fracidx");
        History history = new History();
        vector.get("nodes").forEach(node -> history.append(node(node)));

        Materialized state = Materialized.of(history.view());
        Node full = SnapshotNodes.build(
                new SnapshotNodes.Content(state.snapshotHash(), history.view().heads(), Optional.empty()),
                history.view().clock() + 1,
                SERVER);
        history.append(full);
        Node incremental = SnapshotNodes.build(
                new SnapshotNodes.Content(
                        Materialized.of(history.view()).snapshotHash(),
                        history.view().heads(),
                        Optional.of(full.id())),
                history.view().clock() + 1,
                SERVER);

        assertThat(state.hash()).hasToString(vector.get("canonical_hash").asText());
        assertThat(full).isEqualTo(node(vector.get("full_snapshot")));
        assertThat(incremental).isEqualTo(node(vector.get("incremental_snapshot")));
    }

    @Test
    void readsWhatItsOwnVectorsAndTheReferenceState() {
        for (JsonNode vector : StateVectors.read("01-snapshot").get("nodes")) {
            Node node =
                    StateVectors.pack(StateVectors.bytes(vector.get("pack"))).getFirst();
            SnapshotNodes.Content content = whole(SnapshotNodes.verify(node, Ed25519.best()));

            assertThat(SnapshotNodes.wellFormed(node.transaction())).isTrue();
            assertThat(SnapshotNodes.build(content, node.transaction().lamport(), signer(0x42)))
                    .isEqualTo(node);
        }
        for (JsonNode vector : StateVectors.read("reference-core").get("snapshots")) {
            if (vector.has("pack_of_one")) {
                Node node = StateVectors.pack(StateVectors.bytes(vector.get("pack_of_one")))
                        .getFirst();
                SnapshotNodes.Content content = whole(SnapshotNodes.verify(node, Ed25519.best()));
                assertThat(SnapshotNodes.build(content, node.transaction().lamport(), signer(0x0a)))
                        .as(vector.get("name").asText())
                        .isEqualTo(node);
            }
        }
    }

    @Test
    void onlyAWellFormedOneMayBeExempt() {
        Op other = new Op.MapSet("world/x", new byte[1]);

        assertThat(SnapshotNodes.wellFormed(transaction(HASH, FRONT))).isTrue();
        assertThat(SnapshotNodes.claimsToBe(transaction(HASH, other))).isTrue();
        assertThat(SnapshotNodes.wellFormed(transaction(HASH, FRONT, other))).isFalse();
        assertThat(SnapshotNodes.wellFormed(transaction(HASH))).isFalse();
        assertThat(SnapshotNodes.wellFormed(transaction(FRONT))).isFalse();
        assertThat(SnapshotNodes.wellFormed(transaction(new Op.MapDelete("\0snap:hash"), FRONT)))
                .isFalse();
        assertThat(SnapshotNodes.wellFormed(transaction(HASH, new Op.MapSet("\0snap:front", new byte[] {1}))))
                .isFalse();
    }

    @Test
    void theLastOfARepeatedKeyCountsAndOptionalOnesMayBeMalformed() {
        Op.MapSet shortHash = new Op.MapSet("\0snap:hash", new byte[31]);
        Op.MapSet badBase = new Op.MapSet("\0snap:base", new byte[3]);
        Op.MapSet badCutover = new Op.MapSet("\0snap:policy:cutover", new byte[7]);

        assertThat(SnapshotNodes.read(transaction(HASH, FRONT, shortHash))).isInstanceOf(Decoded.Broken.class);
        assertThat(whole(SnapshotNodes.read(transaction(shortHash, HASH, FRONT, badBase, badCutover))))
                .isEqualTo(new SnapshotNodes.Content(SOME_ID, List.of(), Optional.empty()));
    }

    @Test
    void anUnsignedOrForgedSnapshotIsRefused() {
        Node forged = Nodes.claimed(Nodes.idOf(transaction(HASH, FRONT)), transaction(HASH, FRONT), new byte[64]);

        assertThat(SnapshotNodes.verify(forged, Ed25519.best())).isInstanceOf(Decoded.Broken.class);
    }

    @Test
    void fitsATimelineWhenItNamesNoneOrThisOne() {
        NodeId other = NodeId.of(new byte[] {
            1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
        });
        SnapshotNodes.Content none = new SnapshotNodes.Content(SOME_ID, List.of(), Optional.empty());
        SnapshotNodes.Content named = new SnapshotNodes.Content(
                SOME_ID, List.of(), Optional.empty(), Optional.of(SOME_ID), OptionalLong.of(2));

        assertThat(none.fits(other, OptionalLong.empty())).isTrue();
        assertThat(named.fits(SOME_ID, OptionalLong.of(2))).isTrue();
        assertThat(named.fits(SOME_ID, OptionalLong.of(3))).isFalse();
        assertThat(named.fits(other, OptionalLong.of(2))).isFalse();
    }

    private static Transaction transaction(Op... ops) {
        return new Transaction(SERVER.peer(), 1, 0, List.of(ops), List.of());
    }

    private static SnapshotNodes.Content whole(Decoded<SnapshotNodes.Content> decoded) {
        assertThat(decoded).isInstanceOf(Decoded.Whole.class);
        return ((Decoded.Whole<SnapshotNodes.Content>) decoded).value();
    }

    private static Node node(JsonNode vector) {
        String pack = "01" + vector.get("id").asText()
                + vector.get("tx_postcard_hex").asText()
                + vector.get("signature_hex").asText();
        return StateVectors.pack(java.util.HexFormat.of().parseHex(pack)).getFirst();
    }

    private static Signer signer(int fill) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) fill);
        return Ed25519.signer(seed);
    }
}
