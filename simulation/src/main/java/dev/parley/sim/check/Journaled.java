package dev.parley.sim.check;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.persistence.room.ControlRequest;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.Run;
import dev.parley.sim.oracle.PlainNode;
import dev.parley.sim.oracle.PlainPolicy;
import dev.parley.sim.oracle.PlainRoom;
import dev.parley.sim.oracle.PlainSignatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One room's journal as it was written, and what each recovery must make of it (design §7, 1, 4, 6, 9). */
final class Journaled {
    private final PlainSignatures signatures;
    private final PlainRoom room = new PlainRoom();
    private final List<RoomEvent> events = new ArrayList<>();
    private final List<NodeId> roots = new ArrayList<>();
    private final Map<Node, PlainNode> read = new HashMap<>();
    private final Set<ControlRequest> controls = new HashSet<>();
    private boolean lockUnnamed;

    Journaled(PlainSignatures signatures) {
        this.signatures = signatures;
        roots.add(room.root());
    }

    PlainRoom room() {
        return room;
    }

    long seq() {
        return events.size();
    }

    RoomEvent event(long seq) {
        return events.get((int) seq - 1);
    }

    /** The root after event {@code seq}. */
    NodeId root(long seq) {
        return roots.get((int) seq);
    }

    /** True if this command of a session is in the journal. */
    boolean did(ControlRequest request) {
        return controls.contains(request);
    }

    /**
     * True if the room was locked with this key by that command, or by one that the journal does not name: an old form of
     * the event has no place for it.
     */
    boolean locked(PeerId key, ControlRequest request) {
        return did(request) || (lockUnnamed && room.lockAt(seq()).equals(Optional.of(key)));
    }

    /** The node as the oracle reads it. */
    PlainNode plain(Node node) {
        return read.computeIfAbsent(node, one -> PlainNode.read(one.encoded(), signatures));
    }

    /** An event is durable: each seq once, parents before children, no node twice, and the root is what it says. */
    void committed(long seq, RoomEvent event) {
        Violation.unless(seq == seq() + 1, () -> "seq " + seq + " was written after " + seq());
        switch (event) {
            case RoomEvent.NodesAppended(List<Run> runs, NodeId root) ->
                runs.forEach(run -> run.nodes().forEach(this::add));
            case RoomEvent.RoomLocked(PeerId key, Optional<ControlRequest> request, NodeId root) -> {
                Violation.unless(room.lockAt(seq()).isEmpty(), () -> "the room was locked twice");
                room.lock(key);
                request.ifPresent(this::control);
                lockUnnamed = request.isEmpty();
            }
            case RoomEvent.PolicySet(WritePolicy policy, long clock, ControlRequest request, NodeId root) -> {
                room.addPolicy(plain(policy));
                control(request);
            }
        }
        room.advance();
        events.add(event);
        NodeId root = room.root();
        roots.add(root);
        Violation.unless(
                root.equals(event.rootAfter()),
                () -> "the root after " + seq + " is " + root + ", the event says " + event.rootAfter());
    }

    private void add(Node node) {
        for (NodeId parent : node.transaction().parents()) {
            Violation.unless(room.has(parent), () -> "node " + node.id() + " is in the journal before its parents");
        }
        Violation.unless(!room.has(node.id()), () -> "node " + node.id() + " is in the journal twice");
        room.add(plain(node));
    }

    private void control(ControlRequest request) {
        Violation.unless(controls.add(request), () -> request + " was carried out twice");
    }

    private static PlainPolicy plain(WritePolicy policy) {
        return new PlainPolicy(
                policy.rules().stream()
                        .map(rule -> new PlainPolicy.Rule(rule.pattern(), rule.canWrite()))
                        .toList(),
                policy.fallback() == WritePolicy.Fallback.ALLOW_ALL);
    }

    /** A life of the room begins with this state: just what the journal has up to there, in its order. */
    void recovered(RoomState state) {
        long seq = state.seq();
        Violation.unless(seq <= seq(), () -> "a room recovered to " + seq + ", after its journal");
        HistoryView view = state.view();
        int count = room.countAt(seq);
        Violation.unless(
                view.count() == count, () -> "a room recovered " + view.count() + " nodes of " + count + " at " + seq);
        for (int number = 0; number < count; number++) {
            NodeId id = room.nodes().get(number).id();
            int at = number;
            Violation.unless(
                    view.id(number).equals(id),
                    () -> "node " + at + " of a recovered room is " + view.id(at) + ", not " + id);
        }
        Violation.unless(
                view.root().equals(root(seq)),
                () -> "the root of a recovered room is " + view.root() + ", not " + root(seq));
        Violation.unless(
                state.lockKey().equals(room.lockAt(seq)),
                () -> "the lock of a recovered room is " + state.lockKey() + ", not " + room.lockAt(seq));
        policies(state);
    }

    private void policies(RoomState state) {
        var entries = state.policies().entries();
        int count = room.policiesAt(state.seq());
        Violation.unless(
                entries.size() == count, () -> "a recovered room knows " + entries.size() + " policies of " + count);
        for (int number = 0; number < count; number++) {
            int at = number;
            Violation.unless(
                    entries.get(number).effectiveLamport() == number
                            && plain(entries.get(number).policy())
                                    .equals(room.policies().get(number)),
                    () -> "policy " + at + " of a recovered room is " + entries.get(at));
        }
    }
}
