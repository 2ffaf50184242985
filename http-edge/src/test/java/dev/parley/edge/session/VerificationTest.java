package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.util.ArrayList;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerificationTest {
    private static final Signer SIGNER = Ed25519.signer(new byte[32]);
    private static final List<Node> NODES = IntStream.range(0, 200)
            .mapToObj(i -> Nodes.sign(
                    new Transaction(SIGNER.peer(), i + 1, 0, List.of(new Op.MapDelete("k" + i)), List.of()), SIGNER))
            .toList();

    private final Queue<Runnable> queue = new ArrayDeque<>();
    private final List<List<Candidate>> done = new ArrayList<>();
    private final List<RuntimeException> failed = new ArrayList<>();

    private void run() {
        while (!queue.isEmpty()) {
            queue.poll().run();
        }
    }

    private void start(List<Node> nodes, Optional<List<NodeId>> only, Signatures signatures) {
        Verification.start(nodes, only, signatures, queue::add, 2, new Verification.Outcome(done::add, failed::add));
    }

    @Test
    void everyNodeGetsItsVerdictInOrder() {
        start(NODES, Optional.empty(), new AllValid());
        run();

        assertThat(done).hasSize(1);
        assertThat(done.get(0)).extracting(Candidate::node).isEqualTo(NODES);
        assertThat(done.get(0))
                .extracting(Candidate::verdict)
                .isEqualTo(NODES.stream()
                        .map(node -> new Verdict.Checked(node.id(), Verdict.SignatureState.VALID))
                        .toList());
    }

    @Test
    void nodesNotAskedForStayUnchecked() {
        start(NODES, Optional.of(List.of(NODES.get(150).id())), new AllValid());
        run();

        assertThat(done.get(0))
                .filteredOn(c -> c.verdict() instanceof Verdict.Checked)
                .hasSize(1);
        assertThat(done.get(0).get(150).verdict()).isInstanceOf(Verdict.Checked.class);
    }

    @Test
    void aLargePackLetsOthersInBetweenItsSlices() {
        List<String> order = new ArrayList<>();
        start(NODES, Optional.empty(), new AllValid());
        queue.add(() -> order.add("other, while " + (done.isEmpty() ? "unfinished" : "finished")));
        run();

        assertThat(order).containsExactly("other, while unfinished");
        assertThat(done).hasSize(1);
    }

    @Test
    void anEmptyPackIsDoneAtOnceAndAFailureIsToldOnce() {
        start(List.of(), Optional.empty(), new AllValid());
        assertThat(done).containsExactly(List.of());

        start(NODES, Optional.empty(), new Broken());
        run();
        assertThat(failed).hasSize(1);
        assertThat(done).hasSize(1);
    }

    @Test
    void aFullQueueIsToldToo() {
        Verification.start(
                NODES,
                Optional.empty(),
                new AllValid(),
                task -> {
                    throw new RejectedExecutionException("full");
                },
                2,
                new Verification.Outcome(done::add, failed::add));

        assertThat(failed).hasSize(1);
        assertThat(Verification.failure(failed.getFirst()))
                .isEqualTo(new SyncFailure.TooManySessions("server is overloaded, try again"));
        assertThat(Verification.failure(new IllegalStateException("bug"))).isInstanceOf(SyncFailure.Internal.class);
    }

    private static class AllValid implements Signatures {
        @Override
        public boolean valid(PeerId author, NodeId id, byte[] signature) {
            return true;
        }

        @Override
        public boolean validOver(PeerId key, byte[] message, byte[] signature) {
            return true;
        }

        @Override
        public boolean isKey(PeerId key) {
            return true;
        }
    }

    private static final class Broken extends AllValid {
        @Override
        public boolean valid(PeerId author, NodeId id, byte[] signature) {
            throw new IllegalStateException("broken");
        }
    }
}
