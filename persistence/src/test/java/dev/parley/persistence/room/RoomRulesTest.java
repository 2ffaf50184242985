package dev.parley.persistence.room;

import dev.parley.core.history.NodeLimits;
import static dev.parley.persistence.room.Fixtures.ROOM;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.session.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoomRulesTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    private final RoomRules rules = rules(RoomSettings.DEFAULT);

    private static RoomRules rules(RoomSettings settings) {
        return new RoomRules(settings, Fixtures.SERVER, Fixtures.TRUSTING);
    }

    private static RoomState after(List<RoomEvent> events) {
        RoomState room = RoomState.empty(ROOM);
        for (RoomEvent event : events) {
            room = RoomRules.evolve(room, event);
        }
        return room;
    }

    @Test
    void eachSubmitSeesThoseBeforeIt() {
        List<Node> chain = chain(1, 3, 1);

        Flushed flushed = rules.decide(
                RoomState.empty(ROOM),
                List.of(
                        submit(S1, 1, chain.get(0)),
                        submit(S2, 2, chain.get(1), chain.get(0)),
                        submit(S1, 1, chain.get(2))),
                NOW_MS);

        assertThat(flushed.decided())
                .extracting(Flushed.Decided::answer)
                .extracting(Input.PackAnswer::stored, Input.PackAnswer::known)
                .containsExactly(tuple(1, 0), tuple(1, 1), tuple(1, 0));
        assertThat(flushed.events()).hasSize(1);
        assertThat(after(flushed.events()).view().count()).isEqualTo(3);
    }

    @Test
    void whatOneSessionBringsInARowIsOneRun() {
        List<Node> chain = chain(1, 4, 1);

        Flushed flushed = rules.decide(
                RoomState.empty(ROOM),
                List.of(
                        submit(S1, 1, chain.get(0)),
                        submit(S1, 1, chain.get(1)),
                        submit(S2, 1, chain.get(2)),
                        submit(S1, 1, chain.get(3))),
                NOW_MS);

        assertThat(((RoomEvent.NodesAppended) flushed.events().getFirst()).runs())
                .extracting(Run::origin)
                .containsExactly(S1, S2, S1);
    }

    @Test
    void aLargeGroupIsSplitAndEachPartHasItsRoot() {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            nodes.add(node(1, i + 1, "k" + i, 300_000));
        }

        Flushed flushed =
                rules.decide(RoomState.empty(ROOM), List.of(submit(S1, 1, nodes.toArray(new Node[0]))), NOW_MS);

        assertThat(flushed.events()).hasSize(4);
        RoomState room = after(flushed.events());
        assertThat(room.view().count()).isEqualTo(10);
        assertThat(room.seq()).isEqualTo(4);
        assertThat(flushed.events().getLast().rootAfter()).isEqualTo(room.view().root());
    }

    @Test
    void nothingNewIsNoEvent() {
        Node node = node(1, 1, "a");
        RoomState room = after(rules.decide(RoomState.empty(ROOM), List.of(submit(S1, 1, node)), NOW_MS)
                .events());

        Flushed again = rules.decide(room, List.of(submit(S1, 1, node)), NOW_MS);

        assertThat(again.events()).isEmpty();
        assertThat(again.decided().getFirst().answer())
                .isEqualTo(new Input.PackAnswer(1, 0, 1, 0, 0, node.sizeBytes(), Optional.empty()));
    }

    @Test
    void refusalsAreJoinedAndCounted() {
        Node bad = node(1, 1, "a");
        Node ahead = node(1, 1L << 40, "b");
        Candidate forged = new Candidate(bad, new Verdict.Checked(bad.id(), Verdict.SignatureState.INVALID));

        Flushed flushed = rules.decide(
                RoomState.empty(ROOM),
                List.of(new ToRoom.Submit(S1, Fixtures.peer(1), List.of(forged, Fixtures.valid(ahead)))),
                NOW_MS);

        Input.PackAnswer answer = flushed.decided().getFirst().answer();
        assertThat(answer.rejected()).isEqualTo(2);
        assertThat(answer.errors())
                .hasValueSatisfying(text -> assertThat(text)
                        .contains("invalid ed25519 signature on node " + bad.id())
                        .contains("; ")
                        .contains("lamport ceiling exceeded on node " + ahead.id()));
        assertThat(flushed.events()).isEmpty();
    }

    @Test
    void aFullRoomSaysSoAndStillKnowsWhatItHas() {
        Node first = node(1, 1, "a");
        Node second = node(1, 2, "b");
        RoomRules bounded =
                rules(RoomSettings.DEFAULT.with(new RoomSettings.Limits(NodeLimits.DEFAULT, false, 1, 1 << 20)));

        Flushed flushed = bounded.decide(
                RoomState.empty(ROOM),
                List.of(submit(S1, 1, first), submit(S1, 1, first, second), submit(S1, 1, first)),
                NOW_MS);

        assertThat(flushed.decided())
                .extracting(Flushed.Decided::answer)
                .containsExactly(
                        new Input.PackAnswer(1, 1, 0, 0, 0, 0, Optional.empty()),
                        new Input.PackAnswer(2, 0, 1, 0, 1, first.sizeBytes(), Optional.of("room is full")),
                        new Input.PackAnswer(1, 0, 1, 0, 0, first.sizeBytes(), Optional.empty()));
    }

    @Test
    void replayOfAnyPrefixIsTheStateThen() {
        DeskDriver room = DeskDriver.empty();
        room.tell(Fixtures.attach(Fixtures.R1));
        List<NodeId> roots = new ArrayList<>();
        List<NodeId> trees = new ArrayList<>();
        List<Node> chain = chain(1, 20, 1);
        for (int i = 0; i < 20; i++) {
            Node side = node(2, i + 1, "side" + i);
            room.tell(new ToRoom.Submits(Fixtures.R1, i + 1, List.of(submit(S1, 1, chain.get(i), side))));
            roots.add(room.state.view().root());
            trees.add(room.state.index().mst().root());
        }

        for (int events = 1; events <= room.journal.size(); events++) {
            RoomState then = room.replay(events);
            assertThat(then.view().root()).isEqualTo(roots.get(events - 1));
            assertThat(then.index().mst().root()).isEqualTo(trees.get(events - 1));
        }
    }

    @Test
    void anEventThatCannotFollowIsCorruption() {
        Node node = node(1, 1, "a");
        Node orphan = node(1, 2, "b", node(3, 1, "missing").id());
        RoomEvent good = rules.decide(RoomState.empty(ROOM), List.of(submit(S1, 1, node)), NOW_MS)
                .events()
                .getFirst();

        assertThatThrownBy(() -> after(List.of(good, good))).isInstanceOfSatisfying(CorruptRoom.class, corrupt -> {
            assertThat(corrupt.seq()).isEqualTo(2);
            assertThat(corrupt.room()).isEqualTo(ROOM);
        });
        assertThatThrownBy(() -> after(List.of(new RoomEvent.NodesAppended(
                        List.of(new Run(S1, Fixtures.peer(1), List.of(node))), orphan.id()))))
                .isInstanceOf(CorruptRoom.class)
                .hasMessageContaining("root is");
        assertThatThrownBy(() -> after(List.of(new RoomEvent.NodesAppended(
                        List.of(new Run(S1, Fixtures.peer(1), List.of(orphan))), orphan.id()))))
                .isInstanceOf(CorruptRoom.class)
                .hasMessageContaining("parent not stored");
    }

    @Test
    void aRoomFullOfBytesSaysSoToo() {
        Node first = node(1, 1, "a");
        RoomRules bounded = rules(RoomSettings.DEFAULT.with(
                new RoomSettings.Limits(NodeLimits.DEFAULT, false, 100, first.sizeBytes() + 10)));

        Flushed flushed = bounded.decide(
                RoomState.empty(ROOM), List.of(submit(S1, 1, first), submit(S1, 1, first, node(1, 2, "b"))), NOW_MS);

        assertThat(flushed.decided())
                .extracting(Flushed.Decided::answer)
                .containsExactly(
                        new Input.PackAnswer(1, 1, 0, 0, 0, 0, Optional.empty()),
                        new Input.PackAnswer(2, 0, 1, 0, 1, first.sizeBytes(), Optional.of("room is full")));
    }

    @Test
    void theTextOfManyRefusalsIsBounded() {
        List<Candidate> bad = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            Node node = node(1, i + 1, "k");
            bad.add(new Candidate(node, new Verdict.Checked(node.id(), Verdict.SignatureState.INVALID)));
        }

        Flushed flushed =
                rules.decide(RoomState.empty(ROOM), List.of(new ToRoom.Submit(S1, Fixtures.peer(1), bad)), NOW_MS);

        Input.PackAnswer answer = flushed.decided().getFirst().answer();
        assertThat(answer.rejected()).isEqualTo(1_500);
        assertThat(answer.errors().orElseThrow().split("; ")).hasSize(1_001);
        assertThat(answer.errors().orElseThrow()).endsWith("; and 500 more");
    }
}
