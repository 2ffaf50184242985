package dev.parley.persistence.room;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Summary;
import java.util.List;
import java.util.Optional;

/**
 * How many bytes a message has at most on the wire, without encoding it: what is small by nature is never encoded just to
 * be measured. Cost: linear in nodes, not in bytes.
 */
final class MessageSize {
    /** More than the fixed fields of any message. */
    private static final int FIXED_BYTES = 512;

    private static final int NODE_BYTES = 10 + 33;
    private static final int RUN_BYTES = 64;

    private MessageSize() {}

    static long of(ToRoom message) {
        return switch (message) {
            case ToRoom.Attach m -> FIXED_BYTES + 8L * m.knownRelays().size();
            case ToRoom.Roster m -> roster(m.sessions());
            case ToRoom.SessionLeft m -> FIXED_BYTES;
            case ToRoom.Enter m ->
                FIXED_BYTES
                        + roster(List.of(m.entry()))
                        + summary(m.summary())
                        + texts(m.subscription().patterns())
                        + m.token().map(MessageSize::token).orElse(0L);
            case ToRoom.Submits m -> {
                long bytes = FIXED_BYTES;
                for (ToRoom.Submit submit : m.submits()) {
                    bytes += of(submit);
                }
                yield bytes;
            }
            case ToRoom.AskLacking m -> ids(m.ids());
            case ToRoom.Pull m ->
                FIXED_BYTES
                        + m.plan().lacks().map(MessageSize::lacks).orElse(0L)
                        + texts(m.plan().subscription().patterns());
            case ToRoom.AskMst m -> texts(m.paths());
            case ToRoom.Repair m -> FIXED_BYTES;
            case ToRoom.Lock m -> FIXED_BYTES;
            case ToRoom.SetPolicy m -> policy(m.policy());
            case ToRoom.Announce m -> text(m.message());
            case ToRoom.PresencePut m -> FIXED_BYTES + m.value().sizeBytes();
            case ToRoom.PresenceDropped m -> FIXED_BYTES;
            case ToRoom.PresenceList m -> presence(m.values());
            case ToRoom.PresenceSwept m -> FIXED_BYTES + 20L * m.marks().size();
            case ToRoom.AskParents m -> {
                long bytes = ids(m.wanted());
                for (FilterPeriod period : m.periods()) {
                    bytes += 40 + texts(period.subscription().patterns());
                }
                yield bytes;
            }
            case ToRoom.Detach m -> FIXED_BYTES;
            case ToRoom.Fragment m -> FIXED_BYTES + m.bytes().length;
        };
    }

    static long of(ToRoom.Submit submit) {
        long bytes = RUN_BYTES;
        for (Candidate candidate : submit.candidates()) {
            bytes += NODE_BYTES + candidate.node().sizeBytes();
        }
        return bytes;
    }

    static long of(ToRelay message) {
        return switch (message) {
            case ToRelay.Head m -> FIXED_BYTES;
            case ToRelay.WhoAreYou m -> FIXED_BYTES;
            case ToRelay.RosterWanted m -> FIXED_BYTES;
            case ToRelay.Step m -> FIXED_BYTES + runs(m.runs());
            case ToRelay.CannotRepair m -> FIXED_BYTES;
            case ToRelay.Answered m -> {
                long bytes = FIXED_BYTES;
                for (var answer : m.answers()) {
                    bytes += 80 + text(answer.errors().orElse(""));
                }
                yield bytes;
            }
            case ToRelay.ResendFrom m -> FIXED_BYTES;
            case ToRelay.Admitted m ->
                ids(m.admission().frontier())
                        + ids(m.admission().difference().weLack())
                        + lacks(m.admission().difference().peerLacks())
                        + 32L * m.admission().peers().size()
                        + texts(List.copyOf(m.admission().capabilities()));
            case ToRelay.NotAdmitted m -> FIXED_BYTES + text(m.why().toString());
            case ToRelay.Lacking m -> ids(m.ids());
            case ToRelay.Pulled m -> FIXED_BYTES + m.chunk().pack().length;
            case ToRelay.PlanUnknown m -> FIXED_BYTES;
            case ToRelay.MstAnswer m -> {
                long bytes = FIXED_BYTES;
                for (MstNode node : m.nodes()) {
                    bytes += 64 + text(node.path()) + 33L * node.children().size() + ids(node.keys());
                }
                yield bytes;
            }
            case ToRelay.LockAnswered m -> FIXED_BYTES;
            case ToRelay.PolicyAnswered m -> FIXED_BYTES + text(m.refusal());
            case ToRelay.OrphansDropped m -> FIXED_BYTES;
            case ToRelay.OrphansParked m -> FIXED_BYTES;
            case ToRelay.RosterChange m -> roster(m.joined()) + roster(m.left());
            case ToRelay.RosterIs m -> roster(m.present()) + 8L * m.relays().size();
            case ToRelay.Announced m -> text(m.message());
            case ToRelay.PresenceWanted m -> FIXED_BYTES;
            case ToRelay.PresenceChange m ->
                presence(m.put()) + 10L * m.left().size() + 20L * m.stale().size();
            case ToRelay.PresenceIs m -> presence(m.values());
            case ToRelay.Parents m -> {
                long bytes = FIXED_BYTES;
                for (Node node : m.nodes()) {
                    bytes += 10 + node.sizeBytes();
                }
                yield bytes;
            }
            case ToRelay.Fragment m -> FIXED_BYTES + m.bytes().length;
        };
    }

    static long runs(List<Run> runs) {
        long bytes = 0;
        for (Run run : runs) {
            bytes += RUN_BYTES;
            for (Node node : run.nodes()) {
                bytes += 10 + node.sizeBytes();
            }
        }
        return bytes;
    }

    private static long ids(List<?> ids) {
        return FIXED_BYTES + 32L * ids.size();
    }

    /** A Java char has at most three bytes of UTF-8. */
    private static long text(String text) {
        return FIXED_BYTES + 3L * text.length();
    }

    private static long texts(List<String> texts) {
        long bytes = FIXED_BYTES;
        for (String text : texts) {
            bytes += 10 + 3L * text.length();
        }
        return bytes;
    }

    private static long text(Optional<String> text) {
        return 11 + 3L * text.map(String::length).orElse(0);
    }

    private static long token(dev.parley.core.access.RoomToken token) {
        return FIXED_BYTES
                + text(token.peerPubkey())
                + text(token.signature())
                + text(token.profileVersion())
                + texts(token.capabilities())
                + token.continuity()
                        .map(c -> text(c.predecessor()) + texts(c.revokedPredecessors()))
                        .orElse(0L);
    }

    private static long policy(WritePolicy policy) {
        long bytes = FIXED_BYTES;
        for (WritePolicy.Rule rule : policy.rules()) {
            int keys = rule.canWrite().size()
                    + rule.canRead().size()
                    + rule.canDerive().size();
            bytes += 20 + 3L * rule.pattern().length() + 32L * keys;
        }
        return bytes;
    }

    private static long presence(List<PresenceValue> values) {
        long bytes = FIXED_BYTES;
        for (PresenceValue value : values) {
            bytes += value.sizeBytes();
        }
        return bytes;
    }

    private static long roster(List<RosterEntry> entries) {
        long bytes = FIXED_BYTES;
        for (RosterEntry entry : entries) {
            bytes += 64 + 3L * (entry.peerId().length() + entry.peerType().length());
        }
        return bytes;
    }

    private static long summary(Summary summary) {
        return ids(summary.heads())
                + switch (summary.sketch()) {
                    case Summary.TheirSketch.Absent s -> 0;
                    case Summary.TheirSketch.Bad s -> 0;
                    case Summary.TheirSketch.Present(byte[] bytes) -> bytes.length;
                };
    }

    private static long lacks(PeerLacks lacks) {
        return switch (lacks) {
            case PeerLacks.Nothing l -> 0;
            case PeerLacks.Everything l -> 0;
            case PeerLacks.AllBut(var heads) -> ids(heads);
            case PeerLacks.Exactly(var ids) -> ids(ids);
            case PeerLacks.Except(var ids) -> ids(ids);
            case PeerLacks.Since s -> 0;
        };
    }
}
