package dev.parley.sim.check;

import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.Run;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The promises of design §7, watched from outside: the world reports what is committed, acknowledged, relayed and
 * sent, and the first report that breaks a promise throws a {@link Violation}.
 */
public final class Invariants {
    /** What one session saw. */
    private static final class Seen {
        private long lastSeq = -1;
        private final Set<NodeId> nodes = new HashSet<>();
    }

    private final List<RoomEvent> journal = new ArrayList<>();
    private final Set<NodeId> journaled = new HashSet<>();
    private final Set<NodeId> acknowledged = new HashSet<>();
    private final Map<SessionId, Seen> sessions = new HashMap<>();

    /** An event is durable as {@code seq}: each seq once, parents before children, no node twice. */
    public void committed(long seq, RoomEvent event) {
        require(seq == journal.size() + 1, "seq " + seq + " was written after " + journal.size());
        journal.add(event);
        for (Node node : nodes(event)) {
            require(
                    journaled.containsAll(node.transaction().parents()),
                    "node " + node.id() + " is in the journal before its parents");
            require(journaled.add(node.id()), "node " + node.id() + " is in the journal twice");
        }
    }

    /** A peer is told that all of these are stored. */
    public void acknowledged(SessionId session, List<NodeId> ids) {
        for (NodeId id : ids) {
            require(journaled.contains(id), "session " + session + " got an ack for " + id + ", not in the journal");
            acknowledged.add(id);
        }
    }

    /** A session's feed begins. */
    public void joined(SessionId session, long afterSeq) {
        require(afterSeq <= journal.size(), "session " + session + " joined at " + afterSeq + ", after the journal");
        seen(session).lastSeq = afterSeq;
    }

    /** A session is told of an event: one dense row, and exactly what the journal has there but for its own runs. */
    public void relayed(SessionId session, Input.Relayed step, Function<Input.RelayedPack, List<Node>> nodesOf) {
        Seen seen = seen(session);
        require(seen.lastSeq >= 0, "session " + session + " got step " + step.seq() + " before its feed began");
        require(
                step.seq() == seen.lastSeq + 1,
                "session " + session + " got step " + step.seq() + " after " + seen.lastSeq);
        require(step.seq() <= journal.size(), "step " + step.seq() + " was relayed before it was durable");
        seen.lastSeq = step.seq();
        List<NodeId> expected = new ArrayList<>();
        if (journal.get((int) step.seq() - 1) instanceof RoomEvent.NodesAppended(List<Run> runs, NodeId root)) {
            for (Run run : runs) {
                if (!run.origin().equals(session)) {
                    run.nodes().forEach(node -> expected.add(node.id()));
                }
            }
        }
        List<NodeId> got = new ArrayList<>();
        for (Input.RelayedPack pack : step.packs()) {
            if (!pack.origin().equals(session)) {
                nodesOf.apply(pack).forEach(node -> got.add(node.id()));
            }
        }
        require(expected.equals(got), "step " + step.seq() + " reached session " + session + " with other nodes");
    }

    /** A session sends nodes to its peer: durable ones, each once. */
    public void sent(SessionId session, List<Node> nodes) {
        Seen seen = seen(session);
        for (Node node : nodes) {
            require(
                    journaled.contains(node.id()),
                    "session " + session + " sent " + node.id() + ", not in the journal");
            require(seen.nodes.add(node.id()), "session " + session + " sent " + node.id() + " twice");
        }
    }

    /** A session sends nodes that its peer asked for: durable ones. */
    public void answered(SessionId session, List<Node> nodes) {
        for (Node node : nodes) {
            require(
                    journaled.contains(node.id()),
                    "session " + session + " sent " + node.id() + ", not in the journal");
        }
    }

    /** A peer takes a node: it has all its parents. */
    public void received(SessionId session, Node node, List<NodeId> lacking) {
        require(lacking.isEmpty(), "session " + session + " brought " + node.id() + " before its parents " + lacking);
    }

    /** Something that must stay bounded. */
    public void bounded(String what, long size, long max) {
        require(size <= max, what + " grew to " + size + ", beyond " + max);
    }

    /** What must be equal at the end. */
    public void equal(String what, Object expected, Object got) {
        require(expected.equals(got), what + " is " + got + ", not " + expected);
    }

    /** The whole journal holds everything that was ever acknowledged. */
    public void endsWith(Set<NodeId> ids) {
        require(ids.containsAll(acknowledged), "an acknowledged node is gone");
    }

    public long committedSeq() {
        return journal.size();
    }

    public void require(boolean holds, String what) {
        if (!holds) {
            throw new Violation(what);
        }
    }

    private Seen seen(SessionId session) {
        return sessions.computeIfAbsent(session, s -> new Seen());
    }

    private static List<Node> nodes(RoomEvent event) {
        return event instanceof RoomEvent.NodesAppended(List<Run> runs, NodeId root)
                ? runs.stream().flatMap(run -> run.nodes().stream()).toList()
                : List.of();
    }
}
