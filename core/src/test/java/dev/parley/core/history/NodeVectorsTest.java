package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.core.id.Bytes;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NodeVectorsTest {
    static Stream<JsonNode> nodes() {
        return each(Golden.file("01-transactions").get("vectors"));
    }

    static Stream<JsonNode> referenceNodes() {
        JsonNode core = Golden.file("reference-core");
        return Stream.concat(
                Stream.concat(each(core.get("transactions")), each(core.get("snapshots"))),
                Stream.of(core.get("unsigned_node"), core.get("e2ee").get("signed_node")));
    }

    static Stream<JsonNode> packs() {
        return each(Golden.file("01-packs").get("vectors"));
    }

    static Stream<JsonNode> malformedPacks() {
        return each(Golden.file("01-packs").get("malformed"));
    }

    static Stream<JsonNode> packDecodings() {
        return each(Golden.file("reference-core").get("pack_decode_behaviour"));
    }

    private static Stream<JsonNode> each(JsonNode table) {
        return StreamSupport.stream(table.spliterator(), false);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nodes")
    void aSignedTransactionHasTheBytesOfTheVector(JsonNode vector) {
        Transaction transaction = Golden.transaction(vector.get("transaction"));
        Signer signer = Ed25519.signer(Golden.hex(vector.get("seed")));

        Node node = Nodes.sign(transaction, signer);

        assertThat(Bytes.toHex(Nodes.encode(transaction)))
                .isEqualTo(vector.get("tx_bytes").asText());
        assertThat(node.id().toHex()).isEqualTo(vector.get("id").asText());
        assertThat(Bytes.toHex(node.signature()))
                .isEqualTo(vector.get("signature").asText());
        assertThat(Bytes.toHex(node.encoded()))
                .isEqualTo(vector.get("node_bytes").asText());
        assertThat(Golden.node(Golden.hex(vector.get("node_bytes")))).isEqualTo(node);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("referenceNodes")
    void aNodeOfTheReferenceReadsBackAndIsValid(JsonNode vector) {
        byte[] bytes = Golden.hex(vector.get("node_postcard"));

        Node node = Golden.node(bytes);

        assertThat(node.encoded()).isEqualTo(bytes);
        assertThat(node.id()).isEqualTo(Golden.id(vector.get("id")));
        assertThat(Bytes.toHex(Nodes.encode(node.transaction())))
                .isEqualTo(vector.get("tx_postcard").asText());
        assertThat(Nodes.verdict(node, Ed25519.best()))
                .isEqualTo(new Verdict.Checked(
                        node.id(), node.unsigned() ? Verdict.SignatureState.UNSIGNED : Verdict.SignatureState.VALID));
        assertThat(Bytes.toHex(Packs.encode(List.of(node))))
                .isEqualTo(vector.get("pack_of_one").asText());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("nodes")
    void noTruncationAndNoFlippedBitOfANodeThrows(JsonNode vector) {
        byte[] bytes = Golden.hex(vector.get("node_bytes"));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(Nodes.decode(bytes, 0, length)).isInstanceOf(Decoded.Broken.class);
        }
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (Nodes.decode(flipped, 0, flipped.length) instanceof Decoded.Whole<Node>(Node node)) {
                assertThat(Golden.node(node.encoded())).isEqualTo(node);
                assertThatCode(() -> NodeLimits.DEFAULT.exceededBy(node)).doesNotThrowAnyException();
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packs")
    void aPackHasTheBytesOfTheVector(JsonNode vector) {
        byte[] bytes = Golden.hex(vector.get("bytes"));

        List<Node> nodes = Golden.pack(bytes);

        assertThat(nodes.stream().map(Node::id)).isEqualTo(Golden.ids(vector.get("ids")));
        assertThat(Packs.encode(nodes)).isEqualTo(bytes);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packs")
    void noTruncationAndNoFlippedBitOfAPackThrows(JsonNode vector) {
        byte[] bytes = Golden.hex(vector.get("bytes"));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(Packs.decode(Arrays.copyOf(bytes, length))).isInstanceOf(Decoded.Broken.class);
        }
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            byte[] flipped = bytes.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            if (Packs.decode(flipped) instanceof Decoded.Whole<List<Node>>(List<Node> nodes)) {
                assertThat(Golden.pack(Packs.encode(nodes))).isEqualTo(nodes);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("malformedPacks")
    void aPackIsTakenOrRefusedAsAWhole(JsonNode vector) {
        Decoded<List<Node>> decoded = Packs.decode(Golden.hex(vector.get("bytes")));

        assertThat(decoded instanceof Decoded.Whole)
                .isEqualTo(vector.get("decodes").asBoolean());
        if (decoded instanceof Decoded.Whole<List<Node>>(List<Node> nodes)) {
            assertThat(nodes.stream().map(Node::id)).isEqualTo(Golden.ids(vector.get("ids")));
            assertThat(nodes)
                    .allSatisfy(
                            node -> assertThat(Nodes.idOf(node.transaction())).isEqualTo(node.id()));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("packDecodings")
    void aPackDecodesExactlyIfTheReferenceDecodesIt(JsonNode vector) {
        Decoded<List<Node>> decoded = Packs.decode(Golden.hex(vector.get("input")));

        assertThat(decoded instanceof Decoded.Whole).isEqualTo(vector.get("ok").asBoolean());
        if (decoded instanceof Decoded.Whole<List<Node>>(List<Node> nodes)) {
            assertThat(nodes).hasSize(vector.get("count").asInt());
        }
    }

    @Test
    void aNodeThatWasNotCanonicalIsKeptCanonical() {
        JsonNode vector = malformedPacks()
                .filter(v -> v.get("name").asText().startsWith("over-long varint"))
                .findFirst()
                .orElseThrow();
        byte[] received = Golden.hex(vector.get("bytes"));

        Node node = Golden.pack(received).getFirst();

        assertThat(node.sizeBytes()).isEqualTo(received.length - 2);
        assertThat(Nodes.verdict(node, Ed25519.best()))
                .isEqualTo(new Verdict.Checked(node.id(), Verdict.SignatureState.VALID));
    }

    @Test
    void opsOnOneKeyShareIt() {
        List<Op> ops = java.util.Collections.nCopies(3, new Op.MapDelete("né"));
        Transaction transaction = Golden.pack(
                        Golden.hex(packs().skip(1).findFirst().orElseThrow().get("bytes")))
                .getFirst()
                .transaction();
        Transaction three = new Transaction(transaction.author(), 1, 0, ops, List.of());
        Node node = Nodes.claimed(Nodes.idOf(three), three, new byte[64]);

        List<Op> read = Golden.node(node.encoded()).transaction().ops();

        assertThat(read).isEqualTo(ops);
        assertThat(read.get(2).key()).isSameAs(read.get(0).key());
    }

    @Test
    void aPackOfMoreNodesThanAllowedIsBroken() {
        Node node = Golden.pack(
                        Golden.hex(packs().skip(1).findFirst().orElseThrow().get("bytes")))
                .getFirst();
        byte[] three = Packs.encode(List.of(node, node, node));
        assertThat(Packs.decode(three, 3)).isInstanceOf(Decoded.Whole.class);
        assertThat(Packs.decode(three, 2)).isInstanceOf(Decoded.Broken.class);
    }

    @Test
    void theHashesOfTheReference() {
        each(Golden.file("reference-core").get("blake3"))
                .forEach(
                        row -> assertThat(Blake3.hash(Golden.hex(row.get("in"))).toHex())
                                .isEqualTo(row.get("out").asText()));
    }

    @Test
    void aHashDoesNotDependOnHowItsInputIsCut() {
        byte[] bytes = new byte[5000];
        new java.util.Random(1).nextBytes(bytes);
        byte[] head = Arrays.copyOf(bytes, 1234);
        byte[] tail = Arrays.copyOfRange(bytes, 1234, 5000);
        assertThat(Blake3.hash(head, tail)).isEqualTo(Blake3.hash(bytes)).isEqualTo(Blake3.hash(bytes, 0, 5000));
        assertThat(Blake3.keyed(new byte[32], bytes, 0, 5000)).isNotEqualTo(Blake3.hash(bytes));
    }
}
