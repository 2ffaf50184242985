package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.enter;
import static dev.parley.persistence.room.Fixtures.entry;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Node;
import dev.parley.core.id.SessionId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one message may cost a room, and who has the next turn. */
class RoomDeskTurnsTest {
    /** A room of so many nodes that has just been recovered: no hash of its tree is known. */
    private static DeskDriver recovered(int nodes) {
        DeskDriver room = DeskDriver.empty();
        room.tell(attach(R1));
        List<Node> all = chain(1, nodes, 1);
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, all.toArray(Node[]::new)))));
        room.startAgain();
        room.said.clear();
        room.tell(attach(R1), attach(R2));
        room.said.clear();
        return room;
    }

    @Test
    void theTreeOfALargeRoomIsHashedInTurnsAndSubmitsComeInBetween() {
        DeskDriver room = recovered(6_000);
        ToRoom.Enter hello = enter(R1, 1, entry(S1, 1));
        assertThat(hello.mst()).isTrue();

        room.tellWithoutFlush(hello, new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "b")))));
        room.flushOnce();

        assertThat(room.heard(R1, ToRelay.Admitted.class)).isEmpty();
        assertThat(room.heard(R2, ToRelay.Answered.class)).hasSize(1);
        assertThat(room.flushTurns()).isBetween(2, 12); // 1.4 hashes a node, 2,048 a turn.
        assertThat(room.heard(R1, ToRelay.Admitted.class))
                .singleElement()
                .satisfies(admitted -> assertThat(admitted.admission().mstRoot())
                        .contains(room.state.index().mst().root()));
    }

    @Test
    void aSessionThatLeftWhileTheTreeWasHashedIsNotLetIn() {
        DeskDriver room = recovered(6_000);

        room.tellWithoutFlush(enter(R1, 1, entry(S1, 1)), new ToRoom.SessionLeft(R1, 2, S1));
        room.flush();

        assertThat(room.heard(R1, ToRelay.Admitted.class)).isEmpty();
        assertThat(room.desk.sessions()).isZero();
    }

    @Test
    void manyQuestionsAboutTheTreeAreAnsweredOneATurnSoSubmitsNeedNotWaitForThem() {
        DeskDriver room = recovered(100);
        List<ToRoom> flood = new ArrayList<>();
        for (int session = 10; session < 110; session++) {
            flood.add(new ToRoom.AskMst(R1, new SessionId(session), 1, List.of("")));
        }

        room.tellWithoutFlush(flood.toArray(ToRoom[]::new));
        room.tellWithoutFlush(new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "b")))));
        room.flushOnce();

        assertThat(room.heard(R2, ToRelay.Answered.class)).hasSize(1);
        assertThat(room.heard(R1, ToRelay.MstAnswer.class)).hasSize(1);
        assertThat(room.flushTurns()).isEqualTo(99);
        assertThat(room.heard(R1, ToRelay.MstAnswer.class)).hasSize(99);
    }

    @Test
    void aQuestionAboutTheTreeThatIsSaidAgainTakesOneTurn() {
        DeskDriver room = recovered(100);
        ToRoom again = new ToRoom.AskMst(R1, S1, 1, List.of(""));

        room.tellWithoutFlush(again, again, new ToRoom.AskMst(R1, S1, 1, List.of("")));
        room.flushOnce();

        assertThat(room.flushTurns()).isZero();
    }

    @Test
    void aFloodOfOneSessionLeavesTheOthersTheirPlaceInEachTurn() {
        DeskDriver room = DeskDriver.empty();
        room.tell(attach(R1), attach(R2));
        List<Node> many = chain(1, 2_000, 1);
        List<ToRoom.Submit> flood = new ArrayList<>();
        for (int from = 0; from < 2_000; from += 100) {
            flood.add(submit(S1, 1, many.subList(from, from + 100).toArray(Node[]::new)));
        }

        room.tellWithoutFlush(
                new ToRoom.Submits(R1, 1, flood), new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "b")))));
        room.flushOnce();

        assertThat(room.heard(R2, ToRelay.Answered.class)).hasSize(1);
        assertThat(room.heard(R1, ToRelay.Answered.class)).hasSize(1);
        assertThat(room.state.view().count()).isLessThanOrEqualTo(256);
        assertThat(room.flushTurns()).isGreaterThanOrEqualTo(9); // At most 256 nodes each.
    }
}
