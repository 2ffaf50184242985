package dev.parley.persistence.room;

import dev.parley.core.id.NodeId;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Input;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** The fields of each {@link ToRelay} on the wire, in order. */
final class ToRelayForm {
    private static final int HEAD = 65;
    private static final int WHO_ARE_YOU = 66;
    private static final int ROSTER_WANTED = 67;
    private static final int STEP = 68;
    private static final int CANNOT_REPAIR = 69;
    private static final int ANSWERED = 70;
    private static final int RESEND_FROM = 71;
    private static final int ADMITTED = 72;
    private static final int NOT_ADMITTED = 73;
    private static final int LACKING = 74;
    private static final int PULLED = 75;
    private static final int PLAN_UNKNOWN = 76;
    private static final int MST_ANSWER = 77;
    private static final int LOCK_ANSWERED = 78;
    private static final int ORPHANS_DROPPED = 79;
    private static final int ROSTER_CHANGE = 80;
    private static final int ROSTER_IS = 81;
    private static final int ANNOUNCED = 82;
    private static final int FRAGMENT = 83;

    private static final int POLICY_ANSWERED = 94;

    private static final int ANNOUNCED_ONLY_NEWEST = 100;
    private static final int PRESENCE_WANTED = 101;
    private static final int PRESENCE_CHANGE = 102;
    private static final int PRESENCE_IS = 103;
    private static final int PARENTS = 104;

    private static final int ORPHANS_PARKED = 105;

    private ToRelayForm() {}

    static void write(WireWriter to, ToRelay message) {
        switch (message) {
            case ToRelay.Head m ->
                to.octet(HEAD).word(m.incarnation()).number(m.seq()).number(m.expects());
            case ToRelay.WhoAreYou m -> to.octet(WHO_ARE_YOU).word(m.incarnation());
            case ToRelay.RosterWanted m -> to.octet(ROSTER_WANTED);
            case ToRelay.Step m ->
                to.octet(STEP).number(m.seq()).list(m.runs(), WireValues::run).id(m.root());
            case ToRelay.CannotRepair m -> to.octet(CANNOT_REPAIR).number(m.seq());
            case ToRelay.Answered m -> to.octet(ANSWERED).number(m.first()).list(m.answers(), ToRelayForm::answer);
            case ToRelay.ResendFrom m -> to.octet(RESEND_FROM).number(m.number());
            case ToRelay.Admitted m -> {
                WireValues.session(to.octet(ADMITTED), m.session());
                admission(to.number(m.number()), m.admission());
            }
            case ToRelay.NotAdmitted m -> {
                WireValues.session(to.octet(NOT_ADMITTED), m.session());
                WireFailures.write(to.number(m.number()), m.why());
            }
            case ToRelay.Lacking m -> {
                WireValues.session(to.octet(LACKING), m.session());
                to.number(m.number()).ids(m.ids());
            }
            case ToRelay.Pulled m -> {
                WireValues.session(to.octet(PULLED), m.session());
                chunk(to.number(m.number()), m.chunk());
            }
            case ToRelay.PlanUnknown m -> {
                WireValues.session(to.octet(PLAN_UNKNOWN), m.session());
                to.number(m.number());
            }
            case ToRelay.MstAnswer m -> {
                WireValues.session(to.octet(MST_ANSWER), m.session());
                to.number(m.number()).list(m.nodes(), WireValues::mstNode);
            }
            case ToRelay.LockAnswered m -> {
                WireValues.session(to.octet(LOCK_ANSWERED), m.session());
                to.number(m.number()).bool(m.locked());
            }
            case ToRelay.PolicyAnswered m -> {
                WireValues.session(to.octet(POLICY_ANSWERED), m.session());
                to.number(m.number()).optional(m.refusal(), WireWriter::text);
            }
            case ToRelay.OrphansDropped m -> {
                WireValues.session(to.octet(ORPHANS_DROPPED), m.session());
                to.number(m.nodes());
            }
            case ToRelay.OrphansParked m -> {
                WireValues.session(to.octet(ORPHANS_PARKED).word(m.incarnation()), m.session());
                to.number(m.nodes());
            }
            case ToRelay.RosterChange m ->
                to.octet(ROSTER_CHANGE)
                        .word(m.rosterSeq())
                        .list(m.joined(), WireValues::entry)
                        .list(m.left(), WireValues::entry);
            case ToRelay.RosterIs m -> {
                to.octet(ROSTER_IS).word(m.rosterSeq()).list(m.present(), WireValues::entry);
                WireValues.relays(to, m.relays());
            }
            case ToRelay.Announced m -> {
                WireValues.session(to.octet(m.onlyNewest() ? ANNOUNCED_ONLY_NEWEST : ANNOUNCED), m.origin());
                to.key(m.from()).optional(m.to(), WireWriter::key).text(m.message());
            }
            case ToRelay.PresenceWanted m -> to.octet(PRESENCE_WANTED);
            case ToRelay.PresenceChange m ->
                to.octet(PRESENCE_CHANGE)
                        .word(m.presenceSeq())
                        .list(m.put(), WireValues::presence)
                        .list(m.left(), WireValues::session)
                        .list(m.stale(), WireValues::mark);
            case ToRelay.PresenceIs m ->
                to.octet(PRESENCE_IS).word(m.presenceSeq()).list(m.values(), WireValues::presence);
            case ToRelay.Parents m ->
                to.octet(PARENTS)
                        .number(m.number())
                        .list(m.nodes(), WireValues::node)
                        .bool(m.tooMany());
            case ToRelay.Fragment m ->
                to.octet(FRAGMENT)
                        .word(m.transfer())
                        .number(m.index())
                        .number(m.count())
                        .bytes(m.bytes());
        }
    }

    static ToRelay read(WireReader from) {
        return switch (from.octet()) {
            case HEAD -> new ToRelay.Head(from.word(), from.number(), from.number());
            case WHO_ARE_YOU -> new ToRelay.WhoAreYou(from.word());
            case ROSTER_WANTED -> new ToRelay.RosterWanted();
            case STEP -> new ToRelay.Step(from.number(), from.list(WireValues::run), from.id());
            case CANNOT_REPAIR -> new ToRelay.CannotRepair(from.number());
            case ANSWERED -> new ToRelay.Answered(from.number(), from.list(ToRelayForm::answer));
            case RESEND_FROM -> new ToRelay.ResendFrom(from.number());
            case ADMITTED -> new ToRelay.Admitted(WireValues.session(from), from.number(), admission(from));
            case NOT_ADMITTED ->
                new ToRelay.NotAdmitted(WireValues.session(from), from.number(), WireFailures.read(from));
            case LACKING -> new ToRelay.Lacking(WireValues.session(from), from.number(), from.ids());
            case PULLED -> new ToRelay.Pulled(WireValues.session(from), from.number(), chunk(from));
            case PLAN_UNKNOWN -> new ToRelay.PlanUnknown(WireValues.session(from), from.number());
            case MST_ANSWER ->
                new ToRelay.MstAnswer(WireValues.session(from), from.number(), from.list(WireValues::mstNode));
            case LOCK_ANSWERED -> new ToRelay.LockAnswered(WireValues.session(from), from.number(), from.bool());
            case POLICY_ANSWERED ->
                new ToRelay.PolicyAnswered(WireValues.session(from), from.number(), from.optional(WireReader::text));
            case ORPHANS_DROPPED -> new ToRelay.OrphansDropped(WireValues.session(from), from.count());
            case ORPHANS_PARKED -> new ToRelay.OrphansParked(from.word(), WireValues.session(from), from.count());
            case ROSTER_CHANGE ->
                new ToRelay.RosterChange(from.word(), from.list(WireValues::entry), from.list(WireValues::entry));
            case ROSTER_IS -> new ToRelay.RosterIs(from.word(), from.list(WireValues::entry), WireValues.relays(from));
            case ANNOUNCED ->
                new ToRelay.Announced(
                        WireValues.session(from), from.key(), from.optional(WireReader::key), from.text());
            case ANNOUNCED_ONLY_NEWEST ->
                new ToRelay.Announced(
                        WireValues.session(from), from.key(), from.optional(WireReader::key), from.text(), true);
            case PRESENCE_WANTED -> new ToRelay.PresenceWanted();
            case PRESENCE_CHANGE ->
                new ToRelay.PresenceChange(
                        from.word(),
                        from.list(WireValues::presence),
                        from.list(WireValues::session),
                        from.list(WireValues::mark));
            case PRESENCE_IS -> new ToRelay.PresenceIs(from.word(), from.list(WireValues::presence));
            case PARENTS -> new ToRelay.Parents(from.number(), from.list(WireValues::node), from.bool());
            case FRAGMENT -> new ToRelay.Fragment(from.word(), from.count(), from.count(), from.bytes());
            default -> throw from.broken("unknown message");
        };
    }

    private static void answer(WireWriter to, Input.PackAnswer answer) {
        to.number(answer.incoming())
                .number(answer.stored())
                .number(answer.known())
                .number(answer.parked())
                .number(answer.rejected())
                .number(answer.knownBytes())
                .optional(answer.errors(), WireWriter::text);
    }

    private static Input.PackAnswer answer(WireReader from) {
        return new Input.PackAnswer(
                from.count(),
                from.count(),
                from.count(),
                from.count(),
                from.count(),
                from.number(),
                from.optional(WireReader::text));
    }

    private static void chunk(WireWriter to, Input.Chunk chunk) {
        to.bytes(chunk.pack())
                .number(chunk.nodes())
                .number(chunk.nextPosition())
                .bool(chunk.last())
                .number(chunk.asOfSeq())
                .number(chunk.asOfNodes())
                .optional(chunk.root(), WireWriter::id);
    }

    private static Input.Chunk chunk(WireReader from) {
        return new Input.Chunk(
                from.bytes(),
                from.count(),
                from.count(),
                from.bool(),
                from.number(),
                from.count(),
                from.optional(WireReader::id));
    }

    private static void admission(WireWriter to, Admission admission) {
        to.number(admission.asOfSeq())
                .number(admission.asOfNodes())
                .id(admission.root())
                .ids(admission.frontier())
                .optional(admission.mstRoot(), WireWriter::id);
        WireValues.difference(to, admission.difference());
        to.list(admission.peers(), WireWriter::key)
                .list(List.copyOf(new TreeSet<>(admission.capabilities())), WireWriter::text)
                .bool(admission.expirySeconds().isPresent());
        admission.expirySeconds().ifPresent(to::number);
    }

    private static Admission admission(WireReader from) {
        long asOfSeq = from.number();
        int asOfNodes = from.count();
        NodeId root = from.id();
        return new Admission(
                asOfSeq,
                asOfNodes,
                root,
                from.ids(),
                from.optional(WireReader::id),
                WireValues.difference(from),
                from.list(WireReader::key),
                Set.copyOf(from.list(WireReader::text)),
                from.bool() ? OptionalLong.of(from.number()) : OptionalLong.empty());
    }
}
