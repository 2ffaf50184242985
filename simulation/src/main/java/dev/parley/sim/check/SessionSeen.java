package dev.parley.sim.check;

import dev.parley.core.access.Subscription;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ControlRequest;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.Run;
import dev.parley.sim.oracle.PlainFilter;
import dev.parley.sim.oracle.PlainNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** One session as it was asked and told: its feed, what it was sent, its packs, and whom it knows to be there. */
final class SessionSeen {
    /** A session looks at the clock so often; it outlives its token by no more. */
    private static final long RECHECK_MS = 15_000;

    private static final long NEVER = Long.MAX_VALUE;

    private final SessionId session;
    private final Journaled journaled;
    private final boolean closure;
    private final Set<NodeId> sent = new HashSet<>();
    private final Map<Long, List<NodeId>> submits = new HashMap<>();
    private final Map<Long, List<NodeId>> lackingAsked = new HashMap<>();
    private final Map<Long, PeerId> locks = new HashMap<>();
    private final Set<PeerId> present = new TreeSet<>();
    private PlainFilter filter = PlainFilter.EVERYTHING;
    private OptionalLong expirySeconds = OptionalLong.empty();
    private long expiredSinceMs = NEVER;
    private long lastSeq = -1;

    /** {@code closure}: what passes a filter comes with its ancestors. */
    SessionSeen(SessionId session, Journaled journaled, boolean closure) {
        this.session = session;
        this.journaled = journaled;
        this.closure = closure;
    }

    /** The session asks its relay. */
    void asks(Effect.ForRoom request) {
        switch (request) {
            case Effect.Enter enter -> filter = plain(enter.subscription());
            case Effect.Resubscribe(var subscription) -> filter = plain(subscription);
            case Effect.Submit(var number, var candidates, var sizeBytes) ->
                submits.put(
                        number,
                        candidates.stream()
                                .map(candidate -> candidate.node().id())
                                .toList());
            case Effect.AskLacking(var number, var ids) -> lackingAsked.put(number, ids);
            case Effect.Lock(var number, var key) -> locks.put(number, key);
            default -> {}
        }
    }

    private static PlainFilter plain(Subscription subscription) {
        return new PlainFilter(subscription.patterns());
    }

    /** The relay tells the session. */
    void told(Input input, Function<Input.RelayedPack, List<PlainNode>> nodesOf) {
        switch (input) {
            case Input.Admitted(var number, var admission) -> admitted(admission);
            case Input.FeedJoined(var number, var afterSeq) -> joined(afterSeq);
            case Input.Relayed step -> relayed(step, nodesOf);
            case Input.Answered(var number, var answer) -> answered(number, answer);
            case Input.Unanswered(var number) -> submits.remove(number);
            case Input.Lacking(var number, var ids) -> lacking(number, ids);
            case Input.LockAnswered(var number, var locked) ->
                Violation.unless(
                        !locked || journaled.locked(locks.get(number), new ControlRequest(session, number)),
                        () -> "session " + session + " was told of a lock that is not in the journal");
            case Input.PolicyAnswered(var number, var refusal) ->
                Violation.unless(
                        refusal.isPresent() || journaled.did(new ControlRequest(session, number)),
                        () -> "session " + session + " was told of a policy that is not in the journal");
            case Input.PeerJoined(var peer, var id, var type) ->
                Violation.unless(
                        present.add(peer), () -> "session " + session + " was told twice that " + peer + " joined");
            case Input.PeerLeft(var peer, var id, var type) ->
                Violation.unless(
                        present.remove(peer),
                        () -> "session " + session + " was told that " + peer + " left, who was not in");
            default -> {}
        }
    }

    private void admitted(Admission admission) {
        long seq = admission.asOfSeq();
        Violation.unless(
                seq <= journaled.seq(),
                () -> "session " + session + " was let in as of " + seq + ", after the journal");
        Violation.unless(
                admission.asOfNodes() == journaled.room().countAt(seq)
                        && admission.root().equals(journaled.root(seq)),
                () -> "session " + session + " was let in to " + admission.asOfNodes() + " nodes with root "
                        + admission.root() + " as of " + seq);
        for (NodeId lacked : admission.difference().weLack()) {
            Violation.unless(
                    !journaled.room().hasAt(lacked, seq),
                    () -> "session " + session + " was asked for " + lacked + ", which the room has");
        }
        expirySeconds = admission.expirySeconds();
        present.clear();
        present.addAll(admission.peers());
    }

    /** True if its token was good before {@code wallMs} of its member's clock only. */
    boolean expired(long wallMs) {
        return expirySeconds.isPresent()
                && Long.compareUnsigned(Math.max(0, wallMs) / 1_000, expirySeconds.getAsLong()) >= 0;
    }

    /** The session goes on at {@code wallMs} of its member's clock, when {@code steadyMs} have passed in all. */
    void lives(long wallMs, long steadyMs) {
        if (!expired(wallMs)) {
            expiredSinceMs = NEVER;
            return;
        }
        expiredSinceMs = Math.min(expiredSinceMs, steadyMs);
        Violation.unless(
                steadyMs - expiredSinceMs <= RECHECK_MS,
                () -> "session " + session + " outlives its token by " + (steadyMs - expiredSinceMs) + " ms");
    }

    /** The session's feed begins: relays follow from {@code afterSeq + 1} on. */
    void joined(long afterSeq) {
        Violation.unless(
                afterSeq <= journaled.seq(),
                () -> "session " + session + " joined at " + afterSeq + ", after the journal");
        Violation.unless(lastSeq < 0, () -> "session " + session + " joined its feed twice");
        lastSeq = afterSeq;
    }

    /** At the start of its feed the peer has, or was sent, all that its filter lets pass up to there. */
    void caughtUp(long afterSeq, Predicate<NodeId> has) {
        List<PlainNode> nodes = journaled.room().nodes();
        int count = journaled.room().countAt(afterSeq);
        for (int number = 0; number < count; number++) {
            PlainNode node = nodes.get(number);
            Violation.unless(
                    sent.contains(node.id()) || has.test(node.id()) || !filter.passes(node),
                    () -> "session " + session + " joined at " + afterSeq + " and was never sent " + node);
        }
    }

    /** One dense row, and of each event exactly what the journal has but for its own runs and what its filter leaves out. */
    private void relayed(Input.Relayed step, Function<Input.RelayedPack, List<PlainNode>> nodesOf) {
        long seq = step.seq();
        Violation.unless(lastSeq >= 0, () -> "session " + session + " got step " + seq + " before its feed began");
        Violation.unless(seq == lastSeq + 1, () -> "session " + session + " got step " + seq + " after " + lastSeq);
        Violation.unless(seq <= journaled.seq(), () -> "step " + seq + " was relayed before it was durable");
        lastSeq = seq;
        List<NodeId> expected = new ArrayList<>();
        if (journaled.event(seq) instanceof RoomEvent.NodesAppended(List<Run> runs, NodeId root)) {
            for (Run run : runs) {
                if (!run.origin().equals(session)) {
                    run.nodes().forEach(node -> {
                        if (filter.everything() || filter.passes(journaled.plain(node))) {
                            expected.add(node.id());
                        }
                    });
                }
            }
        }
        List<PlainNode> got = new ArrayList<>();
        for (Input.RelayedPack pack : step.packs()) {
            if (!pack.origin().equals(session)) {
                got.addAll(nodesOf.apply(pack));
            }
        }
        compare(seq, expected, got);
    }

    private void compare(long seq, List<NodeId> expected, List<PlainNode> got) {
        boolean ancestorsToo = closure && !filter.everything();
        int next = 0;
        for (PlainNode node : got) {
            if (next < expected.size() && expected.get(next).equals(node.id())) {
                next++;
            } else if (!ancestorsToo) {
                throw new Violation("step " + seq + " reached session " + session + " with " + node + " out of place");
            }
        }
        int found = next;
        Violation.unless(
                found == expected.size(),
                () -> "step " + seq + " reached session " + session + " without " + expected.get(found));
    }

    /** It is told that what is counted as stored or known is: so much of the pack is in the journal. */
    private void answered(long number, Input.PackAnswer answer) {
        List<NodeId> ids = submits.remove(number);
        Violation.unless(
                ids != null, () -> "session " + session + " got an answer to " + number + ", not a pack of its");
        Violation.unless(
                ids.size() == answer.incoming(),
                () -> "session " + session + " brought " + ids.size() + " nodes, the answer is for "
                        + answer.incoming());
        Violation.unless(
                answer.stored() + answer.known() + answer.parked() + answer.rejected() == answer.incoming(),
                () -> "an answer to session " + session + " does not add up: " + answer);
        long stored = ids.stream().filter(journaled.room()::has).count();
        Set<NodeId> distinct = new HashSet<>(ids);
        // A copy of a parked node counts as known too.
        long copies = ids.size() - distinct.size();
        Violation.unless(
                answer.stored() + answer.known() <= stored + copies,
                () -> "session " + session + " was told that " + (answer.stored() + answer.known())
                        + " of its nodes are stored; " + stored + " are in the journal");
        Violation.unless(
                answer.rejected() == 0 || answer.errors().isPresent(),
                () -> "session " + session + " was refused nodes without a word");
    }

    private void lacking(long number, List<NodeId> ids) {
        List<NodeId> asked = lackingAsked.remove(number);
        if (asked == null) {
            return;
        }
        Set<NodeId> lacked = new HashSet<>(ids);
        for (NodeId id : asked) {
            Violation.unless(
                    lacked.contains(id) || journaled.room().has(id),
                    () -> "session " + session + " was told that the room has " + id + ", which it has not");
        }
    }

    /** Its peer is sent these: what passes its filter, each once. */
    void sends(List<PlainNode> nodes) {
        boolean ancestorsToo = closure && !filter.everything();
        for (PlainNode node : nodes) {
            Violation.unless(
                    sent.add(node.id()) || ancestorsToo, () -> "session " + session + " sent " + node.id() + " twice");
        }
    }

    /**
     * Its peer is sent these in answer to a request; it may have them, and the feed may bring them once more: an answer
     * is of the room's state, which may be ahead of the feed.
     */
    void answers(List<PlainNode> nodes) {
        Violation.unless(
                !nodes.isEmpty() || lastSeq >= 0, () -> "session " + session + " was answered before its feed");
    }
}
