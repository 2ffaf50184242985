package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.entry;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.peer;
import static dev.parley.persistence.room.Fixtures.valid;

import dev.parley.core.access.RoomToken;
import dev.parley.core.access.Subscription;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.MstNode;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Input;
import dev.parley.core.session.PullPlan;
import dev.parley.core.wire.PresenceEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/** At least one message of every kind, with every variant of what they hold. */
final class Messages {
    private static final Node NODE = node(1, 1, "a");
    private static final Node CHILD = node(2, 2, "b", NODE.id());
    private static final NodeId ID = NODE.id();

    private Messages() {}

    static List<ToRoom> toRoom() {
        Verdict invalid = new Verdict.Checked(CHILD.id(), Verdict.SignatureState.INVALID);
        Verdict unsigned = new Verdict.Checked(ID, Verdict.SignatureState.UNSIGNED);
        RoomToken token = new RoomToken(
                Optional.of("ab"),
                Optional.of(-1L),
                List.of("room.admin"),
                Optional.of("cd"),
                Optional.of("1"),
                Optional.of(new RoomToken.Continuity(Optional.of("ef"), Optional.empty(), List.of("x"))));
        return List.of(
                new ToRoom.Attach(R1, -1, 1, 0, -1, Set.of()),
                new ToRoom.Attach(R1, 7, 3, 300, 9, Set.of(R1, R2)),
                new ToRoom.Attach(R1, 7, 3, 300, 9, Set.of(R1), 4, 1L << 41),
                new ToRoom.Roster(R1, 2, List.of(entry(S1, 1), entry(S2, 2))),
                new ToRoom.SessionLeft(R1, 3, S1),
                new ToRoom.Enter(
                        R1,
                        4,
                        5,
                        entry(S1, 1),
                        new Summary(List.of(ID), new Summary.TheirSketch.Present(new byte[] {1, 2}), true),
                        new Subscription(List.of("world/**")),
                        true,
                        Optional.of(token)),
                new ToRoom.Enter(
                        R1,
                        4,
                        5,
                        entry(S1, 1),
                        new Summary(List.of(), new Summary.TheirSketch.Bad(), false),
                        Subscription.EVERYTHING,
                        false,
                        Optional.empty()),
                new ToRoom.Submits(
                        R1,
                        6,
                        List.of(
                                new ToRoom.Submit(S1, peer(1), List.of(valid(NODE), new Candidate(CHILD, invalid))),
                                new ToRoom.Submit(
                                        S2,
                                        peer(2),
                                        List.of(
                                                new Candidate(NODE, unsigned),
                                                new Candidate(NODE, new Verdict.Unchecked()))))),
                new ToRoom.AskLacking(R1, S1, 7, List.of(ID, CHILD.id())),
                pull(new PeerLacks.Nothing()),
                pull(new PeerLacks.Everything()),
                pull(new PeerLacks.AllBut(List.of(ID))),
                pull(new PeerLacks.Exactly(List.of(ID))),
                pull(new PeerLacks.Except(List.of(ID))),
                pull(new PeerLacks.Since(12)),
                new ToRoom.Pull(
                        R1,
                        8,
                        new PullPlan(S1, 2, Optional.empty(), 7, new Subscription(List.of("world/**")), 5, 1 << 19),
                        true),
                new ToRoom.PresencePut(R1, presence(OptionalLong.of(-3), 5)),
                new ToRoom.PresenceDropped(R1, 6, S1, true),
                new ToRoom.PresenceDropped(R1, 6, S1, false),
                new ToRoom.PresenceList(R1, 7, List.of(presence(OptionalLong.empty(), 7))),
                new ToRoom.PresenceSwept(R1, List.of(new ToRoom.PresenceMark(S2, 8))),
                new ToRoom.AskParents(
                        R1,
                        9,
                        List.of(
                                new FilterPeriod(Subscription.EVERYTHING, Optional.of(ID)),
                                new FilterPeriod(new Subscription(List.of("a", "b/*")), Optional.empty())),
                        ID,
                        List.of(CHILD.id()),
                        1 << 20),
                new ToRoom.Announce(R1, S1, peer(1), Optional.empty(), "{\"type\":\"presence\"}", true),
                new ToRoom.AskMst(R1, S1, 8, List.of("", "0a")),
                new ToRoom.Repair(R1, -1),
                new ToRoom.Lock(R1, S1, 9, peer(7)),
                new ToRoom.SetPolicy(
                        R1,
                        S1,
                        10,
                        new WritePolicy(
                                List.of(
                                        new WritePolicy.Rule("world/**", List.of(peer(1), peer(2))),
                                        new WritePolicy.Rule("", List.of())),
                                WritePolicy.Fallback.DENY_ALL)),
                new ToRoom.SetPolicy(R1, S1, 11, WritePolicy.ALLOW_ALL),
                new ToRoom.Announce(R1, S1, peer(1), Optional.of(peer(2)), "{\"type\":\"presence\"}"),
                new ToRoom.Detach(R1),
                new ToRoom.Fragment(R1, -5, 1, 3, new byte[] {9, 8}));
    }

    private static PresenceValue presence(OptionalLong expiresAtMs, long number) {
        return new PresenceValue(new PresenceEntry(S1, peer(1), "{\"é\":1e999}", expiresAtMs), number);
    }

    private static ToRoom pull(PeerLacks lacks) {
        return new ToRoom.Pull(
                R1, 8, new PullPlan(S1, 2, Optional.of(lacks), PullPlan.NOW, Subscription.EVERYTHING, 5, 1 << 19));
    }

    static List<ToRelay> toRelay() {
        Admission admission = new Admission(
                3,
                2,
                ID,
                List.of(ID),
                Optional.of(CHILD.id()),
                new Difference(List.of(ID), new PeerLacks.AllBut(List.of(ID)), Difference.Strategy.IBF_32),
                List.of(peer(3)),
                Set.of("b", "a"),
                OptionalLong.of(-2));
        return Stream.<ToRelay>concat(
                        Stream.<ToRelay>of(
                                new ToRelay.Head(-7, 3, 4),
                                new ToRelay.WhoAreYou(-7),
                                new ToRelay.RosterWanted(),
                                new ToRelay.Step(5, List.of(new Run(S1, peer(1), List.of(NODE, CHILD))), ID),
                                new ToRelay.Step(6, List.of(), ID),
                                new ToRelay.CannotRepair(7),
                                new ToRelay.Answered(
                                        8,
                                        List.of(
                                                new Input.PackAnswer(6, 1, 2, 1, 2, 300, Optional.of("no")),
                                                new Input.PackAnswer(1, 1, 0, 0, 0, 0, Optional.empty()))),
                                new ToRelay.ResendFrom(9),
                                new ToRelay.Admitted(S1, 1, admission),
                                new ToRelay.Lacking(S1, 2, List.of(ID)),
                                new ToRelay.Pulled(
                                        S1, 3, new Input.Chunk(new byte[] {0}, 0, 4, true, 5, 6, Optional.of(ID))),
                                new ToRelay.PlanUnknown(S1, 4),
                                new ToRelay.MstAnswer(
                                        S1,
                                        5,
                                        List.of(
                                                new MstNode("", ID, List.of(new MstNode.Child(15, ID)), List.of()),
                                                new MstNode("0a", ID, List.of(), List.of(ID)))),
                                new ToRelay.LockAnswered(S1, 6, true),
                                new ToRelay.PolicyAnswered(S1, 7, Optional.empty()),
                                new ToRelay.PolicyAnswered(S1, 7, Optional.of("no")),
                                new ToRelay.OrphansDropped(S1, 7),
                                new ToRelay.OrphansParked(-3, S1, 7),
                                new ToRelay.RosterChange(8, List.of(entry(S1, 1)), List.of(entry(S2, 2))),
                                new ToRelay.RosterIs(9, List.of(entry(S1, 1)), Set.of(R1, R2)),
                                new ToRelay.Announced(S1, peer(1), Optional.empty(), "{}"),
                                new ToRelay.Announced(S1, peer(1), Optional.of(peer(2)), "{}", true),
                                new ToRelay.PresenceWanted(),
                                new ToRelay.PresenceChange(
                                        1L << 42,
                                        List.of(presence(OptionalLong.of(3), 5)),
                                        List.of(S1, S2),
                                        List.of(new ToRoom.PresenceMark(S1, 8))),
                                new ToRelay.PresenceIs(3, List.of(presence(OptionalLong.of(-1), 5))),
                                new ToRelay.Parents(4, List.of(NODE, CHILD), false),
                                new ToRelay.Parents(5, List.of(), true),
                                new ToRelay.Fragment(4, 0, 2, new byte[] {1})),
                        failures().map(why -> new ToRelay.NotAdmitted(S1, 1, why)))
                .toList();
    }

    static Stream<SyncFailure> failures() {
        return Stream.of(
                new SyncFailure.MalformedHello("text"),
                new SyncFailure.HelloTimeout(Duration.ofSeconds(15)),
                new SyncFailure.Unauthorized("auth: no"),
                new SyncFailure.TokenExpiredAtHello("auth: old"),
                new SyncFailure.TokenExpired(),
                new SyncFailure.RateExceeded(1, 2),
                new SyncFailure.PeerTooSlow(3, 4),
                new SyncFailure.FeedLost(5),
                new SyncFailure.SendStalled(Duration.ofSeconds(5)),
                new SyncFailure.PeerDead(),
                new SyncFailure.RoomUnavailable(Duration.ofSeconds(20)),
                new SyncFailure.TooManySessions("full"),
                new SyncFailure.MessageFarTooLarge(6),
                new SyncFailure.MemberLeaving(),
                new SyncFailure.Internal("bug"));
    }
}
