package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.persistence.entity.Damage;
import dev.parley.persistence.entity.RecoverySource;
import dev.parley.persistence.entity.RoomLife;
import dev.parley.persistence.entity.RoomSnapshot;
import dev.parley.persistence.journal.SnapshotRow;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Violation;
import dev.parley.sim.fault.Fault;
import dev.parley.sim.fault.Tear;
import dev.parley.sim.fault.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever has become of its snapshots, a room comes back as its journal says. */
class RecoveryTest {
    private World world;
    private SimJournal room;

    /** A world at peace that has made snapshots in segments. */
    @BeforeEach
    void live() {
        for (long seed = 1; room == null; seed++) {
            Plan plan = Plan.draw(seed, Scenario.DEFAULT);
            if (plan.bounds().snapshotBytes() < 5_000) {
                world = World.of(plan.with(plan.peers(), plan.actions(), List.of()), Optional.empty());
                world.run();
                SimJournal lived = world.rooms().get(0).journal();
                boolean segmented = lived.snapshots().seqs().size() == 2
                        && newest(lived).segments().size() > 2;
                room = segmented ? lived : null;
            }
        }
    }

    private static SnapshotRow newest(SimJournal room) {
        return room.snapshots().row(room.snapshots().seqs().getFirst()).orElseThrow();
    }

    private record Recovered(RoomState state, long eventsReplayed) {}

    /** Starts the room on the first member, again if it is told to. */
    private Recovered recover() {
        SimMember member = world.members().get(0);
        RecoverySource source = new RecoverySource(room.id());
        List<Recovered> done = new ArrayList<>();
        AtomicInteger starts = new AtomicInteger();
        begin(member, source, starts, done);
        while (done.isEmpty()) {
            world.agenda().step(Long.MAX_VALUE);
        }
        assertThat(starts.get()).isLessThanOrEqualTo(2);
        return done.getFirst();
    }

    private void begin(SimMember member, RecoverySource source, AtomicInteger starts, List<Recovered> done) {
        RoomLife life = new RoomLife(room.id(), member.rooms(), source, starts.incrementAndGet(), member.wallMs());
        new Recovery(world, room, member.journal(), life, new Recovery.Told() {
                    @Override
                    public void recovered(RoomState state, long lastSeq) {
                        life.recovered(state, lastSeq);
                        done.add(new Recovered(state, life.eventsReplayed()));
                    }

                    @Override
                    public void startOver() {
                        begin(member, source, starts, done);
                    }

                    @Override
                    public void failed(RuntimeException why) {
                        throw why;
                    }
                })
                .start();
    }

    private void assertSameAsTheJournal(RoomState state) {
        assertThat(RoomSnapshot.of(state).manifest())
                .isEqualTo(RoomSnapshot.of(room.replay()).manifest());
    }

    @Test
    void theNewestSnapshotSavesMostOfTheReplay() {
        Recovered recovered = recover();

        assertSameAsTheJournal(recovered.state());
        assertThat(recovered.eventsReplayed())
                .isEqualTo(room.lastSeq() - room.snapshots().seqs().getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void aTornSnapshotIsSkippedAndForgotten(Tear tear) {
        long newest = room.snapshots().seqs().getFirst();
        long older = room.snapshots().seqs().getLast();
        room.tear(tear);

        Recovered recovered = recover();

        assertSameAsTheJournal(recovered.state());
        if (tear == Tear.MANIFEST_NEWER) {
            // Intact, but of no use: another version may read it, so it stays, and the whole journal is replayed.
            assertThat(recovered.eventsReplayed()).isEqualTo(room.lastSeq());
            assertThat(room.snapshots().seqs()).contains(newest);
        } else {
            assertThat(recovered.eventsReplayed()).isEqualTo(room.lastSeq() - older);
            assertThat(room.snapshots().seqs()).containsExactly(older);
        }
    }

    @Test
    void withoutAnySnapshotThatIsWellTheWholeJournalIsReplayed() {
        room.tear(Tear.SEGMENT_CUT);
        assertSameAsTheJournal(recover().state());
        room.tear(Tear.MANIFEST_ROTTEN);

        Recovered recovered = recover();

        assertSameAsTheJournal(recovered.state());
        assertThat(recovered.eventsReplayed()).isEqualTo(room.lastSeq());
        assertThat(room.snapshots().seqs()).isEmpty();
    }

    @Test
    void aTornSegmentIsWrittenAgainByTheNextSnapshot() {
        room.tear(Tear.SEGMENT_ROTTEN);
        recover();

        world.members().get(0).journal().save(room, room.replay(), () -> {});
        long end = world.agenda().nowMs() + 10_000;
        while (world.agenda().step(end)) {
            // The save goes on.
        }

        assertThat(recover().eventsReplayed()).isZero();
    }

    @Test
    void aSaveThatDiesOnTheWayLeavesNoSnapshot() {
        List<Long> before = room.snapshots().seqs();
        MemberJournal dying = new MemberJournal(world, world.members().get(1), new Chance(9));
        int segments = room.snapshots().stored().size();
        room.snapshots().discard(before.getFirst(), List.copyOf(room.snapshots().stored()));
        dying.save(room, room.replay(), () -> {
            throw new AssertionError("a dead process heard of its snapshot");
        });
        while (room.snapshots().stored().size() < segments / 2) {
            world.agenda().step(Long.MAX_VALUE);
        }

        dying.die();
        long end = world.agenda().nowMs() + 10_000;
        while (world.agenda().step(end)) {
            // Nothing more is saved.
        }

        assertThat(room.snapshots().seqs()).doesNotContain(before.getFirst());
        assertSameAsTheJournal(recover().state());
    }

    @Test
    void aSnapshotOfAnotherStateIsFound() {
        RoomState wrong = room.replay(room.lastSeq() - 1);
        RoomSnapshot snapshot = RoomSnapshot.of(wrong, room.segmentBytes());
        byte[] manifest = snapshot.manifest();
        byte[] lies = manifest.clone();
        // The seq is the number after the version: one more event than the nodes are of.
        assertThat(lies[1] & 0x7f).isLessThan(0x7f);
        lies[1]++;
        List<SnapshotRow.Segment> segments = new ArrayList<>();
        for (int index = 0; index < snapshot.segmentCount(); index++) {
            SnapshotRow.Segment which = SnapshotRow.Segment.of(snapshot.segment(index));
            segments.add(which);
            room.snapshots().add(new SnapshotRow.Numbered(index, which), snapshot.segment(index));
        }
        room.snapshots().put(SnapshotRow.segmented(room.lastSeq(), 1, segments, lies));

        assertThatThrownBy(this::recover).isInstanceOf(Violation.class).hasMessageContaining("whole replay");
    }

    @Test
    void aReadThatFailsIsAnAbsenceAndNoDamage() {
        world.faults()
                .begin(
                        new Fault.FailReads(new When.At(0), Long.MAX_VALUE / 2, 100),
                        world.agenda().nowMs());

        assertThatThrownBy(this::recover)
                .satisfies(why -> assertThat(Damage.isAway(why)).isTrue());
    }

    @Test
    void aDatabaseThatStandsStillIsGivenUp() {
        world.faults()
                .begin(
                        new Fault.StallJournal(new When.At(0), 60_000),
                        world.agenda().nowMs());
        long began = world.agenda().nowMs();

        assertThatThrownBy(this::recover)
                .satisfies(why -> assertThat(Damage.isAway(why)).isTrue());
        assertThat(world.agenda().nowMs() - began).isEqualTo(GroupWriter.CALL_TIMEOUT_MS);
    }
}
