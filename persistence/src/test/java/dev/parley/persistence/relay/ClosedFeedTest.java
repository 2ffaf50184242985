package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.head;
import static dev.parley.persistence.relay.RelayBench.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.PullPlan;
import dev.parley.persistence.room.FilterPeriod;
import dev.parley.persistence.room.Run;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Filtered sessions that are sent the parents of what passes: one question for all, and what comes later waits. */
class ClosedFeedTest {
    private static final Subscription WORLD = new Subscription(List.of("world/**"));
    private static final Subscription CHAT = new Subscription(List.of("chat/**"));

    private final RelayBench bench = new RelayBench(
            RelaySettings.DEFAULT.with(RelaySettings.Presence.DEFAULT, new RelaySettings.Parents(true, 1 << 20)), 1);
    private long lamport;

    @Test
    void whatPassesWithoutForeignParentsGoesOutAtOnce() {
        filtered(1, WORLD);
        bench.live(2, 5);
        Node parent = node("chat/1");
        Node passing = node("world/1", parent);
        Node beside = node("chat/2", parent);

        bench.room(step(6, parent, passing, beside));

        assertThat(bench.toRoom).isEmpty();
        assertThat(sent(1)).containsExactly(parent.id(), passing.id());
        assertThat(sent(2)).containsExactly(parent.id(), passing.id(), beside.id());
    }

    @Test
    void oneQuestionServesAllAndLaterStepsWait() {
        filtered(1, WORLD);
        filtered(2, WORLD);
        Node parent = node("chat/1");
        Node passing = node("world/1", parent);
        Node next = node("world/2", passing);
        bench.room(step(6, parent));
        assertThat(sent(1)).isEmpty();

        bench.room(step(7, passing));
        long number = ((ToRoom.AskParents) bench.toRoom.get(0)).number();
        assertThat(bench.toRoom)
                .containsExactly(new ToRoom.AskParents(
                        RelayBench.SELF,
                        number,
                        List.of(new FilterPeriod(WORLD, Optional.empty())),
                        passing.id(),
                        List.of(parent.id()),
                        1 << 20));
        bench.room(step(8, next));
        assertThat(bench.toRoom).isEmpty();
        assertThat(bench.toSessions).isEmpty();

        bench.room(new ToRelay.Parents(number, List.of(parent), false));
        for (int session = 1; session <= 2; session++) {
            assertThat(bench.stepsTold(session)).containsExactly(7L, 8L);
            assertThat(sent(session)).containsExactly(parent.id(), passing.id(), next.id());
        }
        assertThat(bench.room(new ToRelay.Parents(number, List.of(parent), false)).toSessions)
                .isEmpty();
    }

    @Test
    void anUnansweredQuestionIsAskedAgainAndAfterAMoveAtOnce() {
        filtered(1, WORLD);
        bench.room(head(1, 5, 1)).room(step(6, node("world/1", node("chat/1"))));
        ToRoom asked = bench.toRoom.get(0);

        List<ToRoom> said = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            said.addAll(bench.room(head(1, 6, 1)).toRoom);
            said.addAll(bench.during(500));
        }
        assertThat(said).contains(asked);

        bench.room(new ToRelay.WhoAreYou(2));
        assertThat(bench.room(head(2, 6, 1)).toRoom).contains(asked);
    }

    @Test
    void tooManyParentsEndTheSessionsOfThatFilterOnly() {
        filtered(1, WORLD);
        filtered(2, CHAT);
        bench.room(step(6, node("world/1", node("chat/1"))));
        long number = ((ToRoom.AskParents) bench.toRoom.get(0)).number();

        bench.room(new ToRelay.Parents(number, List.of(), true));

        assertThat(RelayBench.failure(bench.told(1).get(0))).isInstanceOf(SyncFailure.FeedLost.class);
        assertThat(bench.told(2)).isEmpty();
        bench.room(step(7, node("chat/9")));
        assertThat(bench.stepsTold(1)).isEmpty();
        assertThat(bench.stepsTold(2)).containsExactly(7L);
    }

    @Test
    void anotherSubscriptionHoldsFromTheNextStepOn() {
        filtered(1, WORLD);
        Node before = node("chat/1");
        bench.room(step(6, before));
        bench.session(1, new Effect.Resubscribe(CHAT));
        Node next = node("chat/2", before);

        bench.room(step(7, next));

        assertThat(((ToRoom.AskParents) bench.toRoom.get(0)).periods())
                .containsExactly(
                        new FilterPeriod(WORLD, Optional.of(next.id())), new FilterPeriod(CHAT, Optional.empty()));
        bench.room(new ToRelay.Parents(((ToRoom.AskParents) bench.toRoom.get(0)).number(), List.of(before), false));
        assertThat(sent(1)).containsExactly(before.id(), next.id());
    }

    @Test
    void whoSeesEverythingAtLastIsSentWhatWasLeftOutBefore() {
        filtered(1, WORLD);
        Node before = node("chat/1");
        bench.room(step(6, before));
        bench.session(1, new Effect.Resubscribe(Subscription.EVERYTHING));

        bench.room(step(7, node("chat/2", before)));

        assertThat(bench.toRoom).singleElement().isInstanceOf(ToRoom.AskParents.class);
    }

    @Test
    void whoChangesTooOftenIsFilteredWithoutParentsFromThenOn() {
        filtered(1, WORLD);
        for (int i = 1; i < ClosedFeed.PERIODS_MAX + 3; i++) {
            bench.session(1, new Effect.Resubscribe(i % 2 == 0 ? WORLD : CHAT));
        }
        bench.session(1, new Effect.Resubscribe(CHAT));
        Node next = node("chat/2", node("world/1"));

        bench.room(step(6, next));

        assertThat(bench.toRoom).isEmpty();
        assertThat(sent(1)).containsExactly(next.id());
    }

    @Test
    void whoJoinsBehindWhatTheOthersWereSentPullsAgain() {
        filtered(1, WORLD, 8);
        bench.enter(2, 2, WORLD).room(RelayBench.admission(2, 5));

        bench.session(2, new Effect.GoLive(3, 5));

        assertThat(bench.told(2)).containsExactly(new Input.FeedBehind(3));
    }

    @Test
    void catchUpIsAskedForWithParents() {
        bench.enter(1, 1, WORLD).room(RelayBench.admission(1, 5));
        PullPlan plan = new PullPlan(new SessionId(1), 2, Optional.empty(), 3, WORLD, 0, 100);

        bench.session(1, new Effect.Pull(7, plan));

        assertThat(bench.toRoom).containsExactly(new ToRoom.Pull(RelayBench.SELF, 7, plan, true));
    }

    private void filtered(int session, Subscription subscription) {
        filtered(session, subscription, 5);
    }

    private void filtered(int session, Subscription subscription, long afterSeq) {
        bench.enter(session, session, subscription)
                .room(RelayBench.admission(session, afterSeq))
                .session(session, new Effect.GoLive(3, afterSeq));
    }

    private List<NodeId> sent(int session) {
        List<NodeId> ids = new ArrayList<>();
        for (Input input : bench.told(session)) {
            for (Input.RelayedPack pack : ((Input.Relayed) input).packs()) {
                Packed.nodes(pack.message().json()).forEach(node -> ids.add(node.id()));
            }
        }
        return ids;
    }

    private static ToRelay.Step step(long seq, Node... nodes) {
        return new ToRelay.Step(seq, List.of(new Run(new SessionId(99), peer(99), List.of(nodes))), RelayBench.ROOT);
    }

    private Node node(String key, Node... parents) {
        List<NodeId> ids = List.of(parents).stream().map(Node::id).toList();
        Transaction transaction =
                new Transaction(peer(99), ++lamport, 0, List.of(new Op.MapSet(key, new byte[] {1})), ids);
        return Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[64]);
    }
}
