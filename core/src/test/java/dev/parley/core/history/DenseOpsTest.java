package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nodes of very many very small ops, which would take up many times their bytes as objects. */
class DenseOpsTest {
    private static final PeerId AUTHOR = PeerId.of(filled(7), 0);
    private static final NodeId PARENT = NodeId.of(filled(9), 0);

    private static byte[] filled(int value) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static Node node(List<Op> ops) {
        return Nodes.claimed(PARENT, new Transaction(AUTHOR, 300, 1 << 20, ops, List.of(PARENT, PARENT)), new byte[64]);
    }

    private static List<Op> deletions(int count) {
        return IntStream.range(0, count)
                .<Op>mapToObj(i -> new Op.MapDelete(i % 2 == 0 ? "" : "a"))
                .toList();
    }

    private static Node decoded(byte[] bytes) {
        return ((Decoded.Whole<Node>) Nodes.decode(bytes, 0, bytes.length)).value();
    }

    @Test
    void denseOpsStayBytesAndReadLikeAnyOthers() {
        List<Op> ops = new ArrayList<>(deletions(5_000));
        ops.add(new Op.TextInsert("text", Optional.of(new OpId(4, AUTHOR)), 0x1F600));
        ops.addAll(deletions(3));
        Node made = node(ops);

        Node read = decoded(made.encoded());

        assertThat(read.transaction().ops()).isInstanceOf(EncodedOps.class).hasSize(5_004);
        assertThat(read.transaction()).isEqualTo(made.transaction()).hasSameHashCodeAs(made.transaction());
        assertThat(made.transaction()).isEqualTo(read.transaction());
        assertThat(read.transaction().ops().get(5_000)).isEqualTo(ops.get(5_000));
        assertThat(read.transaction().ops().stream().toList()).isEqualTo(ops);
        assertThat(Nodes.encode(read.transaction())).isEqualTo(Nodes.encode(made.transaction()));
        assertThat(read.transaction()).isNotEqualTo(node(deletions(5_004)).transaction());
    }

    @Test
    void ordinaryOpsAreKeptAsTheyAre() {
        List<Op> typed = IntStream.range(0, 1_000)
                .<Op>mapToObj(i -> new Op.TextInsert("text", Optional.of(new OpId(i, AUTHOR)), 'x'))
                .toList();

        assertThat(decoded(node(typed).encoded()).transaction().ops()).isNotInstanceOf(EncodedOps.class);
        assertThat(decoded(node(deletions(8)).encoded()).transaction().ops()).isNotInstanceOf(EncodedOps.class);
    }

    @Test
    void denseOpsThatWereNotCanonicalStandInTheCanonicalBytes() {
        Node made = node(deletions(1_000));
        byte[] canonical = made.encoded();
        int opsAt = 32 + 32 + 2 + 3 + 2; // Ids, then lamport, time and count.
        byte[] longer = new byte[canonical.length + 1];
        System.arraycopy(canonical, 0, longer, 0, opsAt);
        longer[opsAt] = (byte) 0x80; // The first variant, 0, in two bytes.
        System.arraycopy(canonical, opsAt + 1, longer, opsAt + 2, canonical.length - opsAt - 1);

        Node read = decoded(longer);

        assertThat(read).isEqualTo(made);
        assertThat(read.transaction().ops()).isInstanceOf(EncodedOps.class).isEqualTo(deletions(1_000));
        Arrays.fill(longer, (byte) 0xFF);
        assertThat(read.transaction().ops()).isEqualTo(deletions(1_000));
    }

    @Test
    void denseOpsThatEndTooEarlyOrBreakARuleAreNoNode() {
        byte[] whole = node(deletions(1_000)).encoded();
        for (int length = 0; length < whole.length; length += 7) {
            assertThat(Nodes.decode(whole, 0, length)).isInstanceOf(Decoded.Broken.class);
        }
        byte[] broken = whole.clone();
        broken[2_000] = 9;

        assertThat(Nodes.decode(broken, 0, broken.length)).isInstanceOf(Decoded.Broken.class);
    }
}
