package dev.parley.persistence.room;

import dev.parley.core.access.RoomToken;
import dev.parley.core.access.Subscription;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Decoded;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.PullPlan;
import dev.parley.core.wire.PresenceEntry;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * The binary form of the values that several messages and events hold.
 *
 * <pre>
 * value        form
 * session      number
 * control      session, its number (number)
 * policy       bytes (spec 01 §13.3)
 * node         bytes (its canonical form)
 * candidate    octet 0 unchecked, 1 valid, 2 invalid, 3 unsigned; the computed id unless 0; node
 * run          origin session, from key, list of node
 * entry        session, key, text peer id, text peer type
 * presence     session, key, text data, optional number end, number
 * mark         session, number
 * period       subscription, optional id of the first node that came after it
 * lacks        octet 0 nothing, 1 everything, 2 all but, 3 exactly, 4 except (each with ids), 5 since (number)
 * </pre>
 */
final class WireValues {
    private WireValues() {}

    static void session(WireWriter to, SessionId session) {
        to.number(session.value());
    }

    static SessionId session(WireReader from) {
        return new SessionId(from.number());
    }

    static void control(WireWriter to, ControlRequest request) {
        session(to, request.session());
        to.number(request.number());
    }

    static ControlRequest control(WireReader from) {
        return new ControlRequest(session(from), from.number());
    }

    static void policy(WireWriter to, WritePolicy policy) {
        to.bytes(policy.encode());
    }

    static WritePolicy policy(WireReader from) {
        byte[] encoded = from.bytes();
        return switch (WritePolicy.decode(encoded)) {
            case Decoded.Whole<WritePolicy>(WritePolicy policy) -> policy;
            case Decoded.Broken<WritePolicy>(String what, long offsetBytes) -> throw from.broken("policy: " + what);
        };
    }

    static void node(WireWriter to, Node node) {
        to.bytes(node.encoded());
    }

    static Node node(WireReader from) {
        byte[] encoded = from.bytes();
        return switch (Nodes.decode(encoded, 0, encoded.length)) {
            case Decoded.Whole<Node>(Node node) -> node;
            case Decoded.Broken<Node>(String what, long offsetBytes) -> throw from.broken("node: " + what);
        };
    }

    static void candidate(WireWriter to, Candidate candidate) {
        switch (candidate.verdict()) {
            case Verdict.Unchecked v -> to.octet(0);
            case Verdict.Checked(NodeId computedId, Verdict.SignatureState signature) ->
                to.octet(
                                switch (signature) {
                                    case VALID -> 1;
                                    case INVALID -> 2;
                                    case UNSIGNED -> 3;
                                })
                        .id(computedId);
        }
        node(to, candidate.node());
    }

    static Candidate candidate(WireReader from) {
        Verdict verdict = switch (from.octet()) {
            case 0 -> new Verdict.Unchecked();
            case 1 -> new Verdict.Checked(from.id(), Verdict.SignatureState.VALID);
            case 2 -> new Verdict.Checked(from.id(), Verdict.SignatureState.INVALID);
            case 3 -> new Verdict.Checked(from.id(), Verdict.SignatureState.UNSIGNED);
            default -> throw from.broken("unknown verdict");
        };
        return new Candidate(node(from), verdict);
    }

    static void submit(WireWriter to, ToRoom.Submit submit) {
        session(to, submit.origin());
        to.key(submit.from()).list(submit.candidates(), WireValues::candidate);
    }

    static ToRoom.Submit submit(WireReader from) {
        return new ToRoom.Submit(session(from), from.key(), from.list(WireValues::candidate));
    }

    static void run(WireWriter to, Run run) {
        session(to, run.origin());
        to.key(run.from()).list(run.nodes(), WireValues::node);
    }

    static Run run(WireReader from) {
        return new Run(session(from), from.key(), from.list(WireValues::node));
    }

    static void entry(WireWriter to, RosterEntry entry) {
        session(to, entry.session());
        to.key(entry.peer()).text(entry.peerId()).text(entry.peerType());
    }

    static RosterEntry entry(WireReader from) {
        return new RosterEntry(session(from), from.key(), from.text(), from.text());
    }

    static void presence(WireWriter to, PresenceValue value) {
        PresenceEntry entry = value.entry();
        session(to, entry.session());
        to.key(entry.from()).text(entry.dataJson()).bool(entry.expiresAtMs().isPresent());
        entry.expiresAtMs().ifPresent(to::number);
        to.number(value.number());
    }

    static PresenceValue presence(WireReader from) {
        PresenceEntry entry = new PresenceEntry(
                session(from),
                from.key(),
                from.text(),
                from.bool() ? OptionalLong.of(from.number()) : OptionalLong.empty());
        return new PresenceValue(entry, from.number());
    }

    static void mark(WireWriter to, ToRoom.PresenceMark mark) {
        session(to, mark.session());
        to.number(mark.number());
    }

    static ToRoom.PresenceMark mark(WireReader from) {
        return new ToRoom.PresenceMark(session(from), from.number());
    }

    static void period(WireWriter to, FilterPeriod period) {
        subscription(to, period.subscription());
        to.optional(period.firstAfter(), WireWriter::id);
    }

    static FilterPeriod period(WireReader from) {
        return new FilterPeriod(subscription(from), from.optional(WireReader::id));
    }

    /** In ascending order, so that equal sets have equal bytes. */
    static void relays(WireWriter to, Set<RelayId> relays) {
        to.list(List.copyOf(new TreeSet<>(relays)), (w, relay) -> w.word(relay.value()));
    }

    static Set<RelayId> relays(WireReader from) {
        return Set.copyOf(from.list(r -> new RelayId(r.word())));
    }

    static void subscription(WireWriter to, Subscription subscription) {
        to.list(subscription.patterns(), WireWriter::text);
    }

    static Subscription subscription(WireReader from) {
        return new Subscription(from.list(WireReader::text));
    }

    static void summary(WireWriter to, Summary summary) {
        to.ids(summary.heads());
        switch (summary.sketch()) {
            case Summary.TheirSketch.Absent s -> to.octet(0);
            case Summary.TheirSketch.Bad s -> to.octet(1);
            case Summary.TheirSketch.Present(byte[] bytes) -> to.octet(2).bytes(bytes);
        }
        to.bool(summary.sketchNegotiated());
    }

    static Summary summary(WireReader from) {
        List<NodeId> heads = from.ids();
        Summary.TheirSketch sketch = switch (from.octet()) {
            case 0 -> new Summary.TheirSketch.Absent();
            case 1 -> new Summary.TheirSketch.Bad();
            case 2 -> new Summary.TheirSketch.Present(from.bytes());
            default -> throw from.broken("unknown sketch");
        };
        return new Summary(heads, sketch, from.bool());
    }

    static void token(WireWriter to, RoomToken token) {
        to.optional(token.peerPubkey(), WireWriter::text)
                .optional(token.expirySeconds(), WireWriter::number)
                .list(token.capabilities(), WireWriter::text)
                .optional(token.signature(), WireWriter::text)
                .optional(token.profileVersion(), WireWriter::text)
                .optional(
                        token.continuity(),
                        (w, continuity) -> w.optional(continuity.predecessor(), WireWriter::text)
                                .optional(continuity.overlapNotAfter(), WireWriter::number)
                                .list(continuity.revokedPredecessors(), WireWriter::text));
    }

    static RoomToken token(WireReader from) {
        return new RoomToken(
                from.optional(WireReader::text),
                from.optional(WireReader::number),
                from.list(WireReader::text),
                from.optional(WireReader::text),
                from.optional(WireReader::text),
                from.optional(r -> new RoomToken.Continuity(
                        r.optional(WireReader::text), r.optional(WireReader::number), r.list(WireReader::text))));
    }

    static void lacks(WireWriter to, PeerLacks lacks) {
        switch (lacks) {
            case PeerLacks.Nothing l -> to.octet(0);
            case PeerLacks.Everything l -> to.octet(1);
            case PeerLacks.AllBut(List<NodeId> heads) -> to.octet(2).ids(heads);
            case PeerLacks.Exactly(List<NodeId> ids) -> to.octet(3).ids(ids);
            case PeerLacks.Except(List<NodeId> ids) -> to.octet(4).ids(ids);
            case PeerLacks.Since(int nodes) -> to.octet(5).number(nodes);
        }
    }

    static PeerLacks lacks(WireReader from) {
        return switch (from.octet()) {
            case 0 -> new PeerLacks.Nothing();
            case 1 -> new PeerLacks.Everything();
            case 2 -> new PeerLacks.AllBut(from.ids());
            case 3 -> new PeerLacks.Exactly(from.ids());
            case 4 -> new PeerLacks.Except(from.ids());
            case 5 -> new PeerLacks.Since(from.count());
            default -> throw from.broken("unknown rule");
        };
    }

    static void plan(WireWriter to, PullPlan plan) {
        session(to, plan.session());
        to.number(plan.plan()).optional(plan.lacks(), WireValues::lacks).number(plan.asOfNodes() + 1L);
        subscription(to, plan.subscription());
        to.number(plan.position()).number(plan.bytesMax());
    }

    static PullPlan plan(WireReader from) {
        return new PullPlan(
                session(from),
                from.number(),
                from.optional(WireValues::lacks),
                from.count() - 1,
                subscription(from),
                from.count(),
                from.count());
    }

    static void difference(WireWriter to, Difference difference) {
        to.ids(difference.weLack());
        lacks(to, difference.peerLacks());
        to.octet(
                switch (difference.strategy()) {
                    case EQUAL -> 0;
                    case HEADS -> 1;
                    case IBF_64 -> 2;
                    case IBF_32 -> 3;
                    case FULL -> 4;
                });
    }

    static Difference difference(WireReader from) {
        return new Difference(
                from.ids(),
                lacks(from),
                switch (from.octet()) {
                    case 0 -> Difference.Strategy.EQUAL;
                    case 1 -> Difference.Strategy.HEADS;
                    case 2 -> Difference.Strategy.IBF_64;
                    case 3 -> Difference.Strategy.IBF_32;
                    case 4 -> Difference.Strategy.FULL;
                    default -> throw from.broken("unknown strategy");
                });
    }

    static void mstNode(WireWriter to, MstNode node) {
        to.text(node.path())
                .id(node.hash())
                .list(node.children(), (w, child) -> w.octet(child.nibble()).id(child.hash()))
                .ids(node.keys());
    }

    static MstNode mstNode(WireReader from) {
        return new MstNode(from.text(), from.id(), from.list(r -> new MstNode.Child(r.octet(), r.id())), from.ids());
    }
}
