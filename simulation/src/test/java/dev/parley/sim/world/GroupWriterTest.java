package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Overlay;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.Run;
import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.When;
import dev.parley.sim.world.GroupWriter.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a write comes to, as the database has it and as its caller hears it. */
class GroupWriterTest {
    private static final When NOW = new When.At(0);
    private static final long ALWAYS = 1_000_000;

    private final World world = threeRooms(1);
    private final GroupWriter writer = writer(world, 1);
    private final SimJournal room = world.rooms().get(0).journal();
    private final SimJournal other = world.rooms().get(1).journal();
    private final SimJournal third = world.rooms().get(2).journal();
    private final List<String> heard = new ArrayList<>();

    private static World threeRooms(long seed) {
        Plan drawn = Plan.draw(seed, Scenario.DEFAULT).with(List.of(), List.of(), List.of());
        return World.of(
                new Plan(
                        seed,
                        drawn.scenario(),
                        drawn.activeMs(),
                        2,
                        false,
                        drawn.bounds(),
                        List.of(World.ROOM, new RoomId("another"), new RoomId("third")),
                        List.of(),
                        List.of(),
                        List.of()),
                Optional.empty());
    }

    private static GroupWriter writer(World world, long seed) {
        return new GroupWriter(
                world, new DatabaseWay(world, new End.Member(0), new Chance(seed)), new Chance(seed + 1_000));
    }

    /** A node that no other room or number has, as the only one of its event. */
    private static List<Row> rows(World world, SimJournal room, int number) {
        var signer = world.keys().signer(number);
        PeerId peer = signer.peer();
        Node node = Nodes.sign(
                new Transaction(peer, 1, 0, List.of(new Op.MapSet("k" + number, new byte[] {1})), List.of()), signer);
        RoomState after = room.replay();
        Overlay overlay = new Overlay(after.view());
        overlay.store(node);
        return List.of(Row.of(
                new RoomEvent.NodesAppended(List.of(new Run(new SessionId(1), peer, List.of(node))), overlay.root())));
    }

    private void write(SimJournal to, String incarnation, long firstSeq, int number) {
        writer.write(
                to, incarnation, firstSeq, rows(world, to, number), outcome -> heard.add(incarnation + " " + outcome));
    }

    private void pass(long ms) {
        long until = world.agenda().nowMs() + ms;
        while (world.agenda().step(until)) {
            // What is due happens.
        }
        world.agenda().after(until - world.agenda().nowMs(), () -> {});
        world.agenda().step(until);
    }

    private void strike(Fault.Span fault) {
        world.faults().begin(fault, world.agenda().nowMs());
    }

    @Test
    void aWriteIsDurableBeforeItsCallerHears() {
        write(room, "a", 1, 1);
        while (heard.isEmpty()) {
            world.agenda().step(ALWAYS);
        }

        assertThat(heard).containsExactly("a DONE");
        assertThat(room.lastSeq()).isEqualTo(1);
    }

    @Test
    void whoLosesTheRaceForASeqHarmsNoOtherRoom() {
        write(room, "winner", 1, 1);
        pass(100);
        write(room, "late", 1, 2);
        write(other, "b", 1, 3);
        pass(200);

        assertThat(heard).containsExactlyInAnyOrder("winner DONE", "late FENCED", "b DONE");
        assertThat(room.lastSeq()).isEqualTo(1);
        assertThat(other.lastSeq()).isEqualTo(1);
    }

    @Test
    void aTailThatAnotherProcessMovedFailsOnlyItsOwnWrite() {
        write(room, "a", 1, 1);
        pass(100);
        room.append(2, rows(world, room, 2)); // By another process; this one remembers that seq 2 is free.
        write(third, "b", 1, 3);
        write(room, "a", 2, 4);
        write(other, "c", 1, 5);
        pass(300);

        assertThat(heard).startsWith("a DONE", "b DONE").contains("a FENCED", "c DONE");
        assertThat(room.lastSeq()).isEqualTo(2);
    }

    @Test
    void anIncarnationOfWhichAWriteFailedWritesNoMore() {
        room.append(1, rows(world, room, 1));
        write(room, "stale", 1, 2);
        pass(100);
        write(room, "stale", 2, 3);
        pass(100);

        assertThat(heard).containsExactly("stale FENCED", "stale FENCED");
        assertThat(room.lastSeq()).isEqualTo(1);
    }

    @Test
    void aDatabaseThatStandsStillForAMomentOnlyDelays() {
        strike(new Fault.StallJournal(NOW, 4_000));
        write(room, "a", 1, 1);
        write(other, "b", 1, 2);
        pass(3_900);
        assertThat(heard).isEmpty();
        pass(1_000);

        assertThat(heard).containsExactly("a DONE", "b DONE");
    }

    @Test
    void aDatabaseThatStandsStillForLongFailsTheWriteWhichMayBeDoneLater() {
        int doneLater = 0;
        for (long seed = 0; seed < 20; seed++) {
            World world = threeRooms(seed);
            SimJournal room = world.rooms().get(0).journal();
            world.faults().begin(new Fault.StallJournal(NOW, 8_000), 0);
            List<Long> told = new ArrayList<>();
            writer(world, seed).write(room, "a", 1, rows(world, room, 1), outcome -> {
                assertThat(outcome).isEqualTo(Outcome.FAILED);
                told.add(world.agenda().nowMs());
            });
            while (world.agenda().step(20_000)) {
                // What is due happens.
            }
            assertThat(told).containsExactly(GroupWriter.CALL_TIMEOUT_MS);
            doneLater += (int) room.lastSeq();
        }

        assertThat(doneLater).isBetween(3, 17);
    }

    @Test
    void aLostAnswerLeavesADurableWriteOfWhichNobodyHears() {
        strike(new Fault.LoseAnswers(NOW, ALWAYS, 100));
        write(room, "a", 1, 1);
        pass(1_000);

        assertThat(room.lastSeq()).isEqualTo(1);
        assertThat(heard).isEmpty();
        pass(10_000);
        assertThat(heard).containsExactly("a FAILED");
    }

    @Test
    void aFullDiskTakesNothingUntilThereIsSpace() {
        strike(new Fault.FullDisk(NOW, 1_000));
        write(room, "a", 1, 1);
        pass(500);
        assertThat(heard).containsExactly("a FAILED");
        assertThat(room.lastSeq()).isZero();

        pass(1_000);
        write(room, "b", 1, 2);
        pass(500);

        assertThat(heard).containsExactly("a FAILED", "b DONE");
    }

    @Test
    void aFailedWriteMayBeDoneAllTheSame() {
        int done = 0;
        for (long seed = 0; seed < 40; seed++) {
            World world = threeRooms(seed);
            SimJournal room = world.rooms().get(0).journal();
            world.faults().begin(new Fault.FailWrites(NOW, ALWAYS, 100), 0);
            List<Outcome> told = new ArrayList<>();
            writer(world, seed).write(room, "a", 1, rows(world, room, 1), told::add);
            while (told.isEmpty()) {
                world.agenda().step(ALWAYS);
            }
            assertThat(told).containsExactly(Outcome.FAILED);
            done += (int) room.lastSeq();
        }

        assertThat(done).isBetween(4, 25);
    }

    @Test
    void whatADeadProcessHadUnderWayIsDoneOrLostAndNobodyIsTold() {
        int done = 0;
        for (long seed = 0; seed < 40; seed++) {
            World world = threeRooms(seed);
            SimJournal room = world.rooms().get(0).journal();
            GroupWriter writer = writer(world, seed);
            writer.write(room, "a", 1, rows(world, room, 1), outcome -> {
                throw new AssertionError("a dead process heard " + outcome);
            });
            writer.die();
            while (world.agenda().step(20_000)) {
                // What is due happens.
            }
            done += (int) room.lastSeq();
        }

        assertThat(done).isBetween(8, 32);
    }

    @Test
    void aReaderOfTheSameProcessWaitsForItsWrites() {
        strike(new Fault.SlowJournal(NOW, ALWAYS, 2_000));
        write(room, "a", 1, 1);
        List<Long> seen = new ArrayList<>();

        writer.afterWrites(room, () -> seen.add(room.lastSeq()));
        writer.afterWrites(other, () -> seen.add(-1L));
        pass(4_000);

        assertThat(seen).containsExactly(-1L, 1L);
    }

    @Test
    void aWayThereThatIsClosedForLongFailsTheWriteAndNothingIsDoneMeanwhile() {
        strike(new Fault.Partition(NOW, ALWAYS, new End.Member(0), new End.Journal(), false, 0));
        write(room, "a", 1, 1);
        pass(20_000);

        assertThat(heard).containsExactly("a FAILED");
        assertThat(room.lastSeq()).isZero();
    }

    @Test
    void aWayBackThatIsClosedForLongFailsAWriteThatIsDone() {
        strike(new Fault.Partition(NOW, ALWAYS, new End.Journal(), new End.Member(0), false, 0));
        write(room, "a", 1, 1);
        pass(20_000);

        assertThat(heard).containsExactly("a FAILED");
        assertThat(room.lastSeq()).isEqualTo(1);
    }
}
