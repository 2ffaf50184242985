package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.Run;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each promise, broken once: the checks that guard the simulator are not blind. */
class InvariantsTest {
    private static final SessionId HERE = new SessionId(1);
    private static final SessionId THERE = new SessionId(2);
    private final Node first = node(1, List.of());
    private final Node second = node(2, List.of(first.id()));
    private final Invariants invariants = new Invariants();
    private final Encoded message = new Encoded("{}", 2);

    @Test
    void aSeqIsWrittenOnce() {
        invariants.committed(1, event(first));

        broken(() -> invariants.committed(1, event(second)), "seq 1 was written after 1");
    }

    @Test
    void parentsAreWrittenFirst() {
        broken(() -> invariants.committed(1, event(second)), "before its parents");
    }

    @Test
    void aNodeIsWrittenOnce() {
        invariants.committed(1, event(first));

        broken(() -> invariants.committed(2, event(first)), "twice");
    }

    @Test
    void whatIsAcknowledgedIsInTheJournal() {
        invariants.committed(1, event(first));

        assertThatCode(() -> invariants.acknowledged(HERE, List.of(first.id()))).doesNotThrowAnyException();
        broken(() -> invariants.acknowledged(HERE, List.of(second.id())), "not in the journal");
    }

    @Test
    void stepsAreDenseDurableAndWhole() {
        invariants.committed(1, event(first));
        invariants.committed(2, event(second));
        broken(() -> relay(1, first), "before its feed began");
        invariants.joined(THERE, 0);
        broken(() -> relay(2, second), "after 0");
        broken(() -> relay(1, second), "other nodes");
    }

    @Test
    void aStepIsNotRelayedBeforeItIsDurable() {
        invariants.joined(THERE, 0);

        broken(() -> relay(1, first), "before it was durable");
    }

    @Test
    void aSessionSendsDurableNodesOnce() {
        invariants.committed(1, event(first));
        invariants.sent(THERE, List.of(first));

        broken(() -> invariants.sent(THERE, List.of(first)), "twice");
        broken(() -> invariants.sent(THERE, List.of(second)), "not in the journal");
    }

    @Test
    void whatWasAcknowledgedIsThereAtTheEnd() {
        invariants.committed(1, event(first));
        invariants.acknowledged(HERE, List.of(first.id()));

        broken(() -> invariants.endsWith(java.util.Set.of()), "an acknowledged node is gone");
    }

    private void relay(long seq, Node node) {
        Map<Encoded, List<Node>> nodes = Map.of(message, List.of(node));
        invariants.relayed(
                THERE,
                new Input.Relayed(seq, List.of(new Input.RelayedPack(HERE, message))),
                pack -> nodes.get(pack.message()));
    }

    private static void broken(Runnable report, String what) {
        assertThatThrownBy(report::run).isInstanceOf(Violation.class).hasMessageContaining(what);
    }

    private static RoomEvent event(Node node) {
        return new RoomEvent.NodesAppended(
                List.of(new Run(HERE, PeerId.of(new byte[32]), List.of(node))), NodeId.of(new byte[32]));
    }

    private static Node node(long lamport, List<NodeId> parents) {
        Transaction transaction = new Transaction(
                PeerId.of(new byte[32]), lamport, 0, List.of(new Op.MapSet("k", new byte[] {1})), parents);
        return Nodes.claimed(Nodes.idOf(transaction), transaction, new byte[64]);
    }
}
