package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OrphanBufferTest {
    private final List<Node> chain = Graphs.chain(6);
    private final OrphanBuffer<String> buffer = new OrphanBuffer<>(3, 60_000);
    private final Set<NodeId> stored = new HashSet<>();

    @Test
    void aNodeIsReleasedWhenItsLastParentIsStored() {
        Node left = chain.get(0);
        Node right = chain.get(1);
        Node merge = Graphs.node(99, 9, List.of(left.id(), right.id(), left.id()));
        assertThat(buffer.park(merge, "merge", 0)).isEmpty();

        assertThat(release(left)).isEmpty();
        assertThat(release(right)).containsExactly("merge");
        assertThat(buffer.size()).isZero();
        assertThat(buffer.bytes()).isZero();
    }

    @Test
    void aChainIsReleasedOneGenerationACall() {
        buffer.park(chain.get(2), "two", 0);
        buffer.park(chain.get(1), "one", 0);
        assertThat(release(chain.get(0))).containsExactly("one");
        assertThat(release(chain.get(1))).containsExactly("two");
    }

    @Test
    void theOldestGoesWhenThereIsNoRoom() {
        for (int n = 1; n <= 3; n++) {
            assertThat(buffer.park(chain.get(n), "n" + n, n)).isEmpty();
        }
        assertThat(buffer.park(chain.get(4), "n4", 4)).containsExactly("n1");
        assertThat(buffer.size()).isEqualTo(3);
        assertThat(buffer.contains(chain.get(1).id())).isFalse();
        assertThat(release(chain.get(0))).isEmpty();
    }

    @Test
    void bytesAreBoundedToo() {
        int sizeBytes = chain.get(1).sizeBytes();
        OrphanBuffer<String> small = new OrphanBuffer<>(100, 2L * sizeBytes, 60_000);
        small.park(chain.get(1), "n1", 0);
        small.park(chain.get(2), "n2", 0);
        assertThat(small.park(chain.get(3), "n3", 0)).containsExactly("n1");
        assertThat(new OrphanBuffer<String>(100, 10, 1).park(chain.get(1), "n1", 0))
                .containsExactly("n1");
        assertThat(new OrphanBuffer<String>(0, 1).park(chain.get(1), "n1", 0)).containsExactly("n1");
    }

    @Test
    void aNodeParkedTwiceKeepsItsFirstSenderAndDeadline() {
        buffer.park(chain.get(1), "first", 0);
        assertThat(buffer.park(chain.get(1), "second", 50_000)).isEmpty();
        assertThat(buffer.expire(59_999)).isEmpty();
        assertThat(buffer.expire(60_000)).containsExactly("first");
    }

    @Test
    void aNodeThatCameAnotherWayIsForgottenAndOnesOfALeaverGo() {
        buffer.park(chain.get(1), "n1", 0);
        buffer.park(chain.get(3), "n3", 0);
        assertThat(buffer.forget(chain.get(1).id())).containsExactly("n1");
        assertThat(buffer.forget(chain.get(1).id())).isEmpty();
        assertThat(buffer.dropIf("n3"::equals)).containsExactly("n3");
        assertThat(buffer.size()).isZero();
    }

    private List<String> release(Node node) {
        stored.add(node.id());
        return buffer.release(List.of(node.id()), stored::contains);
    }
}
