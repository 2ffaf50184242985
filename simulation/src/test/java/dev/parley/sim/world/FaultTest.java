package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sim.fault.End;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Moment;
import dev.parley.sim.fault.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of fault has its effect, and none of them breaks a promise alone. */
class FaultTest {
    private static final Scenario SMALL = new Scenario("small", 3, 4, 40, 8_000, List.of());
    private static final End.Member HERE = new End.Member(0);
    private static final End.Member THERE = new End.Member(1);
    private static final When NOW = new When.At(0);
    private static final When SOON = new When.At(2_000);

    // What passes between members.

    @Test
    void droppedMessagesDoNotArrive() {
        assertThat(delivered(new Fault.Drop(NOW, 10_000, 100), 100)).isEmpty();
        assertThat(delivered(new Fault.Drop(NOW, 10_000, 30), 200)).hasSizeBetween(100, 180);
    }

    @Test
    void delayedMessagesKeepTheirOrder() {
        List<Integer> arrived = delivered(new Fault.Delay(NOW, 10_000, 500), 100);

        assertThat(arrived).hasSize(100).isSorted();
    }

    @Test
    void messagesOfAFaultyLinkOvertakeEachOther() {
        List<Integer> arrived = delivered(new Fault.Reorder(NOW, 10_000, 50, 100), 100);

        assertThat(arrived).hasSize(100).doesNotHaveDuplicates();
        assertThat(arrived).isNotEqualTo(arrived.stream().sorted().toList());
    }

    @Test
    void someMessagesComeTwice() {
        List<Integer> arrived = delivered(new Fault.Duplicate(NOW, 10_000, 50), 100);

        assertThat(arrived).hasSizeBetween(120, 180);
        assertThat(arrived.stream().distinct()).hasSize(100);
    }

    @Test
    void withinAMemberNothingIsLost() {
        World world = world(new Fault.Drop(NOW, 10_000, 100), new Fault.Isolate(NOW, 10_000, 0));
        List<Integer> arrived = new ArrayList<>();
        Link link = new Link(world, new Chance(1));

        world.agenda().step(0);
        link.send(HERE, HERE, "word", () -> arrived.add(1));
        pass(world, 100);

        assertThat(arrived).containsExactly(1);
    }

    @Test
    void aPartitionMayBeOneWayAndMayFlap() {
        World world = world(
                new Fault.Partition(NOW, 4_000, HERE, THERE, false, 0),
                new Fault.Partition(NOW, 4_000, THERE, new End.Journal(), true, 500));
        pass(world, 100);

        assertThat(world.network().open(HERE, THERE)).isFalse();
        assertThat(world.network().open(THERE, HERE)).isTrue();
        assertThat(world.network().closedForMs(THERE, new End.Journal())).isEqualTo(400);
        assertThat(world.network().closedForMs(new End.Journal(), THERE)).isEqualTo(400);
        pass(world, 700);
        assertThat(world.network().open(THERE, new End.Journal())).isTrue();
        pass(world, 5_000);
        assertThat(world.network().open(HERE, THERE)).isTrue();
    }

    // Members.

    @Test
    void aMinorityEndsItselfAndTheMajorityGivesItUp() {
        List<String> lines = run(new Fault.Isolate(SOON, 14_000, 1));

        assertThat(lines).anyMatch(line -> line.contains("cannot reach"));
        assertThat(lines).anyMatch(line -> line.contains("finds itself in a minority"));
        assertThat(lines).anyMatch(line -> line.contains("is given up [1]"));
        assertThat(lines).anyMatch(line -> line.contains("is back [1]"));
    }

    @Test
    void aMemberThatDiesTakesAllItHadAndComesBack() {
        List<String> lines = run(crashes());

        assertThat(lines).anyMatch(line -> line.contains("dies [0]"));
        assertThat(lines).anyMatch(line -> line.contains("stopped: member died"));
        assertThat(lines).anyMatch(line -> line.contains("is back [2]"));
    }

    @Test
    void aMemberThatLeavesMovesItsRoomsAndTellsItsSessions() {
        List<String> lines = run(new Fault.LeaveMember(SOON, 0, 1_000), new Fault.LeaveMember(SOON, 1, 1_000));

        assertThat(lines).anyMatch(line -> line.contains("leaves"));
        assertThat(lines).anyMatch(line -> line.contains("is disconnected with code") && line.contains("1012"));
        assertThat(lines).anyMatch(line -> line.contains("stopped: handed over") || line.contains("moves to"));
    }

    @Test
    void clocksAreSetAndRunFastOrSlow() {
        World world = world(new Fault.StepClock(SOON, 0, -60_000), new Fault.SkewClock(SOON, 2_000, 1, 500));
        pass(world, 4_500);

        assertThat(world.members().get(0).clock().wallMs())
                .isEqualTo(world.agenda().wallMs() - 60_000);
        assertThat(world.members().get(1).clock().wallMs())
                .isEqualTo(world.agenda().wallMs() + 1_000);
        assertThat(world.members().get(1).clock().steadyMs())
                .isEqualTo(world.agenda().nowMs() + 1_000);
        assertThat(world.members().get(2).wallMs()).isEqualTo(world.agenda().wallMs());
    }

    @Test
    void aClockSetBackKeepsNobodyOutOfARoomThatMoved() {
        // The room comes back and waits for relays that died; what ends the wait is a time of its member's clock.
        List<String> lines = run(
                new Fault.HandOver(new When.At(2_000), 0, 2),
                new Fault.CrashMember(new When.At(5_000), 0, 20_000),
                new Fault.CrashMember(new When.At(5_000), 1, 20_000),
                new Fault.CrashRoom(new When.At(5_005), 0),
                new Fault.StepClock(new When.At(7_000), 2, -3_600_000));

        assertThat(lines).anyMatch(line -> line.contains("clock of"));
    }

    // Rooms.

    @ParameterizedTest
    @EnumSource(
            value = Moment.class,
            names = {"HELLO", "CATCH_UP", "SUBMIT", "WRITE", "FRAGMENT", "RECOVERY"})
    void aRoomMovesAtABadMoment(Moment moment) {
        List<Fault> faults = new ArrayList<>();
        for (int to = 0; to < 3; to++) {
            faults.add(new Fault.HandOver(new When.First(1_000 + 1_500L * to, moment, 0), 0, to));
        }
        faults.add(new Fault.CutRoom(new When.At(2_000), 0));
        faults.add(new Fault.CutRoom(new When.At(5_000), 0));
        faults.add(new Fault.CrashRoom(new When.At(3_000), 0));

        List<String> lines = run(faults.toArray(Fault[]::new));

        assertThat(lines).anyMatch(line -> line.contains("stopped: handed over"));
        assertThat(lines).anyMatch(line -> line.contains("is disconnected"));
    }

    @Test
    void aRoomIsPutAwayWhileSomebodyComesBack() {
        List<Fault> faults = new ArrayList<>();
        for (int second = 1; second < 8; second++) {
            faults.add(new Fault.CutRoom(new When.At(second * 1_000L), 0));
        }

        List<String> lines = new ArrayList<>();
        Plan alone = plan(faults.toArray(Fault[]::new));
        World.of(alone.with(alone.peers().subList(0, 1), alone.actions(), alone.faults()), Optional.of(lines::add))
                .run();

        assertThat(lines).anyMatch(line -> line.contains("stopped: unused"));
    }

    @Test
    void aStaleLifeOfARoomIsFencedWhenItWrites() {
        List<String> lines = run(
                new Fault.SplitRoom(new When.At(1_000), 0, 3_000), new Fault.SplitRoom(new When.At(4_500), 0, 3_000));

        assertThat(lines).anyMatch(line -> line.contains("is split from"));
        assertThat(lines).anyMatch(line -> line.contains("is fenced: its seq is taken"));
        assertThat(lines).anyMatch(line -> line.contains("stopped: its write is fenced"));
    }

    @Test
    void withoutAMajorityNoRoomRuns() {
        List<String> lines = run(new Fault.Outage(SOON, 4_000));

        assertThat(lines).noneMatch(line -> line.contains("begins on") && at(line) > 2_100 && at(line) < 6_000);
        assertThat(lines).anyMatch(line -> line.contains("begins on") && at(line) >= 6_000);
    }

    // All of them.

    @Test
    void aPlanIsARunWhateverTheFaults() {
        Plan plan = plan(
                new Fault.Isolate(SOON, 3_000, 0),
                new Fault.Reorder(NOW, 8_000, 20, 50),
                new Fault.Duplicate(NOW, 8_000, 20),
                new Fault.LeaveMember(new When.First(3_000, Moment.WRITE, 0), 2, 500),
                new Fault.SkewClock(NOW, 8_000, 1, 300));

        World.Outcome first = World.of(plan, Optional.empty()).run();

        assertThat(World.of(plan, Optional.empty()).run()).isEqualTo(first);
    }

    @Test
    void eachScenarioDrawsOnlyItsKinds() {
        for (Scenario scenario : Scenario.ALL) {
            for (long seed = 0; seed < 30; seed++) {
                for (Fault fault : Plan.draw(seed, scenario).faults()) {
                    assertThat(scenario.kinds()).contains(fault.getClass());
                }
            }
        }
    }

    /** The numbers of the messages that reach another member, of so many sent one a millisecond. */
    private static List<Integer> delivered(Fault fault, int messages) {
        World world = world(fault);
        List<Integer> arrived = new ArrayList<>();
        Link link = new Link(world, new Chance(7));
        for (int i = 0; i < messages; i++) {
            int number = i;
            pass(world, 1);
            link.send(HERE, THERE, "word", () -> arrived.add(number));
        }
        pass(world, 2_000);
        return arrived;
    }

    private static World world(Fault... faults) {
        return World.of(Plan.draw(1, SMALL).with(List.of(), List.of(), List.of(faults)), Optional.empty());
    }

    private static Fault[] crashes() {
        return new Fault[] {
            new Fault.CrashMember(new When.At(1_500), 0, 1_000),
            new Fault.CrashMember(new When.At(3_500), 1, 1_000),
            new Fault.CrashMember(new When.At(5_500), 2, 1_000)
        };
    }

    private static Plan plan(Fault... faults) {
        Plan drawn = Plan.draw(11, SMALL);
        List<Plan.Peer> peers = new ArrayList<>();
        for (int number = 0; number < 4; number++) {
            peers.add(new Plan.Peer(number, number % 2 == 0 ? PeerKind.STRICT : PeerKind.REPLICA, 0, number));
        }
        return new Plan(
                drawn.seed(),
                drawn.scenario(),
                drawn.activeMs(),
                drawn.members(),
                false,
                BOUNDS,
                drawn.rooms(),
                peers,
                drawn.actions().stream()
                        .filter(action -> action.act() instanceof Act.Edit && action.peer() < 4)
                        .toList(),
                List.of(faults));
    }

    /** Messages are cut, and rooms put away, soon. */
    private static final Bounds BOUNDS = RecordText.read(
            RecordText.write(Bounds.USUAL)
                    .replaceAll("pieceBytes=\\d+", "pieceBytes=1000")
                    .replaceAll("idleMs=\\d+", "idleMs=100")
                    .replaceAll("emptyMs=\\d+", "emptyMs=100"),
            Bounds.class);

    /** Runs it to its end, which holds every promise, and gives its trace. */
    private static List<String> run(Fault... faults) {
        List<String> lines = new ArrayList<>();
        World.of(plan(faults), Optional.of(lines::add)).run();
        return lines;
    }

    private static void pass(World world, long ms) {
        long until = world.agenda().nowMs() + ms;
        world.agenda().after(ms, () -> {});
        boolean more = true;
        while (more) {
            more = world.agenda().step(until);
        }
    }

    private static long at(String line) {
        return Long.parseLong(line.substring(0, line.indexOf(' ')));
    }
}
