package dev.parley.edge.session;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Checks the hashes and signatures of one pack, on several cores.
 *
 * <p>A pack is cut into slices; each worker takes one slice and queues up again behind the work of others, so that a pack of
 * 80,000 nodes delays one of 100 by a slice, not by seconds.
 */
final class Verification implements Runnable {
    /** About 1 ms of work. */
    static final int SLICE_NODES = 32;

    /** Packs up to this size are small work, which has threads of its own. */
    static final int SMALL_NODES = 8;

    private final List<Node> nodes;
    private final Optional<Set<NodeId>> only;
    private final Signatures signatures;
    private final Executor executor;
    private final Outcome outcome;
    private final Candidate[] candidates;
    private final AtomicInteger nextSlice = new AtomicInteger();
    private final AtomicInteger slicesLeft;
    private final AtomicBoolean failed = new AtomicBoolean();

    /** Exactly one of the two is called, once, on a worker's thread. */
    record Outcome(Consumer<List<Candidate>> done, Consumer<RuntimeException> failed) {}

    private Verification(
            List<Node> nodes, Optional<List<NodeId>> only, Signatures signatures, Executor executor, Outcome outcome) {
        this.nodes = nodes;
        this.only = only.map(HashSet::new);
        this.signatures = signatures;
        this.executor = executor;
        this.outcome = outcome;
        this.candidates = new Candidate[nodes.size()];
        this.slicesLeft = new AtomicInteger((nodes.size() + SLICE_NODES - 1) / SLICE_NODES);
    }

    /** Starts the work with at most {@code workersMax} threads. Nodes that {@code only} leaves out stay unchecked. */
    static void start(
            List<Node> nodes,
            Optional<List<NodeId>> only,
            Signatures signatures,
            Executor executor,
            int workersMax,
            Outcome outcome) {
        Verification work = new Verification(nodes, only, signatures, executor, outcome);
        int slices = work.slicesLeft.get();
        if (slices == 0) {
            outcome.done().accept(List.of());
        }
        for (int worker = 0; worker < Math.min(slices, workersMax); worker++) {
            work.queueUp();
        }
    }

    private void queueUp() {
        try {
            executor.execute(this);
        } catch (RejectedExecutionException full) {
            fail(full);
        }
    }

    @Override
    public void run() {
        int from = nextSlice.getAndIncrement() * SLICE_NODES;
        if (from >= nodes.size() || failed.get()) {
            return;
        }
        int to = Math.min(nodes.size(), from + SLICE_NODES);
        try {
            for (int i = from; i < to; i++) {
                Node node = nodes.get(i);
                boolean wanted = only.isEmpty() || only.get().contains(node.id());
                candidates[i] = new Candidate(node, wanted ? Nodes.verdict(node, signatures) : new Verdict.Unchecked());
            }
        } catch (RuntimeException bug) {
            fail(bug);
            return;
        }
        if (slicesLeft.decrementAndGet() == 0) {
            outcome.done().accept(List.of(candidates));
        } else {
            queueUp();
        }
    }

    /** What ends a session whose pack could not be checked: too much to do is no bug. */
    static SyncFailure failure(RuntimeException why) {
        return why instanceof RejectedExecutionException
                ? new SyncFailure.TooManySessions("server is overloaded, try again")
                : new SyncFailure.Internal("verification");
    }

    private void fail(RuntimeException why) {
        if (failed.compareAndSet(false, true)) {
            outcome.failed().accept(why);
        }
    }
}
