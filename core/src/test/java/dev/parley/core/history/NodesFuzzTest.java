package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.history.Decoded.Broken;
import dev.parley.core.history.Decoded.Whole;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes, nodes and packs are read to values of bounded size that have one canonical form, or refused. */
class NodesFuzzTest {
    private static final Signatures NONE_VALID = new Signatures() {
        @Override
        public boolean valid(PeerId author, NodeId id, byte[] signature) {
            return false;
        }

        @Override
        public boolean validOver(PeerId key, byte[] message, byte[] signature) {
            return false;
        }

        @Override
        public boolean isKey(PeerId key) {
            return true;
        }
    };

    static Stream<byte[]> seeds() {
        Stream<byte[]> packs = NodeVectorsTest.packs().map(vector -> Golden.hex(vector.get("bytes")));
        Stream<byte[]> nodes = NodeVectorsTest.nodes().map(vector -> Golden.hex(vector.get("node_bytes")));
        return Stream.of(Corpus.of(NodesFuzzTest.class, "nodes"), packs, nodes).flatMap(each -> each);
    }

    @MethodSource("seeds")
    @FuzzTest
    void nodes(byte[] bytes) {
        pack(bytes);
        node(bytes);
        numbers(bytes);
    }

    private static void pack(byte[] bytes) {
        switch (Packs.decode(bytes, NodeLimits.PACK_NODES_MAX)) {
            case Whole<List<Node>>(var nodes) -> {
                assertThat((long) nodes.size() * Nodes.NODE_BYTES_MIN).isLessThanOrEqualTo(bytes.length);
                byte[] canonical = Packs.encode(nodes);
                assertThat(canonical.length).isLessThanOrEqualTo(bytes.length);
                assertThat(Packs.decode(canonical)).isEqualTo(new Whole<>(nodes));
                nodes.forEach(NodesFuzzTest::canonical);
            }
            case Broken<List<Node>> broken -> within(broken, bytes.length);
        }
    }

    private static void node(byte[] bytes) {
        Decoded<Node> alone = Nodes.decode(bytes, 0, bytes.length);
        byte[] among = new byte[bytes.length + 11];
        Arrays.fill(among, (byte) 0x81);
        System.arraycopy(bytes, 0, among, 5, bytes.length);

        assertThat(Nodes.decode(among, 5, bytes.length)).isEqualTo(alone);
        switch (alone) {
            case Whole<Node>(var node) -> {
                assertThat(node.sizeBytes()).isLessThanOrEqualTo(bytes.length);
                canonical(node);
            }
            case Broken<Node> broken -> within(broken, bytes.length);
        }
    }

    private static void canonical(Node node) {
        byte[] encoded = node.encoded();
        byte[] transaction = Nodes.encode(node.transaction());
        assertThat(transaction)
                .isEqualTo(Arrays.copyOfRange(encoded, NodeId.SIZE_BYTES, encoded.length - Node.SIGNATURE_BYTES));
        assertThat(Nodes.decode(encoded, 0, encoded.length)).isEqualTo(new Whole<>(node));
        assertThat(Nodes.claimed(node.id(), node.transaction(), node.signature()))
                .isEqualTo(node);
        Verdict verdict = Nodes.verdict(node, NONE_VALID);
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Checked.class,
                        checked -> assertThat(checked.computedId()).isEqualTo(Nodes.idOf(node.transaction())));
        Optional<Refusal.OverLimit> over = NodeLimits.DEFAULT.exceededBy(node);
        over.ifPresent(refusal -> assertThat(refusal.text()).startsWith("limit exceeded on node " + node.id()));
    }

    /** Numbers as the format defines them, by arithmetic without bounds. */
    private static void numbers(byte[] bytes) {
        PostcardReader wide = new PostcardReader(bytes);
        long u64 = wide.u64();
        Optional<BigInteger> expected = leb128(bytes, 10);
        assertThat(wide.ok())
                .isEqualTo(expected.filter(n -> n.bitLength() <= 64).isPresent());
        if (wide.ok()) {
            assertThat(Long.toUnsignedString(u64))
                    .isEqualTo(expected.orElseThrow().toString());
        }
        PostcardReader narrow = new PostcardReader(bytes);
        int u32 = narrow.u32();
        Optional<BigInteger> expected32 = leb128(bytes, 5);
        assertThat(narrow.ok())
                .isEqualTo(expected32.filter(n -> n.bitLength() <= 32).isPresent());
        if (narrow.ok()) {
            assertThat(Integer.toUnsignedString(u32))
                    .isEqualTo(expected32.orElseThrow().toString());
        }
    }

    /** Empty when the number does not end within so many bytes. */
    private static Optional<BigInteger> leb128(byte[] bytes, int bytesMax) {
        BigInteger value = BigInteger.ZERO;
        for (int i = 0; i < Math.min(bytes.length, bytesMax); i++) {
            value = value.or(BigInteger.valueOf(bytes[i] & 0x7F).shiftLeft(7 * i));
            if (bytes[i] >= 0) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    private static void within(Broken<?> broken, int length) {
        assertThat(broken.offsetBytes()).isBetween(0L, (long) length);
        assertThat(broken.what()).isNotBlank();
    }
}
