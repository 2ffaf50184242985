package dev.parley.persistence.relay;

import static dev.parley.persistence.relay.RelayBench.head;
import static dev.parley.persistence.relay.RelayBench.stored;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Submits are numbered densely, one batch is on its way, and each is answered once. */
class RelaySubmitsTest {
    private static final long MIB = 1 << 20;
    private final RelayBench bench = new RelayBench(
                    RelaySettings.DEFAULT.with(new RelaySettings.Submits(MIB, 64 * MIB), 64 * MIB), 1)
            .live(1, 0)
            .live(2, 0)
            .room(head(1, 0, 1));

    @Test
    void oneBatchIsOnItsWayAndTheOthersFollowTogether() {
        bench.submit(1, 51, 10);
        assertThat(batch().first()).isEqualTo(1);
        assertThat(bench.submit(2, 52, 10).toRoom).isEmpty();
        assertThat(bench.submit(1, 53, 10).toRoom).isEmpty();

        bench.room(new ToRelay.Answered(1, List.of(stored(1))));

        assertThat(bench.told(1)).containsExactly(new Input.Answered(51, stored(1)));
        assertThat(batch().first()).isEqualTo(2);
        assertThat(batch().submits()).extracting(s -> s.origin().value()).containsExactly(2L, 1L);
    }

    @Test
    void aBatchIsBoundedInBytesOrOneLargerPack() {
        bench.submit(1, 51, 10);
        bench.submit(1, 52, MIB / 2);
        bench.submit(1, 53, MIB / 2);
        bench.submit(1, 54, MIB / 2);
        bench.submit(1, 55, 3 * MIB);
        bench.submit(1, 56, 1);

        bench.room(new ToRelay.Answered(1, List.of(stored(1))));
        assertThat(batch().submits()).hasSize(2);

        bench.room(new ToRelay.Answered(2, List.of(stored(1), stored(1))));
        assertThat(batch().submits()).hasSize(1);

        bench.room(new ToRelay.Answered(4, List.of(stored(1))));
        assertThat(batch().submits()).hasSize(1);
        assertThat(batch().first()).isEqualTo(5);
    }

    @Test
    void answersMayComeInParts() {
        bench.submit(1, 51, 10);
        bench.submit(1, 52, 10);
        bench.submit(1, 53, 10);
        bench.room(new ToRelay.Answered(1, List.of(stored(1))));

        assertThat(bench.room(new ToRelay.Answered(2, List.of(stored(1)))).toRoom)
                .isEmpty();
        assertThat(bench.told(1)).containsExactly(new Input.Answered(52, stored(1)));
        bench.room(new ToRelay.Answered(3, List.of(stored(1))));
        assertThat(bench.told(1)).containsExactly(new Input.Answered(53, stored(1)));
    }

    @Test
    void anAnswerGivenTwiceIsToldOnce() {
        bench.submit(1, 51, 10);
        bench.room(new ToRelay.Answered(1, List.of(stored(1))));

        bench.room(new ToRelay.Answered(1, List.of(stored(1))));

        assertThat(bench.toSessions).isEmpty();
    }

    @Test
    void aHoleInTheNumbersIsFilled() {
        bench.submit(1, 51, 10);

        bench.room(new ToRelay.ResendFrom(1));

        assertThat(batch().first()).isEqualTo(1);
    }

    @Test
    void aRoomThatAsksForWhatItAnsweredIsToldWhereTheRelayIs() {
        bench.submit(1, 51, 10);
        bench.room(new ToRelay.Answered(1, List.of(stored(1))));

        bench.room(new ToRelay.ResendFrom(1));
        bench.after(300);

        assertThat(bench.toRoom)
                .singleElement()
                .isInstanceOfSatisfying(
                        ToRoom.Attach.class,
                        attach -> assertThat(attach.nextSubmit()).isEqualTo(2));
    }

    @Test
    void aHeadThatStillExpectsTheBatchGetsItAgain() {
        bench.submit(1, 51, 10);
        bench.after(1_000);
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Attach.class);

        bench.room(head(1, 0, 1));

        assertThat(batch().first()).isEqualTo(1);
    }

    @Test
    void aHeadThatHasTheBatchDoesNotGetItAgain() {
        bench.submit(1, 51, 10);
        bench.after(1_000);

        assertThat(bench.room(head(1, 0, 2)).toRoom).isEmpty();
    }

    @Test
    void aLostAnswerIsAskedForAfterThreeSeconds() {
        bench.submit(1, 51, 10);

        List<ToRoom> said = bench.during(2_900);
        assertThat(said).noneMatch(ToRoom.Submits.class::isInstance);
        bench.room(head(1, 0, 2));

        assertThat(bench.during(200)).anyMatch(ToRoom.Submits.class::isInstance);
    }

    @Test
    void afterAMoveAllThatIsUnansweredComesAgainInOrderWithTheSameNumbers() {
        bench.session(2, new Effect.AskLacking(61, List.of()));
        bench.submit(1, 51, 10);
        bench.submit(2, 52, 10);
        bench.session(1, new Effect.AskMst(53, List.of("")));
        bench.after(500).room(new ToRelay.WhoAreYou(2));
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Attach.class);

        bench.room(head(2, 0, 1));

        assertThat(bench.kindsToRoom())
                .containsExactly(ToRoom.AskLacking.class, ToRoom.AskMst.class, ToRoom.Submits.class);
        assertThat(batch().first()).isEqualTo(1);
        assertThat(batch().submits()).hasSize(1);
    }

    @Test
    void aNewIncarnationSeenInAHeadIsAMoveToo() {
        bench.submit(1, 51, 10);

        bench.room(head(2, 0, 1));

        assertThat(batch().first()).isEqualTo(1);
    }

    @Test
    void whatNobodyAnswersIsToldOnceAndKeepsItsNumberEmpty() {
        bench.submit(1, 51, 10);
        bench.submit(2, 52, 10);

        bench.after(20_000);
        assertThat(bench.told(1)).containsExactly(new Input.Unanswered(51));
        assertThat(bench.told(2)).containsExactly(new Input.Unanswered(52));
        assertThat(bench.after(1_000).toSessions).isEmpty();

        bench.room(head(2, 0, 1));
        assertThat(batch().first()).isEqualTo(1);
        assertThat(batch().submits()).allMatch(submit -> submit.candidates().isEmpty());

        bench.room(new ToRelay.Answered(1, List.of(stored(0))));
        assertThat(bench.toSessions).isEmpty();
        bench.submit(1, 53, 10);
        assertThat(batch().first()).isEqualTo(2); // What was never sent had no number.
    }

    @Test
    void whatExceedsTheQueueIsUnansweredAtOnce() {
        bench.submit(1, 51, 40 * MIB);

        bench.submit(1, 52, 40 * MIB);

        assertThat(bench.told(1)).containsExactly(new Input.Unanswered(52));
    }

    @Test
    void aFloodOfOneSessionLeavesTheOthersTheirShareOfEachBatch() {
        bench.submit(1, 51, 10);
        for (int i = 0; i < 8; i++) {
            bench.submit(1, 60 + i, MIB / 4);
        }
        bench.submit(2, 71, 10);
        bench.submit(2, 72, 10);

        bench.room(new ToRelay.Answered(1, List.of(stored(1))));

        assertThat(batch().submits()).extracting(s -> s.origin().value()).startsWith(2L, 2L);
        assertThat(batch().submits()).hasSize(5); // And three of the flood.
    }

    @Test
    void twoThatFloodShareByBytesNotByPacks() {
        bench.submit(1, 51, 10);
        for (int i = 0; i < 8; i++) {
            bench.submit(1, 60 + i, 2 * MIB);
        }
        for (int i = 0; i < 8; i++) {
            bench.submit(2, 80 + i, MIB);
        }

        Map<Long, Long> bytes = new HashMap<>();
        for (long number = 1; number <= 9; number++) {
            bench.room(new ToRelay.Answered(number, List.of(stored(1))));
            long origin = batch().submits().getFirst().origin().value();
            bytes.merge(origin, origin == 1 ? 2 * MIB : MIB, Long::sum);
        }

        assertThat(bytes).containsEntry(1L, 6 * MIB).containsEntry(2L, 6 * MIB);
    }

    @Test
    void aSessionDoesNotPayForWhatNobodyAnswered() {
        bench.submit(1, 51, 10);
        bench.submit(1, 52, 8 * MIB);
        bench.after(12_000);
        bench.submit(1, 53, 10);
        for (int i = 0; i < 8; i++) {
            bench.submit(2, 60 + i, MIB / 2);
        }
        bench.after(8_000);
        assertThat(bench.told(1)).containsExactly(new Input.Unanswered(51), new Input.Unanswered(52));

        bench.room(head(2, 0, 1));
        bench.room(new ToRelay.Answered(1, List.of(stored(0))));

        assertThat(batch().submits()).extracting(s -> s.origin().value()).startsWith(1L);
    }

    @Test
    void inAFullQueueTheNewestOfWhoHasMostAreGivenUp() {
        bench.submit(1, 51, 10 * MIB);
        bench.submit(1, 52, 20 * MIB);
        bench.submit(1, 53, 20 * MIB);

        bench.submit(2, 61, 16 * MIB);

        assertThat(bench.told(1)).containsExactly(new Input.Unanswered(53));
        assertThat(bench.told(2)).isEmpty();
    }

    @Test
    void whoWouldHaveMostInAFullQueueIsRefusedItself() {
        bench.submit(1, 51, 10 * MIB);
        bench.submit(1, 52, 20 * MIB);
        bench.submit(2, 61, 20 * MIB);

        bench.submit(2, 62, 16 * MIB);

        assertThat(bench.told(1)).isEmpty();
        assertThat(bench.told(2)).containsExactly(new Input.Unanswered(62));
    }

    @Test
    void whenOnePackAloneExceedsTheQueueThoseBehindItAreUnanswered() {
        RelayBench tight = new RelayBench(
                        RelaySettings.DEFAULT.with(new RelaySettings.Submits(1 << 10, 1 << 10), 8L << 20), 1)
                .live(1, 0)
                .live(2, 0);
        tight.submit(1, 51, 2 << 10);
        assertThat(tight.kindsToRoom()).containsExactly(ToRoom.Submits.class);

        tight.submit(2, 61, 10);

        assertThat(tight.told(2)).containsExactly(new Input.Unanswered(61));
        assertThat(tight.room(new ToRelay.Answered(1, List.of(stored(1)))).told(1))
                .containsExactly(new Input.Answered(51, stored(1)));
    }

    @Test
    void aPackOfASessionThatLeftIsStillDelivered() {
        bench.submit(1, 51, 10);
        bench.submit(1, 52, 10);
        bench.session(2, new Effect.Leave());
        bench.session(1, new Effect.Leave());
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.SessionLeft.class);

        bench.room(new ToRelay.Answered(1, List.of(stored(1))));
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Submits.class);

        bench.room(new ToRelay.Answered(2, List.of(stored(1))));
        assertThat(bench.toSessions).isEmpty();
        assertThat(bench.kindsToRoom()).containsExactly(ToRoom.Detach.class);
    }

    private ToRoom.Submits batch() {
        return (ToRoom.Submits) bench.toRoom.stream()
                .filter(ToRoom.Submits.class::isInstance)
                .findFirst()
                .orElseThrow();
    }
}
