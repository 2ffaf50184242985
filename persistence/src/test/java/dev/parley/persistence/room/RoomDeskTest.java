package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.S3;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Node;
import dev.parley.core.session.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Attachment, submits, repair and idling: one test a transition. */
class RoomDeskTest {
    private final DeskDriver room = DeskDriver.empty();

    @Test
    void anUnknownRelayIsAskedWhoItIs() {
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))));

        assertThat(room.heard(R1)).containsExactly(new ToRelay.WhoAreYou(1));
        assertThat(room.journal).isEmpty();
        assertThat(room.others).containsExactly(new RoomEffect.Forget(R1));
    }

    @Test
    void attachIsAnsweredWithTheHead() {
        room.tell(new ToRoom.Attach(R1, -1, 7, 0, -1, Set.of()));

        assertThat(room.heard(R1)).startsWith(new ToRelay.Head(1, 0, 7));
    }

    @Test
    void anAckComesFirstThenTheStepToAll() {
        room.tell(attach(R1), attach(R2));
        room.heard(R1);
        room.heard(R2);
        Node first = node(1, 1, "a");

        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, first))));

        ToRelay.Step step = new ToRelay.Step(
                1,
                List.of(new Run(S1, Fixtures.peer(1), List.of(first))),
                room.state.view().root());
        assertThat(room.heard(R1)).containsExactly(new ToRelay.Answered(1, List.of(stored(1))), step);
        assertThat(room.heard(R2)).containsExactly(step);
    }

    @Test
    void submitsOfAGroupAreOneEventAndSeeThoseBefore() {
        room.tell(attach(R1), attach(R2));
        List<Node> chain = chain(1, 3, 1);

        room.tellWithoutFlush(
                        new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, chain.get(0)), submit(S1, 1, chain.get(1)))),
                        new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, chain.get(2)))))
                .flush();

        assertThat(room.journal).hasSize(1);
        assertThat(room.state.view().count()).isEqualTo(3);
    }

    @Test
    void aHoleInTheNumbersIsAnsweredResendFrom() {
        room.tell(attach(R1));
        room.heard(R1);

        room.tell(new ToRoom.Submits(R1, 3, List.of(submit(S1, 1, node(1, 1, "a")))));

        assertThat(room.heard(R1)).containsExactly(new ToRelay.ResendFrom(1));
        assertThat(room.journal).isEmpty();
    }

    @Test
    void aBatchReceivedAgainIsAcknowledgedAgainAndStoredOnce() {
        room.tell(attach(R1));
        Node first = node(1, 1, "a");
        ToRoom.Submits batch = new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, first)));
        room.tell(batch);
        room.heard(R1);

        room.tell(batch);

        assertThat(room.heard(R1))
                .containsExactly(new ToRelay.Answered(
                        1, List.of(new Input.PackAnswer(1, 0, 1, 0, 0, first.sizeBytes(), Optional.empty()))));
        assertThat(room.journal).hasSize(1);
    }

    @Test
    void aBatchThatStillWaitsIsNotTakenTwice() {
        room.tell(attach(R1));
        room.heard(R1);
        ToRoom.Submits batch = new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a"))));

        room.tellWithoutFlush(batch, batch).flush();

        assertThat(room.heard(R1, ToRelay.Answered.class)).containsExactly(new ToRelay.Answered(1, List.of(stored(1))));
    }

    @Test
    void afterAMoveTheSameNumbersAreDecidedAgain() {
        room.tell(attach(R1));
        Node first = node(1, 1, "a");
        Node second = node(1, 2, "b", first.id());
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, first))));
        room.startAgain();
        room.heard(R1);

        room.tell(
                new ToRoom.Attach(R1, 0, 1, 0, -1, Set.of()),
                new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, first), submit(S1, 1, second))));

        List<ToRelay> heard = room.heard(R1);
        assertThat(heard).startsWith(new ToRelay.Head(2, 1, 1));
        assertThat(heard)
                .contains(new ToRelay.Answered(
                        1,
                        List.of(new Input.PackAnswer(1, 0, 1, 0, 0, first.sizeBytes(), Optional.empty()), stored(1))));
        assertThat(room.state.view().count()).isEqualTo(2);
    }

    @Test
    void aTurnHasAtMostSoManyNodesAndGoesRoundTheSessions() {
        room.tell(attach(R1));
        room.heard(R1);
        List<ToRoom.Submit> batch = new ArrayList<>();
        List<Node> flood = chain(1, 600, 1);
        for (int i = 0; i < 600; i += 200) {
            batch.add(submit(S1, 1, flood.subList(i, i + 200).toArray(new Node[0])));
        }
        Node small = node(2, 1, "small");
        batch.add(submit(S2, 2, small));

        room.tell(new ToRoom.Submits(R1, 1, batch));

        assertThat(room.journal).hasSize(3);
        assertThat(((RoomEvent.NodesAppended) room.journal.getFirst()).runs())
                .extracting(Run::origin)
                .containsExactly(S1, S2);
        assertThat(room.heard(R1, ToRelay.Answered.class).stream().flatMap(a -> a.answers().stream()))
                .hasSize(4)
                .allSatisfy(answer -> assertThat(answer.rejected()).isZero());
    }

    @Test
    void aFullIngressTakesNothingAndTheRelaySendsAgain() {
        DeskDriver narrow = new DeskDriver(RoomSettings.DEFAULT
                .with(new RoomSettings.Intake(256, 1 << 20, 1, 1 << 20, 64L << 20))
                .with(new RoomSettings.Repair(8, 8L << 20, 16_384, 4)));
        narrow.tell(attach(R1), attach(R2));
        narrow.heard(R2);

        ToRoom.Submits late = new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "b"))));
        narrow.tellWithoutFlush(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a")))), late)
                .flush();
        assertThat(narrow.heard(R2, ToRelay.Answered.class)).isEmpty();
        narrow.tell(late);

        assertThat(narrow.heard(R2, ToRelay.Answered.class)).hasSize(1);
        assertThat(narrow.state.view().count()).isEqualTo(2);
    }

    @Test
    void anOrphanIsParkedAndHealedUnderItsFirstSender() {
        room.tell(attach(R1), attach(R2));
        List<Node> chain = chain(1, 4, 1);
        room.tell(new ToRoom.Submits(
                R1, 1, List.of(submit(S1, 1, chain.get(3), chain.get(2)), submit(S1, 1, chain.get(1)))));
        assertThat(room.heard(R1, ToRelay.Answered.class).getFirst().answers())
                .extracting(Input.PackAnswer::parked)
                .containsExactly(2, 1);
        assertThat(room.desk.orphans()).isEqualTo(3);

        room.tell(new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, chain.get(0)))));

        assertThat(room.desk.orphans()).isZero();
        assertThat(room.heard(R2, ToRelay.Step.class).stream().flatMap(step -> step.runs().stream()))
                .containsExactly(
                        new Run(S2, Fixtures.peer(2), List.of(chain.get(0))),
                        new Run(S1, Fixtures.peer(1), chain.subList(1, 4)));
        assertThat(room.heard(R1, ToRelay.OrphansDropped.class)).isEmpty();
    }

    @Test
    void anOrphanThatWaitsTooLongIsDroppedAndItsSenderToldSo() {
        room.tell(attach(R1));
        List<Node> chain = chain(1, 2, 1);
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, chain.get(1)))));
        for (int second = 0; second < 59; second++) {
            room.tell(attach(R1)).passMs(1000);
        }
        assertThat(room.heard(R1, ToRelay.OrphansDropped.class)).isEmpty();

        room.passMs(1000);

        assertThat(room.heard(R1, ToRelay.OrphansDropped.class)).containsExactly(new ToRelay.OrphansDropped(S1, 1));
        assertThat(room.desk.orphans()).isZero();
    }

    @Test
    void orphansAndHealedOnesNotYetDurableEndWithTheRoomAndTheirSendersAreToldSo() {
        room.tell(attach(R1), attach(R2));
        List<Node> chain = chain(1, 2, 1);
        Node elsewhere = chain(2, 2, 1).get(1);
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, chain.get(1)), submit(S2, 1, elsewhere))));
        room.tellWithoutFlush(new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, chain.get(0)))));
        room.flushOnce();
        assertThat(room.desk.orphans()).isEqualTo(1);

        assertThat(room.desk.end())
                .containsExactlyInAnyOrder(
                        new RoomEffect.Reply(R1, new ToRelay.OrphansDropped(S1, 1)),
                        new RoomEffect.Reply(R1, new ToRelay.OrphansDropped(S2, 1)));
        assertThat(room.desk.end()).isEmpty();
    }

    @Test
    void aRelayIsToldHowManyNodesOfEachSessionAreParkedWheneverThatChanges() {
        room.tell(attach(R1), attach(R2));
        List<Node> chain = chain(1, 4, 1);
        room.tell(new ToRoom.Submits(
                R1, 1, List.of(submit(S1, 1, chain.get(3), chain.get(2)), submit(S2, 1, chain.get(1)))));
        assertThat(room.heard(R1, ToRelay.OrphansParked.class))
                .containsExactly(new ToRelay.OrphansParked(1, S1, 2), new ToRelay.OrphansParked(1, S2, 1));

        // The same again changes nothing; who brings it otherwise takes it off the first sender's number.
        room.tell(new ToRoom.Submits(R1, 3, List.of(submit(S1, 1, chain.get(3)))));
        assertThat(room.heard(R1, ToRelay.OrphansParked.class)).isEmpty();
        room.tell(new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, chain.get(0)))));

        assertThat(room.heard(R1, ToRelay.OrphansParked.class))
                .containsExactlyInAnyOrder(new ToRelay.OrphansParked(1, S1, 0), new ToRelay.OrphansParked(1, S2, 0));
        assertThat(room.heard(R2, ToRelay.OrphansParked.class)).isEmpty();
    }

    @Test
    void orphansBeyondTheirBytesDropTheOldest() {
        DeskDriver narrow =
                new DeskDriver(RoomSettings.DEFAULT.with(new RoomSettings.Orphans(100, 1_000, Duration.ofSeconds(60))));
        narrow.tell(attach(R1));
        List<Node> chain = chain(1, 20, 1);
        for (int i = 19; i > 0; i--) {
            narrow.tell(new ToRoom.Submits(R1, 20 - i, List.of(submit(S1, 1, chain.get(i)))));
        }

        int dropped = narrow.heard(R1, ToRelay.OrphansDropped.class).stream()
                .mapToInt(ToRelay.OrphansDropped::nodes)
                .sum();
        assertThat(dropped).isPositive();
        assertThat(narrow.desk.orphans() + dropped).isEqualTo(19);
    }

    @Test
    void whatDrivesOrphansOutDropsTheOldest() {
        DeskDriver narrow = new DeskDriver(
                RoomSettings.DEFAULT.with(new RoomSettings.Orphans(1, 64L << 20, Duration.ofSeconds(60))));
        narrow.tell(attach(R1));
        List<Node> chain = chain(1, 3, 1);

        narrow.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, chain.get(2)), submit(S2, 1, chain.get(1)))));

        assertThat(narrow.heard(R1, ToRelay.OrphansDropped.class)).containsExactly(new ToRelay.OrphansDropped(S1, 1));
    }

    @Test
    void missedStepsComeFromMemory() {
        room.tell(attach(R1));
        List<Node> chain = chain(1, 5, 1);
        for (int i = 0; i < 5; i++) {
            room.tell(new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))));
        }
        room.heard(R1);

        room.tell(new ToRoom.Repair(R1, 3));

        assertThat(room.heard(R1, ToRelay.Step.class))
                .extracting(ToRelay.Step::seq)
                .containsExactly(4L, 5L);
    }

    @Test
    void missedStepsThatMemoryLacksComeFromTheJournal() {
        DeskDriver narrow = new DeskDriver(RoomSettings.DEFAULT
                .with(new RoomSettings.Intake(256, 1 << 20, 100, 1 << 20, 64L << 20))
                .with(new RoomSettings.Repair(2, 8L << 20, 16_384, 4)));
        narrow.tell(attach(R1), attach(R2));
        List<Node> chain = chain(1, 5, 1);
        for (int i = 0; i < 5; i++) {
            narrow.tell(new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))));
        }
        narrow.heard(R1);

        narrow.tell(new ToRoom.Repair(R1, 1), new ToRoom.Repair(R1, 1));

        assertThat(narrow.others).containsExactly(new RoomEffect.RepairFromJournal(R1, 2, 5));
        narrow.desk.repaired(R1);
        narrow.tell(new ToRoom.Repair(R1, 1));
        assertThat(narrow.others).hasSize(2);
        assertThat(narrow.heard(R1)).isEmpty();
    }

    @Test
    void fewJournalReadsRunAtOnceAndNoneGoesFartherBackThanItMay() {
        DeskDriver narrow = new DeskDriver(RoomSettings.DEFAULT
                .with(new RoomSettings.Intake(256, 1 << 20, 100, 1 << 20, 64L << 20))
                .with(new RoomSettings.Repair(1, 8L << 20, 3, 1)));
        narrow.tell(attach(R1), attach(R2));
        List<Node> chain = chain(1, 5, 1);
        for (int i = 0; i < 5; i++) {
            narrow.tell(new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, chain.get(i)))));
        }
        narrow.heard(R1);
        narrow.heard(R2);

        narrow.tell(new ToRoom.Repair(R1, 1));
        assertThat(narrow.heard(R1)).containsExactly(new ToRelay.CannotRepair(5));

        narrow.tell(new ToRoom.Repair(R1, 2), new ToRoom.Repair(R2, 2));
        assertThat(narrow.others).containsExactly(new RoomEffect.RepairFromJournal(R1, 3, 5));
        assertThat(narrow.heard(R2)).isEmpty(); // It asks again.
        narrow.desk.repaired(R1);
        narrow.tell(new ToRoom.Repair(R2, 2));
        assertThat(narrow.others).endsWith(new RoomEffect.RepairFromJournal(R2, 3, 5));
    }

    @Test
    void anIngressFullOfBytesTakesNothingEither() {
        DeskDriver narrow = new DeskDriver(RoomSettings.DEFAULT
                .with(new RoomSettings.Intake(256, 1 << 20, 100, 300, 64L << 20))
                .with(new RoomSettings.Repair(8, 8L << 20, 16_384, 4)));
        narrow.tell(attach(R1), attach(R2));
        narrow.heard(R2);

        ToRoom.Submits late = new ToRoom.Submits(R2, 1, List.of(submit(S2, 2, node(2, 1, "b"))));
        narrow.tellWithoutFlush(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, node(1, 1, "a".repeat(200))))), late)
                .flush();
        assertThat(narrow.heard(R2, ToRelay.Answered.class)).isEmpty();
        narrow.tell(late);

        assertThat(narrow.heard(R2, ToRelay.Answered.class)).hasSize(1);
        assertThat(narrow.state.view().count()).isEqualTo(2);
    }

    @Test
    void aRelayTooFarBehindStartsAnew() {
        DeskDriver narrow = new DeskDriver(RoomSettings.DEFAULT
                .with(new RoomSettings.Intake(256, 1 << 20, 100, 1 << 20, 64L << 20))
                .with(new RoomSettings.Repair(1, 8L << 20, 16_384, 4)));
        narrow.tell(attach(R1));
        for (int i = 0; i < 3; i++) {
            narrow.tell(new ToRoom.Submits(R1, i + 1, List.of(submit(S1, 1, node(1, i + 1, "k" + i)))));
        }
        narrow.heard(R1);

        narrow.tell(new ToRoom.Repair(R1, -1));

        assertThat(narrow.heard(R1)).containsExactly(new ToRelay.CannotRepair(3));
    }

    @Test
    void aRelayAheadOfTheRoomEndsThisIncarnation() {
        room.tell(new ToRoom.Attach(R1, 5, 1, 0, -1, Set.of()));

        assertThat(room.others).containsExactly(new RoomEffect.Superseded(0, 5));
        assertThat(room.desk.knows(R1)).isFalse();
    }

    @Test
    void aLockIsAnEventAndAnEmptyStepAndHappensOnce() {
        room.tell(attach(R1));
        room.heard(R1);

        room.tell(new ToRoom.Lock(R1, S1, 4, Fixtures.peer(7)), new ToRoom.Lock(R1, S1, 5, Fixtures.peer(8)));

        assertThat(room.heard(R1))
                .containsExactly(
                        new ToRelay.LockAnswered(S1, 4, true),
                        new ToRelay.Step(1, List.of(), room.state.view().root()),
                        new ToRelay.LockAnswered(S1, 5, false));
        assertThat(room.replay(1).lockKey()).contains(Fixtures.peer(7));
    }

    @Test
    void whatNobodyCouldSignForLocksNothing() {
        room.tell(attach(R1));
        room.heard(R1);

        room.tell(new ToRoom.Lock(R1, S1, 4, Fixtures.peer(0)));

        assertThat(room.heard(R1)).containsExactly(new ToRelay.LockAnswered(S1, 4, false));
    }

    @Test
    void announcementsReachAllRelays() {
        room.tell(attach(R1), attach(R2));
        room.heard(R1);
        room.heard(R2);

        room.tell(new ToRoom.Announce(R1, S1, Fixtures.peer(1), Optional.empty(), "{}"));

        ToRelay announced = new ToRelay.Announced(S1, Fixtures.peer(1), Optional.empty(), "{}");
        assertThat(room.heard(R1)).containsExactly(announced);
        assertThat(room.heard(R2)).containsExactly(announced);
    }

    @Test
    void aFragmentedBatchIsTakenWhole() {
        room.tell(attach(R1));
        room.heard(R1);
        Node large = node(1, 1, "large", 500_000);
        ToRoom.Submits batch = new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, large)));

        List<ToRoom> pieces = Fragments.forRoom(R1, 9, batch);
        room.tell(pieces.toArray(new ToRoom[0]));

        assertThat(pieces).hasSize(3);
        assertThat(room.heard(R1, ToRelay.Answered.class)).containsExactly(new ToRelay.Answered(1, List.of(stored(1))));
    }

    @Test
    void lackingNamesWhatIsNotStored() {
        room.tell(attach(R1));
        Node known = node(1, 1, "a");
        Node unknown = node(1, 2, "b");
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S1, 1, known))));
        room.heard(R1);

        room.tell(new ToRoom.AskLacking(R1, S1, 2, List.of(known.id(), unknown.id())));

        assertThat(room.heard(R1)).containsExactly(new ToRelay.Lacking(S1, 2, List.of(unknown.id())));
    }

    @Test
    void aRoomWithoutRelaysIsPutAwayAnEmptyOneSooner() {
        room.passMs(9_999);
        assertThat(room.others).isEmpty();
        room.passMs(1);
        assertThat(room.others).containsExactly(new RoomEffect.Passivate());
        room.others.clear();

        room.tell(attach(R1));
        room.tell(new ToRoom.Submits(R1, 1, List.of(submit(S3, 1, node(1, 1, "a")))), new ToRoom.Detach(R1));
        room.passMs(299_999);
        assertThat(room.others).containsExactly(new RoomEffect.Forget(R1));
        room.passMs(1);
        assertThat(room.others).contains(new RoomEffect.Passivate());
    }

    @Test
    void aRelayThatDoesNotRenewIsGone() {
        room.tell(attach(R1));
        for (int second = 0; second < 9; second++) {
            room.passMs(1000);
        }
        assertThat(room.desk.knows(R1)).isTrue();

        room.passMs(1000);

        assertThat(room.desk.knows(R1)).isFalse();
        assertThat(room.others).contains(new RoomEffect.Forget(R1));
    }

    @Test
    void aRoomThatStoodStillDoesNotBlameItsRelays() {
        room.tell(attach(R1)).passMs(60_000);
        assertThat(room.desk.knows(R1)).isTrue();

        for (int second = 0; second < 5; second++) {
            room.passMs(1000);
        }

        assertThat(room.desk.knows(R1)).isFalse();
    }

    private static Input.PackAnswer stored(int nodes) {
        return new Input.PackAnswer(nodes, nodes, 0, 0, 0, 0, Optional.empty());
    }
}
