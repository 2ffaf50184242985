package dev.parley.sim.check;

import dev.parley.core.history.Node;
import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.wire.Encoded;
import dev.parley.persistence.relay.RelayRules;
import dev.parley.persistence.relay.RelaySettings;
import dev.parley.persistence.room.Flushed;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRoom;
import dev.parley.sim.oracle.PlainNode;
import dev.parley.sim.oracle.PlainPack;
import dev.parley.sim.oracle.PlainRoom;
import dev.parley.sim.oracle.PlainState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The promises of design §7 for one room, watched from outside: the world reports what is committed, decided,
 * acknowledged, relayed and sent, and the first report that breaks a promise throws a {@link Violation}.
 *
 * <p>Each report is checked when it comes, at a cost of its own size; whole states are compared by {@link #agrees},
 * which reads all nodes.
 */
public final class Invariants {
    /** A room's whole state is looked at once so many things were reported of it. */
    private static final int DIGEST_EVERY = 1_000;

    /** So many messages are remembered as read: those on their way at one time. */
    private static final int READ_MAX = 4_096;

    private final Promises promises;
    private final Journaled journaled;
    private final Judgement judgement;
    private final Set<NodeId> acknowledged = new HashSet<>();
    private final List<NodeId> acknowledgedRow = new ArrayList<>();
    private final Map<SessionId, SessionSeen> sessions = new HashMap<>();
    /** Messages that sessions share are read once. */
    private final Map<Encoded, List<PlainNode>> read = new IdentityHashMap<>();

    private Optional<PlainState> state = Optional.empty();
    private long stateSeq = -1;
    private long reports;
    private long digestedSeq;

    /** Of a room with production's bounds. */
    public Invariants() {
        this(Promises.DEFAULT);
    }

    public Invariants(Promises promises) {
        this.promises = promises;
        this.journaled = new Journaled(promises.signatures());
        this.judgement = new Judgement(journaled, promises.judge());
    }

    public Promises promises() {
        return promises;
    }

    /** An event is durable as {@code seq}: each seq once, parents before children, no node twice, the root as said. */
    public void committed(long seq, RoomEvent event) {
        journaled.committed(seq, event);
    }

    /** A life of the room begins: it is what the journal says, and lacks nothing that was ever acknowledged. */
    public void recovered(RoomState room) {
        recovered(room, acknowledgedRow.size());
    }

    /**
     * The same, of a life that asked where the journal ends when so many nodes had been acknowledged: a stale life may
     * have added to it since.
     */
    public void recovered(RoomState room, int acknowledgedThen) {
        journaled.recovered(room);
        for (NodeId id : acknowledgedRow.subList(0, acknowledgedThen)) {
            Violation.unless(
                    room.view().contains(id), () -> "the acknowledged node " + id + " is gone from a recovered room");
        }
    }

    /** Nodes of which some peer was told that they are stored, each once. */
    public int acknowledged() {
        return acknowledgedRow.size();
    }

    /** A life of the room decided on these packs, being in this state. */
    void decided(RoomState room, List<ToRoom.Submit> submits, Flushed flushed, long nowMs) {
        judgement.decided(room, submits, flushed, nowMs);
        if (reports >= DIGEST_EVERY && room.seq() != digestedSeq) {
            reports = 0;
            digestedSeq = room.seq();
            List<PlainNode> nodes = journaled.room().nodes();
            PlainState expected =
                    PlainState.of(nodes.subList(0, journaled.room().countAt(room.seq())));
            Digests.difference(expected, room.view()).ifPresent(what -> {
                throw new Violation("of a room at " + room.seq() + " " + what);
            });
        }
    }

    /** A session wants something of its relay. */
    public void asks(SessionId session, Effect.ForRoom request) {
        reports++;
        seen(session).asks(request);
        if (request instanceof Effect.Leave) {
            sessions.remove(session);
        }
    }

    /** A relay tells a session something. One that has left hears it no more. */
    public void told(SessionId session, Input input) {
        reports++;
        SessionSeen seen = sessions.get(session);
        if (seen != null) {
            seen.told(input, pack -> nodes(pack.message()));
        }
    }

    /**
     * A session made this step: it ends as it should, and does not outlive its token. {@code wallMs} is its member's
     * clock, {@code steadyMs} time that passes.
     */
    public void stepped(SessionId session, Phase before, Input input, Phase after, long wallMs, long steadyMs) {
        reports++;
        SessionSeen seen = sessions.get(session);
        Ends.stepped(before, input, after, seen != null && seen.expired(wallMs));
        if (seen != null && !(after instanceof Phase.Closed)) {
            seen.lives(wallMs, steadyMs);
        }
    }

    /** A relay holds no more than its settings say, unfinished fragments included. */
    public void holds(RelayRules.Held held, long reassemblyBytes) {
        RelaySettings bounds = promises.relay();
        if (held.queued() > 1) { // One alone may be larger.
            bounded("bytes of packs that wait in a relay", held.queuedBytes(), bounds.queuedBytesMax());
        }
        bounded("steps that a relay keeps", held.ringSteps(), bounds.ringSteps());
        bounded("bytes of steps that a relay keeps", held.ringBytes(), bounds.ringBytes());
        bounded("steps that a relay holds back", held.heldBackSteps(), bounds.ringSteps());
        bounded("bytes of unfinished fragments of a relay", reassemblyBytes, bounds.reassemblyBytes());
    }

    /** A session that joined its feed after {@code afterSeq} is behind a peer that {@code has} some nodes. */
    public void caughtUp(SessionId session, long afterSeq, Predicate<NodeId> has) {
        seen(session).caughtUp(afterSeq, has);
    }

    /** A peer is told that all of these are stored. */
    public void acknowledged(SessionId session, List<NodeId> ids) {
        for (NodeId id : ids) {
            Violation.unless(
                    journaled.room().has(id),
                    () -> "session " + session + " got an ack for " + id + ", not in the journal");
            if (acknowledged.add(id)) {
                acknowledgedRow.add(id);
            }
        }
    }

    /** A session sends a message: if it is a pack, of durable nodes, each once. */
    public void sent(SessionId session, Encoded message) {
        seen(session).sends(nodes(message));
    }

    /** A session sends a pack that its peer asked for: of durable nodes. */
    public void answered(SessionId session, Encoded message) {
        seen(session).answers(nodes(message));
    }

    private List<PlainNode> nodes(Encoded message) {
        List<PlainNode> known = read.get(message);
        if (known != null) {
            return known;
        }
        try {
            List<PlainNode> nodes = PlainPack.nodes(message.json(), journaled.room());
            if (read.size() >= READ_MAX) {
                read.clear();
            }
            read.put(message, nodes);
            return nodes;
        } catch (IllegalStateException wrong) {
            throw new Violation(wrong.getMessage(), wrong);
        }
    }

    /** A peer takes a node: it has all its parents. */
    public void received(SessionId session, Node node, List<NodeId> lacking) {
        Violation.unless(
                lacking.isEmpty(),
                () -> "session " + session + " brought " + node.id() + " before its parents " + lacking);
    }

    /** What the project makes of the journal's nodes up to {@code seq} is what the oracle makes of them. */
    public void agrees(String who, HistoryView view) {
        PlainState expected = state();
        Violation.unless(
                view.count() == journaled.room().nodes().size() && view.root().equals(journaled.root(journaled.seq())),
                () -> who + " has " + view.count() + " nodes and root " + view.root() + ", the journal "
                        + journaled.room().nodes().size() + " and "
                        + journaled.root(journaled.seq()));
        Digests.difference(expected, view).ifPresent(what -> {
            throw new Violation("of " + who + " " + what);
        });
    }

    /** The oracle's state of all that the journal has. */
    private PlainState state() {
        if (stateSeq != journaled.seq()) {
            stateSeq = journaled.seq();
            state = Optional.of(PlainState.of(journaled.room().nodes()));
        }
        return state.orElseThrow();
    }

    /** Something that must stay bounded. */
    public void bounded(String what, long size, long max) {
        Violation.unless(size <= max, () -> what + " grew to " + size + ", beyond " + max);
    }

    /** What must be equal at the end. */
    public void equal(String what, Object expected, Object got) {
        Violation.unless(expected.equals(got), () -> what + " is " + got + ", not " + expected);
    }

    /** The whole journal holds everything that was ever acknowledged. */
    public void endsWith(Set<NodeId> ids) {
        Violation.unless(ids.containsAll(acknowledged), () -> "an acknowledged node is gone");
    }

    public long committedSeq() {
        return journaled.seq();
    }

    /** What the journal has, as the oracle reads it. */
    public PlainRoom room() {
        return journaled.room();
    }

    public void require(boolean holds, String what) {
        Violation.unless(holds, () -> what);
    }

    private SessionSeen seen(SessionId session) {
        return sessions.computeIfAbsent(
                session,
                id -> new SessionSeen(id, journaled, promises.relay().parents().closed()));
    }
}
