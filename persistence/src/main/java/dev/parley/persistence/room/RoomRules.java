package dev.parley.persistence.room;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Acceptance;
import dev.parley.core.history.AcceptanceRules;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Overlay;
import dev.parley.core.history.Signatures;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.session.Input;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a room decides, and what its events make of it. {@code decide} may refuse, {@code evolve} may not: an event is a
 * fact. Pure: time is an argument.
 *
 * <p>Not final: a simulated room lets somebody look at each decision.
 */
public class RoomRules {
    /** The refusal of nodes that a bounded room cannot take. */
    public static final String FULL = "room is full";

    /** The refusals of policies that a bounded room cannot keep. */
    static final String POLICY_TOO_LARGE = "reject.protocol_message_too_large: set-policy";

    static final String POLICIES_FULL = "set-policy: the room's policy timeline is full";

    private static final String LOCKED = "room already locked";

    /** Texts of one answer: a pack of bad nodes must not come back as a message larger than itself. */
    private static final int ERRORS_MAX = 1_000;

    private final RoomSettings settings;
    private final PeerId server;
    private final Signatures signatures;
    private final PolicyBounds bounds;

    /** {@code server} is the key whose snapshot nodes pass the write policy. */
    public RoomRules(RoomSettings settings, PeerId server, Signatures signatures) {
        this(settings, server, signatures, PolicyBounds.DEFAULT);
    }

    /** The same, with other bounds of the policies that a room keeps. */
    public RoomRules(RoomSettings settings, PeerId server, Signatures signatures, PolicyBounds bounds) {
        this.bounds = bounds;
        this.settings = settings;
        this.server = server;
        this.signatures = signatures;
    }

    /**
     * Decides every submit in order, each against the state that those before it leave. {@code nowMs} is the server's
     * clock, in milliseconds since the epoch.
     */
    public Flushed decide(RoomState room, List<ToRoom.Submit> submits, long nowMs) {
        HistoryView view = room.view();
        Overlay overlay = new Overlay(view);
        AcceptanceRules acceptance = new AcceptanceRules(
                room.writePolicy()::mayWrite,
                server,
                settings.limits().acceptUnsigned(),
                settings.orphans().nodesMax() > 0,
                settings.limits().node());
        Size size = new Size(view.count(), view.bytes());
        List<Run> runs = new ArrayList<>();
        List<Flushed.Decided> decided = new ArrayList<>();
        for (ToRoom.Submit submit : submits) {
            if (!size.takes(overlay, submit.candidates())) {
                decided.add(full(overlay, submit));
                continue;
            }
            Acceptance.Outcome outcome = Acceptance.accept(overlay, submit.candidates(), acceptance, nowMs);
            size.add(outcome.stored());
            addRun(runs, submit, outcome.stored());
            decided.add(new Flushed.Decided(
                    new Input.PackAnswer(
                            submit.candidates().size(),
                            outcome.stored().size(),
                            outcome.known(),
                            outcome.parked().size(),
                            outcome.refused(),
                            outcome.knownBytes(),
                            text(outcome.errors())),
                    outcome.parked()));
        }
        return new Flushed(events(view, overlay, runs), decided);
    }

    /**
     * The event by which the operator locks the room; empty when it is locked already, or nobody could sign for this key.
     */
    public Optional<List<RoomEvent>> decideLock(RoomState room, PeerId key) {
        return lock(room, key, Optional.empty());
    }

    /** Locks the room for a session. A room that is locked refuses, also for the same key, but not the same request. */
    ControlDecision decideLock(RoomState room, PeerId key, ControlRequest request) {
        if (room.controls().has(request)) {
            return new ControlDecision.DoneBefore();
        }
        return lock(room, key, Optional.of(request))
                .<ControlDecision>map(ControlDecision.Do::new)
                .orElseGet(() -> new ControlDecision.Refused(LOCKED));
    }

    private Optional<List<RoomEvent>> lock(RoomState room, PeerId key, Optional<ControlRequest> request) {
        return room.lockKey().isPresent() || !signatures.isKey(key)
                ? Optional.empty()
                : Optional.of(List.of(
                        new RoomEvent.RoomLocked(key, request, room.view().root())));
    }

    /** Sets the room's policy; the same request said again is done once. */
    ControlDecision decidePolicy(RoomState room, WritePolicy policy, ControlRequest request) {
        if (room.controls().has(request)) {
            return new ControlDecision.DoneBefore();
        }
        if (policy.encode().length > bounds.policyBytesMax() || policy.wildcardBytes() > bounds.wildcardBytesMax()) {
            return new ControlDecision.Refused(POLICY_TOO_LARGE);
        }
        if (room.policies().plus(policy).encode().length > bounds.policiesBytesMax()) {
            return new ControlDecision.Refused(POLICIES_FULL);
        }
        HistoryView view = room.view();
        return new ControlDecision.Do(List.of(new RoomEvent.PolicySet(policy, view.clock(), request, view.root())));
    }

    /**
     * The state after an event; replay runs exactly this. The state given is the one returned, grown.
     *
     * <p>Errors: {@link CorruptRoom} if the event cannot follow this state: a parent is missing, a node is there, or the
     * root is another.
     */
    public static RoomState evolve(RoomState room, RoomEvent event) {
        long seq = room.seq() + 1;
        switch (event) {
            case RoomEvent.NodesAppended(List<Run> runs, NodeId rootAfter) -> {
                try {
                    runs.forEach(run -> run.nodes().forEach(room::append));
                } catch (IllegalArgumentException impossible) {
                    throw new CorruptRoom(room.room(), seq, impossible.getMessage());
                }
                NodeId root = room.view().root();
                if (!root.equals(rootAfter)) {
                    throw new CorruptRoom(room.room(), seq, "root is " + root + ", event says " + rootAfter);
                }
            }
            case RoomEvent.RoomLocked(PeerId key, Optional<ControlRequest> request, NodeId rootAfter) -> {
                room.lock(key);
                request.ifPresent(room.controls()::add);
            }
            case RoomEvent.PolicySet(WritePolicy policy, long clock, ControlRequest request, NodeId rootAfter) -> {
                room.setPolicy(policy);
                room.controls().add(request);
            }
        }
        room.advance();
        return room;
    }

    /** What relays are told of an event: its nodes, or an empty step, so that their row stays dense. */
    public static ToRelay.Step step(long seq, RoomEvent event) {
        return switch (event) {
            case RoomEvent.NodesAppended(List<Run> runs, NodeId rootAfter) -> new ToRelay.Step(seq, runs, rootAfter);
            case RoomEvent.RoomLocked e -> new ToRelay.Step(seq, List.of(), e.rootAfter());
            case RoomEvent.PolicySet e -> new ToRelay.Step(seq, List.of(), e.rootAfter());
        };
    }

    /** What a session brought in a row is one run: receivers get it as one pack. */
    private static void addRun(List<Run> runs, ToRoom.Submit submit, List<Node> stored) {
        if (stored.isEmpty()) {
            return;
        }
        Run last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last.origin().equals(submit.origin()) && last.from().equals(submit.from())) {
            List<Node> joined = new ArrayList<>(last.nodes());
            joined.addAll(stored);
            runs.set(runs.size() - 1, new Run(last.origin(), last.from(), joined));
        } else {
            runs.add(new Run(submit.origin(), submit.from(), stored));
        }
    }

    private static Optional<String> text(List<String> errors) {
        if (errors.size() <= ERRORS_MAX) {
            return errors.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", errors));
        }
        return Optional.of(
                String.join("; ", errors.subList(0, ERRORS_MAX)) + "; and " + (errors.size() - ERRORS_MAX) + " more");
    }

    private List<RoomEvent> events(HistoryView view, Overlay overlay, List<Run> runs) {
        if (runs.isEmpty()) {
            return List.of();
        }
        if (MessageSize.runs(runs) <= settings.intake().eventBytesMax()) {
            return List.of(new RoomEvent.NodesAppended(runs, overlay.root()));
        }
        // Each part needs the root after it, so the group is stored once more, part by part.
        Overlay parts = new Overlay(view);
        List<RoomEvent> events = new ArrayList<>();
        for (List<Run> part : EventParts.of(runs, settings.intake().eventBytesMax())) {
            part.forEach(run -> run.nodes().forEach(parts::store));
            events.add(new RoomEvent.NodesAppended(part, parts.root()));
        }
        return events;
    }

    private static Flushed.Decided full(Overlay overlay, ToRoom.Submit submit) {
        int known = 0;
        long knownBytes = 0;
        for (Candidate candidate : submit.candidates()) {
            if (overlay.contains(candidate.node().id())) {
                known++;
                knownBytes += candidate.node().sizeBytes();
            }
        }
        int incoming = submit.candidates().size();
        return new Flushed.Decided(
                new Input.PackAnswer(incoming, 0, known, 0, incoming - known, knownBytes, Optional.of(FULL)),
                List.of());
    }

    /** How large the room is with what the group stored so far. */
    private final class Size {
        private long nodes;
        private long bytes;

        private Size(long nodes, long bytes) {
            this.nodes = nodes;
            this.bytes = bytes;
        }

        /** True if all that is new here fits; a pack is not taken in part. */
        private boolean takes(Overlay overlay, List<Candidate> candidates) {
            if (nodes + candidates.size() <= settings.limits().nodesMax()
                    && bytes + bytes(candidates) <= settings.limits().bytesMax()) {
                return true;
            }
            long moreNodes = 0;
            long moreBytes = 0;
            Set<NodeId> seen = new HashSet<>();
            for (Candidate candidate : candidates) {
                Node node = candidate.node();
                if (!overlay.contains(node.id()) && seen.add(node.id())) {
                    moreNodes++;
                    moreBytes += node.sizeBytes();
                }
            }
            return moreNodes == 0
                    || (nodes + moreNodes <= settings.limits().nodesMax()
                            && bytes + moreBytes <= settings.limits().bytesMax());
        }

        private void add(List<Node> stored) {
            nodes += stored.size();
            for (Node node : stored) {
                bytes += node.sizeBytes();
            }
        }

        private static long bytes(List<Candidate> candidates) {
            long bytes = 0;
            for (Candidate candidate : candidates) {
                bytes += candidate.node().sizeBytes();
            }
            return bytes;
        }
    }
}
