package dev.parley.core.history;

import dev.parley.core.id.Lamport;
import dev.parley.core.id.NodeId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;

/**
 * Decides which nodes of a pack a room takes (spec 01 §8.1, §8.2).
 *
 * <p>The spec goes over a pack in passes, stores what it can and keeps nodes with missing parents for the next pass.
 * Here a node that waits is looked at again when what it waits for has come, at its place in the pass in which the spec
 * would find it: the same nodes are stored in the same order, without a pass for each generation.
 *
 * <p>Unless {@link AcceptanceRules#reference()}, this differs from the reference as spec 01 §8.5 recommends: copies of
 * one id are judged one by one; the ceiling moves with the clock, so that a node too far ahead waits for the clock as
 * others do for parents; limits hold; the snapshot exemption is narrow.
 *
 * <p>Cost: nothing is hashed or verified here. Linear in the nodes, their parents and ops, times the logarithm of the
 * number of nodes.
 */
public final class Acceptance {
    private final Overlay overlay;
    private final AcceptanceRules rules;
    private final long nowMs;
    private final long clockAtStart;
    private final PriorityQueue<Turn> turns = new PriorityQueue<>();
    private final PriorityQueue<Turn> tooFarAhead =
            new PriorityQueue<>((left, right) -> Lamport.compare(left.lamport(), right.lamport()));
    private final Map<NodeId, List<Waiting>> waitingFor = new HashMap<>();
    private final List<Node> stored = new ArrayList<>();
    private final List<Refused> refusals = new ArrayList<>();
    private int known;
    private long knownBytes;

    /**
     * What became of a pack.
     *
     * <p>Shape: {@code stored} in storing order, {@code parked} in the pack's order; stored, known, parked and refused
     * add up to the nodes of the pack. {@code known} counts those stored before and further copies within the pack;
     * {@code knownBytes} is their encoded size. {@code errors} are the texts for the sender, to be joined with "; ".
     */
    public record Outcome(
            List<Node> stored, int known, long knownBytes, List<Candidate> parked, int refused, List<String> errors) {}

    /** The place of a node in the passes of the spec. */
    private record Turn(int pass, int position, Candidate candidate) implements Comparable<Turn> {
        Node node() {
            return candidate.node();
        }

        long lamport() {
            return node().transaction().lamport();
        }

        /** This node's next turn, called up when the other one was stored. */
        Turn after(Turn other) {
            return new Turn(position > other.position ? other.pass : other.pass + 1, position, candidate);
        }

        @Override
        public int compareTo(Turn that) {
            int order = Integer.compare(pass, that.pass);
            return order != 0 ? order : Integer.compare(position, that.position);
        }
    }

    /** A node whose parents are not all there. */
    private static final class Waiting {
        final Turn turn;
        int parentsMissing;

        Waiting(Turn turn, int parentsMissing) {
            this.turn = turn;
            this.parentsMissing = parentsMissing;
        }
    }

    /** The spec makes the checks up to the wall clock before the others of a pass, so their texts come first. */
    private record Refused(boolean early, Turn turn, Refusal why) implements Comparable<Refused> {
        @Override
        public int compareTo(Refused that) {
            if (early != that.early) {
                return early ? -1 : 1;
            }
            return early ? Integer.compare(turn.position(), that.turn.position()) : turn.compareTo(that.turn);
        }
    }

    private Acceptance(Overlay overlay, AcceptanceRules rules, long nowMs) {
        this.overlay = overlay;
        this.rules = rules;
        this.nowMs = nowMs;
        this.clockAtStart = overlay.clock();
    }

    /**
     * Judges the candidates and stores in the overlay what is accepted. {@code nowMs} is the server's clock in
     * milliseconds since the epoch.
     */
    public static Outcome accept(Overlay overlay, List<Candidate> candidates, AcceptanceRules rules, long nowMs) {
        Acceptance acceptance = new Acceptance(overlay, rules, nowMs);
        List<Candidate> judged = rules.reference() ? acceptance.lastCopies(candidates) : candidates;
        for (int position = 0; position < judged.size(); position++) {
            acceptance.turns.add(new Turn(0, position, judged.get(position)));
        }
        while (!acceptance.turns.isEmpty()) {
            acceptance.take(acceptance.turns.poll());
        }
        return acceptance.outcome();
    }

    /** Of each id its last copy, at the place of the first. */
    private List<Candidate> lastCopies(List<Candidate> candidates) {
        Map<NodeId, Candidate> byId = new LinkedHashMap<>();
        for (Candidate candidate : candidates) {
            Candidate earlier = byId.put(candidate.node().id(), candidate);
            if (earlier != null) {
                countKnown(earlier.node());
            }
        }
        return List.copyOf(byId.values());
    }

    /** The checks in the order of spec 01 §8.1. */
    private void take(Turn turn) {
        Node node = turn.node();
        if (overlay.contains(node.id())) {
            countKnown(node);
            return;
        }
        if (turn.candidate().verdict() instanceof Verdict.Checked checked
                && !checked.computedId().equals(node.id())) {
            refuse(true, turn, new Refusal.HashMismatch(checked.computedId(), node.id()));
            return;
        }
        if (Lamport.compare(turn.lamport(), ceiling()) > 0) {
            tooFarAhead.add(turn);
            return;
        }
        Optional<Refusal> oversized = wallClockSkew(node).or(() -> overLimit(node));
        if (oversized.isPresent()) {
            refuse(true, turn, oversized.get());
            return;
        }
        if (!signatureHolds(turn.candidate().verdict())) {
            refuse(false, turn, new Refusal.InvalidSignature(node.id()));
            return;
        }
        if (parentsMissing(turn)) {
            return;
        }
        Optional<String> denied = deniedKey(node.transaction());
        if (denied.isPresent()) {
            refuse(false, turn, new Refusal.NotPermitted(node.transaction().author(), denied.get()));
            return;
        }
        store(turn);
    }

    private long ceiling() {
        return Lamport.plusSaturating(rules.reference() ? clockAtStart : overlay.clock(), Lamport.LEAD_MAX);
    }

    private Optional<Refusal> wallClockSkew(Node node) {
        long wallMs = node.transaction().wallMs();
        long wallMax = Lamport.plusSaturating(nowMs, AcceptanceRules.WALL_LEAD_MAX_MS);
        return wallMs != 0 && Long.compareUnsigned(wallMs, wallMax) > 0
                ? Optional.of(new Refusal.WallClockSkew(node.id(), wallMs, nowMs))
                : Optional.empty();
    }

    private Optional<Refusal> overLimit(Node node) {
        return rules.limits().exceededBy(node).map(over -> over);
    }

    /** A node that nobody checked because its id was thought to be stored is not trusted when it is not. */
    private boolean signatureHolds(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Unchecked unchecked -> false;
            case Verdict.Checked checked ->
                switch (checked.signature()) {
                    case VALID -> true;
                    case INVALID -> false;
                    case UNSIGNED -> rules.acceptUnsigned();
                };
        };
    }

    /** Lets the node wait for those of its parents that are not stored; false if all are. */
    private boolean parentsMissing(Turn turn) {
        Set<NodeId> missing = new HashSet<>();
        for (NodeId parent : turn.node().transaction().parents()) {
            if (!overlay.contains(parent)) {
                missing.add(parent);
            }
        }
        Waiting waiting = new Waiting(turn, missing.size());
        for (NodeId parent : missing) {
            waitingFor.computeIfAbsent(parent, p -> new ArrayList<>()).add(waiting);
        }
        return !missing.isEmpty();
    }

    private Optional<String> deniedKey(Transaction transaction) {
        if (rules.reference()
                ? SnapshotExemption.marked(transaction)
                : SnapshotExemption.wellFormed(transaction, rules.server())) {
            return Optional.empty();
        }
        return transaction.ops().stream()
                .map(Op::key)
                .filter(key -> !rules.mayWrite().mayWrite(transaction.author(), key))
                .findFirst();
    }

    /** Stores the node and calls up what waited for it or for the clock. */
    private void store(Turn turn) {
        overlay.store(turn.node());
        stored.add(turn.node());
        List<Waiting> released = waitingFor.remove(turn.node().id());
        if (released != null) {
            for (Waiting waiting : released) {
                if (--waiting.parentsMissing == 0) {
                    turns.add(waiting.turn.after(turn));
                }
            }
        }
        while (!tooFarAhead.isEmpty() && Lamport.compare(tooFarAhead.peek().lamport(), ceiling()) <= 0) {
            turns.add(tooFarAhead.poll().after(turn));
        }
    }

    private void countKnown(Node node) {
        known++;
        knownBytes += node.sizeBytes();
    }

    private void refuse(boolean early, Turn turn, Refusal why) {
        refusals.add(new Refused(early, turn, why));
    }

    private Outcome outcome() {
        for (Turn turn : tooFarAhead) {
            refuse(true, turn, new Refusal.AboveCeiling(turn.node().id(), turn.lamport(), ceiling()));
        }
        List<Candidate> orphans = orphans();
        int refused = refusals.size();
        List<String> errors = new ArrayList<>();
        refusals.sort(null);
        for (Refused refusal : refusals) {
            errors.add(refusal.why().text());
        }
        if (!rules.parkOrphans() && !orphans.isEmpty()) {
            errors.add(new Refusal.MissingParent(orphans.size()).text());
            refused += orphans.size();
            orphans = List.of();
        }
        return new Outcome(List.copyOf(stored), known, knownBytes, orphans, refused, List.copyOf(errors));
    }

    /** What still waits for parents, in the order of the pack; of copies one, the others count as known. */
    private List<Candidate> orphans() {
        TreeMap<Integer, Candidate> byPosition = new TreeMap<>();
        for (List<Waiting> those : waitingFor.values()) {
            for (Waiting waiting : those) {
                byPosition.put(waiting.turn.position(), waiting.turn.candidate());
            }
        }
        Map<NodeId, Candidate> orphans = new LinkedHashMap<>();
        for (Candidate candidate : byPosition.values()) {
            if (orphans.putIfAbsent(candidate.node().id(), candidate) != null) {
                countKnown(candidate.node());
            }
        }
        return List.copyOf(orphans.values());
    }
}
