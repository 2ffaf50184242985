package dev.parley.sim.world;

import dev.parley.persistence.entity.RoomLife;
import dev.parley.persistence.entity.RoomSnapshot;
import dev.parley.persistence.journal.SnapshotRow;
import dev.parley.persistence.journal.SnapshotRules;
import dev.parley.persistence.journal.StoredSnapshot;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Invariants;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One start of a room from the journal, in persistence's order: the newest snapshot that is intact, the highest seq, then
 * the events up to that, page by page. Each step sees what is there at its time.
 *
 * <p>A state that began with a snapshot is held against the replay of the whole journal: they must be the same.
 */
final class Recovery {
    /** What becomes of it; exactly one of these, once. */
    interface Told {
        void recovered(RoomState state, long lastSeq);

        /** The snapshot was intact and of no use: the room starts again, without one. */
        void startOver();

        void failed(RuntimeException why);
    }

    private final World world;
    private final SimJournal room;
    private final MemberJournal journal;
    private final RoomLife life;
    private final Told told;

    Recovery(World world, SimJournal room, MemberJournal journal, RoomLife life, Told told) {
        this.world = world;
        this.room = room;
        this.journal = journal;
        this.life = life;
        this.told = told;
    }

    void start() {
        if (life.usesSnapshots()) {
            journal.read(room.snapshots()::seqs, this::load, told::failed);
        } else {
            replay(RoomState.empty(room.id()), Optional.empty());
        }
    }

    /** The newest of these that is worth something; those that are torn are forgotten. */
    private void load(List<Long> seqs) {
        if (seqs.isEmpty()) {
            replay(RoomState.empty(room.id()), Optional.empty());
            return;
        }
        long seq = seqs.getFirst();
        journal.read(
                () -> room.snapshots().row(seq).map(row -> SnapshotRules.read(row, room.snapshots()::segment)),
                found -> {
                    switch (found.orElse(null)) {
                        case SnapshotRules.Reading.Intact(StoredSnapshot snapshot) -> restore(seq, snapshot);
                        case SnapshotRules.Reading.Torn(String why, List<SnapshotRow.Numbered> torn) -> {
                            world.note("a torn snapshot of {room} is skipped", room.number(), seq, torn.size());
                            room.snapshots().discard(seq, torn);
                            load(seqs.subList(1, seqs.size()));
                        }
                        case SnapshotRules.Reading.Whole w -> throw new IllegalStateException("stored by nobody");
                        case null -> load(seqs.subList(1, seqs.size())); // Replaced by a newer one in between.
                    }
                },
                told::failed);
    }

    private void restore(long seq, StoredSnapshot snapshot) {
        Optional<RoomState> state = life.restored(snapshot);
        if (state.isPresent()) {
            world.note("{room} begins with a snapshot", room.number(), seq);
            replay(state.get(), Optional.of(seq));
        } else {
            world.note("a snapshot of {room} is of no use", room.number(), seq);
            told.startOver();
        }
    }

    private void replay(RoomState from, Optional<Long> snapshot) {
        int[] acknowledged = {0};
        journal.highestSeq(
                room,
                () -> acknowledged[0] = room.invariants().acknowledged(),
                highest -> page(from, highest, snapshot, acknowledged[0]),
                told::failed);
    }

    private void page(RoomState from, long highest, Optional<Long> snapshot, int acknowledged) {
        if (from.seq() >= highest) {
            snapshot.ifPresent(seq -> sameAsWholeReplay(from, seq));
            room.invariants().recovered(from, acknowledged);
            told.recovered(from, highest);
            return;
        }
        Consumer<List<RoomEvent>> found = events -> {
            RoomState state = from;
            for (RoomEvent event : events) {
                state = life.applied(state, event);
            }
            page(state, highest, snapshot, acknowledged);
        };
        journal.page(room, from.seq() + 1, highest, found, told::failed);
    }

    private void sameAsWholeReplay(RoomState state, long snapshotSeq) {
        Invariants invariants = room.invariants();
        String what = "a recovery from the snapshot at " + snapshotSeq + " to " + state.seq();
        RoomState replayed = room.replay(state.seq());
        RoomSnapshot ours = RoomSnapshot.of(state, room.segmentBytes());
        RoomSnapshot whole = RoomSnapshot.of(replayed, room.segmentBytes());
        invariants.require(
                Arrays.equals(ours.manifest(), whole.manifest()),
                what + " differs from a whole replay in its manifest");
        invariants.require(
                ours.segmentCount() == whole.segmentCount(), what + " differs from a whole replay in its segments");
        for (int index = 0; index < whole.segmentCount(); index++) {
            invariants.require(
                    Arrays.equals(ours.segment(index), whole.segment(index)),
                    what + " differs from a whole replay in segment " + index);
        }
        invariants.equal(
                "the tree root of " + what,
                replayed.index().mst().root(),
                state.index().mst().root());
        invariants.equal(
                "the clock of " + what, replayed.view().clock(), state.view().clock());
        invariants.equal(
                "the heads of " + what, replayed.view().heads(), state.view().heads());
    }
}
