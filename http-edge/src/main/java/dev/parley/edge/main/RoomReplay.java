package dev.parley.edge.main;

import dev.parley.core.access.PolicyTimeline;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.Mst;
import dev.parley.core.state.Materialized;
import dev.parley.persistence.journal.JournalReader;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Folds a room's events with the production rules.
 *
 * <p>Stored roots are compared on every replay, since {@link RoomRules#evolve} does; verification adds each node's hash and
 * signature. Cost: some microseconds a node, and one signature check each when verifying, on all cores.
 */
final class RoomReplay {
    /** A room at one point of its journal. {@code problems} are what verification found, a sentence each. */
    record Outcome(
            RoomId room,
            long seq,
            int nodes,
            List<NodeId> frontier,
            NodeId root,
            NodeId mstRoot,
            NodeId stateHash,
            long lamport,
            boolean locked,
            PolicyTimeline policies,
            List<String> problems) {}

    private static final int PROBLEMS_MAX = 20;

    private final JournalReader journal;
    private final RoomId room;
    private final Optional<Signatures> signatures;
    private final Progress progress;
    private final List<String> problems = new ArrayList<>();
    private RoomState state;

    RoomReplay(JournalReader journal, RoomId room, boolean verify, Progress progress) {
        this.journal = journal;
        this.room = room;
        this.signatures = verify ? Optional.of(Ed25519.best()) : Optional.empty();
        this.progress = progress;
        this.state = RoomState.empty(room);
    }

    /**
     * The room after event {@code toSeq}, counting nodes up to {@code toLamport} (unsigned) only; empty if there is no such
     * room.
     *
     * <p>Errors: {@link dev.parley.persistence.room.CorruptRoom} and {@link RoomJournal.Unreadable} when the events do not
     * follow each other.
     */
    Optional<Outcome> run(Optional<Long> toSeq, Optional<Long> toLamport) {
        String id = RoomJournal.persistenceId(room);
        OptionalLong highest = journal.highestSeq(id);
        if (highest.isEmpty() || highest.getAsLong() == 0) {
            return Optional.empty();
        }
        long last = Math.min(highest.getAsLong(), toSeq.orElse(Long.MAX_VALUE));
        journal.events(id, 1, last, stored -> {
            if (stored.seq() != state.seq() + 1) {
                throw new RoomJournal.Unreadable(
                        "the event at seq " + (state.seq() + 1) + " is missing from the journal");
            }
            RoomEvent event = RoomJournal.event(stored);
            check(event, stored.seq());
            state = RoomRules.evolve(state, event);
            progress.at(stored.seq(), last, "events");
        });
        if (state.seq() < last) {
            throw new RoomJournal.Unreadable("the event at seq " + (state.seq() + 1) + " is missing from the journal");
        }
        return Optional.of(outcome(toLamport));
    }

    private void check(RoomEvent event, long seq) {
        if (signatures.isEmpty() || !(event instanceof RoomEvent.NodesAppended(var runs, var rootAfter))) {
            return;
        }
        List<String> found = runs.stream().flatMap(run -> run.nodes().stream()).toList().parallelStream()
                .flatMap(node -> fault(node, seq).stream())
                .toList();
        for (String problem : found) {
            if (problems.size() < PROBLEMS_MAX) {
                problems.add(problem);
            }
        }
    }

    private Optional<String> fault(Node node, long seq) {
        return switch (Nodes.verdict(node, signatures.orElseThrow())) {
            case Verdict.Unchecked u -> Optional.of("node " + node.id() + " at seq " + seq + " was not checked");
            case Verdict.Checked(var computed, var signature) -> {
                if (!computed.equals(node.id())) {
                    yield Optional.of("node " + node.id() + " at seq " + seq + " has the hash " + computed);
                }
                yield signature == Verdict.SignatureState.VALID
                        ? Optional.empty()
                        : Optional.of("node " + node.id() + " at seq " + seq + " has no valid signature");
            }
        };
    }

    private Outcome outcome(Optional<Long> toLamport) {
        HistoryView whole = state.view();
        boolean all = toLamport.isEmpty() || Lamport.compare(whole.clock(), toLamport.get()) <= 0;
        HistoryView view = all ? whole : upTo(whole, toLamport.get());
        return new Outcome(
                room,
                state.seq(),
                view.count(),
                view.heads(),
                view.root(),
                all ? state.index().mst().root() : mst(view),
                Materialized.of(view).hash(),
                view.clock(),
                state.lockKey().isPresent(),
                state.policies(),
                List.copyOf(problems));
    }

    /** The nodes up to a lamport, as a history of their own; one whose parents are above it is left out with them. */
    private static HistoryView upTo(HistoryView whole, long lamportMax) {
        History history = new History();
        for (int number = 0; number < whole.count(); number++) {
            if (Lamport.compare(whole.lamport(number), lamportMax) <= 0
                    && parentsAreIn(history.view(), whole, number)) {
                history.append(whole.node(number));
            }
        }
        return history.view();
    }

    private static boolean parentsAreIn(HistoryView kept, HistoryView whole, int number) {
        for (int k = 0; k < whole.parentCount(number); k++) {
            if (!kept.contains(whole.id(whole.parent(number, k)))) {
                return false;
            }
        }
        return true;
    }

    private static NodeId mst(HistoryView view) {
        Mst tree = new Mst();
        for (int number = 0; number < view.count(); number++) {
            tree.add(view.id(number));
        }
        return tree.root();
    }
}
