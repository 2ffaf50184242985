package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.access.Subscription;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.history.Blake3;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Transaction;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.Difference;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.Admission;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import dev.parley.persistence.room.ControlRequest;
import dev.parley.persistence.room.Flushed;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRoom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each promise, broken once: the checks that guard the simulator are not blind. */
class InvariantsTest {
    private static final SessionId HERE = new SessionId(1);
    private static final SessionId THERE = new SessionId(2);
    private static final PeerId PEER = PeerId.of(new byte[32]);
    private static final RoomId ROOM = new RoomId("room");

    private final Node first = node("a/first", 1, List.of());
    private final Node second = node("b/second", 2, List.of(first.id()));
    private final Invariants invariants = new Invariants();
    private RoomState room = RoomState.empty(ROOM);

    // The journal.

    @Test
    void aSeqIsWrittenOnce() {
        commit(first);

        broken(() -> invariants.committed(1, event(second.id(), second)), "seq 1 was written after 1");
    }

    @Test
    void parentsAreWrittenFirst() {
        broken(() -> invariants.committed(1, event(second.id(), second)), "before its parents");
    }

    @Test
    void aNodeIsWrittenOnce() {
        commit(first);

        broken(() -> invariants.committed(2, event(first.id(), first)), "twice");
    }

    @Test
    void anEventNamesTheRootAfterIt() {
        broken(() -> invariants.committed(1, event(first.id(), first)), "the root after 1");
    }

    @Test
    void aCommandIsCarriedOutOnce() {
        RoomEvent policy = new RoomEvent.PolicySet(
                WritePolicy.ALLOW_ALL,
                0,
                new ControlRequest(HERE, 7),
                room.view().root());
        invariants.committed(1, policy);

        broken(() -> invariants.committed(2, policy), "carried out twice");
    }

    // Recovery.

    @Test
    void aRecoveredRoomIsWhatTheJournalSays() {
        commit(first);
        assertThatCode(() -> invariants.recovered(room)).doesNotThrowAnyException();

        RoomState other = RoomState.empty(ROOM);
        Node stranger = node("c", 1, List.of());
        RoomRules.evolve(other, event(rootOf(stranger), stranger));

        broken(() -> invariants.recovered(other), "node 0 of a recovered room");
    }

    @Test
    void whatWasAcknowledgedIsInEveryLaterState() {
        commit(first);
        invariants.acknowledged(HERE, List.of(first.id()));

        broken(() -> invariants.recovered(RoomState.empty(ROOM)), "is gone from a recovered room");
    }

    @Test
    void locksAndPoliciesSurvive() {
        invariants.committed(
                1, new RoomEvent.RoomLocked(PEER, Optional.empty(), room.view().root()));
        RoomState unlocked = RoomState.empty(ROOM);
        RoomRules.evolve(
                unlocked,
                new RoomEvent.PolicySet(
                        WritePolicy.ALLOW_ALL,
                        0,
                        new ControlRequest(HERE, 1),
                        room.view().root()));

        broken(() -> invariants.recovered(unlocked), "the lock of a recovered room");
    }

    // Acknowledgements.

    @Test
    void whatIsAcknowledgedIsInTheJournal() {
        commit(first);

        assertThatCode(() -> invariants.acknowledged(HERE, List.of(first.id()))).doesNotThrowAnyException();
        broken(() -> invariants.acknowledged(HERE, List.of(second.id())), "not in the journal");
    }

    @Test
    void whatAnAnswerCountsAsStoredIsInTheJournal() {
        commit(first);
        invariants.asks(HERE, new Effect.Submit(3, List.of(candidate(first), candidate(second)), 1));

        broken(() -> invariants.told(HERE, answered(3, 2)), "2 of its nodes are stored; 1 are in the journal");
    }

    @Test
    void whatTheRoomIsSaidToHaveItHas() {
        invariants.asks(HERE, new Effect.AskLacking(4, List.of(first.id())));

        broken(() -> invariants.told(HERE, new Input.Lacking(4, List.of())), "which it has not");
    }

    @Test
    void whoIsToldOfALockOrAPolicyCanRelyOnIt() {
        invariants.asks(HERE, new Effect.Lock(5, PEER));

        broken(() -> invariants.told(HERE, new Input.LockAnswered(5, true)), "a lock that is not in the journal");
        broken(
                () -> invariants.told(HERE, new Input.PolicyAnswered(6, Optional.empty())),
                "a policy that is not in the journal");
    }

    // What sessions see.

    @Test
    void stepsAreDenseDurableAndWhole() {
        commit(first);
        commit(second);
        enter(THERE, Subscription.EVERYTHING);
        broken(() -> invariants.told(THERE, step(1, first)), "before its feed began");
        invariants.told(THERE, new Input.FeedJoined(1, 0));
        broken(() -> invariants.told(THERE, step(2, second)), "after 0");
        broken(() -> invariants.told(THERE, step(1, second)), "out of place");
    }

    @Test
    void aStepLacksNothing() {
        commit(first);
        enter(THERE, Subscription.EVERYTHING);
        invariants.told(THERE, new Input.FeedJoined(1, 0));

        broken(() -> invariants.told(THERE, new Input.Relayed(1, List.of())), "without");
    }

    @Test
    void aFilterLetsPassWhatItShould() {
        commit(first);
        commit(second);
        enter(THERE, new Subscription(List.of("b/*")));
        invariants.told(THERE, new Input.FeedJoined(1, 0));
        assertThatCode(() -> invariants.told(THERE, new Input.Relayed(1, List.of())))
                .doesNotThrowAnyException();

        broken(() -> invariants.told(THERE, new Input.Relayed(2, List.of())), "without");
    }

    @Test
    void aStepIsNotRelayedBeforeItIsDurable() {
        enter(THERE, Subscription.EVERYTHING);
        invariants.told(THERE, new Input.FeedJoined(1, 0));

        broken(() -> invariants.told(THERE, step(1, first)), "before it was durable");
    }

    @Test
    void aSessionSendsDurableNodesOnce() {
        commit(first);
        invariants.sent(THERE, pack(first));

        broken(() -> invariants.sent(THERE, pack(first)), "twice");
        broken(() -> invariants.sent(THERE, pack(second)), "not in the journal");
        Node forged = Nodes.claimed(first.id(), first.transaction(), filled());
        broken(() -> invariants.answered(THERE, pack(forged)), "with other bytes");
    }

    @Test
    void whoJoinsTheFeedHasAllBeforeIt() {
        commit(first);
        enter(THERE, Subscription.EVERYTHING);

        assertThatCode(() -> invariants.caughtUp(THERE, 1, first.id()::equals)).doesNotThrowAnyException();
        broken(() -> invariants.caughtUp(THERE, 1, id -> false), "was never sent");
    }

    @Test
    void aPeerComesAndGoesOnce() {
        enter(THERE, Subscription.EVERYTHING);
        invariants.told(THERE, new Input.PeerJoined(PEER, "", ""));

        broken(() -> invariants.told(THERE, new Input.PeerJoined(PEER, "", "")), "told twice");
        invariants.told(THERE, new Input.PeerLeft(PEER, "", ""));
        broken(() -> invariants.told(THERE, new Input.PeerLeft(PEER, "", "")), "who was not in");
    }

    @Test
    void aWelcomeIsOfAStateThatWas() {
        commit(first);
        invariants.asks(THERE, enterEffect(Subscription.EVERYTHING));

        broken(() -> invariants.told(THERE, admitted(1, 0, room.view().root())), "was let in to 0 nodes");
        broken(() -> invariants.told(THERE, admitted(2, 1, room.view().root())), "after the journal");
    }

    // Decisions.

    @Test
    void aDecisionIsTheJudges() {
        ToRoom.Submit submit = new ToRoom.Submit(HERE, PEER, List.of(candidate(first)));
        Flushed refused = new Flushed(
                List.of(),
                List.of(new Flushed.Decided(
                        new Input.PackAnswer(1, 0, 0, 0, 1, 0, Optional.of("because")), List.of())));

        broken(() -> invariants.decided(room, List.of(submit), refused, 0), "a pack of");
    }

    @Test
    void whatIsDecidedIsWritten() {
        ToRoom.Submit submit = new ToRoom.Submit(HERE, PEER, List.of(candidate(signed("k"))));
        Flushed lost = new Flushed(
                List.of(),
                List.of(new Flushed.Decided(new Input.PackAnswer(1, 1, 0, 0, 0, 0, Optional.empty()), List.of())));

        broken(() -> invariants.decided(room, List.of(submit), lost, 0), "0 nodes are written, not 1");
    }

    // States, and the end.

    @Test
    void aHistoryMeansWhatTheOracleSays() {
        commit(first);
        History history = new History();
        history.append(first);

        assertThatCode(() -> invariants.agrees("somebody", history.view())).doesNotThrowAnyException();
        broken(() -> invariants.agrees("somebody", new History().view()), "somebody has 0 nodes");
    }

    @Test
    void whatWasAcknowledgedIsThereAtTheEnd() {
        commit(first);
        invariants.acknowledged(HERE, List.of(first.id()));

        broken(() -> invariants.endsWith(Set.of()), "an acknowledged node is gone");
    }

    @Test
    void aBoundHolds() {
        broken(() -> invariants.bounded("what waits", 3, 2), "what waits grew to 3, beyond 2");
    }

    private void commit(Node node) {
        RoomEvent event = event(rootOf(node), node);
        room = RoomRules.evolve(room, event);
        invariants.committed(room.seq(), event);
    }

    private void enter(SessionId session, Subscription subscription) {
        invariants.asks(session, enterEffect(subscription));
        invariants.told(
                session, admitted(room.seq(), room.view().count(), room.view().root()));
    }

    private static Effect.Enter enterEffect(Subscription subscription) {
        return new Effect.Enter(
                1,
                ROOM,
                PEER,
                "",
                "",
                new Summary(List.of(), new Summary.TheirSketch.Absent(), false),
                subscription,
                false,
                Optional.empty());
    }

    private static Input admitted(long seq, int nodes, NodeId root) {
        Difference nothing = new Difference(List.of(), new PeerLacks.Nothing(), Difference.Strategy.EQUAL);
        return new Input.Admitted(
                1,
                new Admission(
                        seq,
                        nodes,
                        root,
                        List.of(),
                        Optional.empty(),
                        nothing,
                        List.of(),
                        Set.of(),
                        OptionalLong.empty()));
    }

    private static Input answered(long number, int stored) {
        return new Input.Answered(number, new Input.PackAnswer(stored, stored, 0, 0, 0, 0, Optional.empty()));
    }

    private static Input step(long seq, Node node) {
        return new Input.Relayed(seq, List.of(new Input.RelayedPack(HERE, pack(node))));
    }

    private static Encoded pack(Node node) {
        return MessageWriter.encode(new ToPeer.Pack("", Packs.encode(List.of(node)), Optional.empty()));
    }

    private static Candidate candidate(Node node) {
        return new Candidate(node, new Verdict.Checked(node.id(), Verdict.SignatureState.VALID));
    }

    private static void broken(Runnable report, String what) {
        assertThatThrownBy(report::run).isInstanceOf(Violation.class).hasMessageContaining(what);
    }

    private static NodeId rootOf(Node head) {
        return Blake3.hash(head.id().toBytes());
    }

    private static RoomEvent event(NodeId root, Node node) {
        return new RoomEvent.NodesAppended(List.of(new Run(HERE, PEER, List.of(node))), root);
    }

    private static Node node(String key, long lamport, List<NodeId> parents) {
        Transaction transaction =
                new Transaction(PEER, lamport, 0, List.of(new Op.MapSet(key, new byte[] {1})), parents);
        return Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[64]);
    }

    private static Node signed(String key) {
        Node node = node(key, 1, List.of());
        byte[] signature = filled();
        Blake3.keyed(PEER.toBytes(), node.id().toBytes(), 0, NodeId.SIZE_BYTES).copyTo(signature, 0);
        return Nodes.claimed(node.id(), node.transaction(), signature);
    }

    private static byte[] filled() {
        byte[] signature = new byte[64];
        Arrays.fill(signature, (byte) 1);
        return signature;
    }
}
