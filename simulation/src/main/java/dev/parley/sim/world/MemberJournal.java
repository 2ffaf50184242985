package dev.parley.sim.world;

import dev.parley.persistence.entity.RoomSnapshot;
import dev.parley.persistence.journal.SnapshotRow;
import dev.parley.persistence.journal.SnapshotRow.Numbered;
import dev.parley.persistence.journal.SnapshotRow.Segment;
import dev.parley.persistence.room.RepairWalk;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRelay;
import dev.parley.sim.fault.Fault;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What one process has of the journal: a group writer, readers and a saver of snapshots. It ends with the process. */
final class MemberJournal {
    /** The call-timeout of the snapshot store's circuit breaker. */
    private static final long SAVE_TIMEOUT_MS = 60_000;

    /** Events that one read gives. */
    private static final int PAGE_EVENTS = 50;

    private final World world;
    private final SimMember member;
    private final Chance chance;
    private final DatabaseWay way;
    private final GroupWriter writer;
    private boolean dead;

    MemberJournal(World world, SimMember member, Chance chance) {
        this.world = world;
        this.member = member;
        this.chance = chance;
        this.way = new DatabaseWay(world, member.end(), chance.split());
        this.writer = new GroupWriter(world, way, chance.split());
    }

    /** The process dies: nobody is told anything any more. */
    void die() {
        dead = true;
        writer.die();
    }

    /** These events as this version of the server stores them. */
    List<Row> rows(List<RoomEvent> events) {
        boolean old = runsOldVersion();
        return events.stream()
                .map(event -> old ? OldForms.row(event) : Row.of(event))
                .toList();
    }

    private boolean runsOldVersion() {
        return world.faults().active(Fault.OldVersion.class, world.agenda().nowMs()).stream()
                .anyMatch(fault -> fault.member() == member.number());
    }

    /** Writes {@code rows} from {@code firstSeq} on, all or none. */
    void write(
            SimJournal room, String incarnation, long firstSeq, List<Row> rows, Consumer<GroupWriter.Outcome> caller) {
        writer.write(room, incarnation, firstSeq, rows, caller);
    }

    /** The last seq of a room, after the writes of it that this process has under way. */
    void highestSeq(SimJournal room, Consumer<Long> found, Consumer<RuntimeException> failed) {
        highestSeq(room, () -> {}, found, failed);
    }

    /** The same; {@code then} is run when the database looks. */
    void highestSeq(SimJournal room, Runnable then, Consumer<Long> found, Consumer<RuntimeException> failed) {
        read(
                done -> writer.afterWrites(room, done),
                () -> {
                    then.run();
                    return room.lastSeq();
                },
                found,
                failed);
    }

    /** The next events from {@code fromSeq} to {@code toSeq}, as many as one read gives; empty when there are none. */
    void page(
            SimJournal room,
            long fromSeq,
            long toSeq,
            Consumer<List<RoomEvent>> found,
            Consumer<RuntimeException> failed) {
        read(
                Runnable::run,
                () -> room.read(fromSeq, Math.min(Math.min(toSeq, room.lastSeq()), fromSeq + PAGE_EVENTS - 1)),
                found,
                failed);
    }

    /** What {@code asked} finds in the database; nobody waits for it longer than a call may take. */
    <T> void read(Supplier<T> asked, Consumer<T> found, Consumer<RuntimeException> failed) {
        read(Runnable::run, asked, found, failed);
    }

    private <T> void read(
            Consumer<Runnable> first, Supplier<T> asked, Consumer<T> found, Consumer<RuntimeException> failed) {
        boolean[] settled = {false};
        first.accept(() -> way.there(chance.between(1, 15), () -> !settled[0] && !dead, () -> {
            boolean fails = chance.percent(failPercent());
            T value = fails ? null : asked.get();
            way.back(chance.between(0, 5), () -> !settled[0] && !dead, () -> {
                settled[0] = true;
                if (fails) {
                    failed.accept(new CompletionException(new SQLException("the connection was reset", "08006")));
                } else {
                    found.accept(value);
                }
            });
        }));
        world.agenda().after(GroupWriter.CALL_TIMEOUT_MS, () -> {
            if (!settled[0] && !dead) {
                settled[0] = true;
                failed.accept(new CompletionException(new TimeoutException("the journal did not answer in time")));
            }
        });
    }

    private int failPercent() {
        int most = 0;
        for (Fault.FailReads fail :
                world.faults().active(Fault.FailReads.class, world.agenda().nowMs())) {
            most = Math.max(most, fail.percent());
        }
        return most;
    }

    /** Takes a repair through the journal; {@code told} gets all that its relay is told, then {@code over} follows. */
    void repair(SimJournal room, RepairWalk walk, Consumer<ToRelay> told, Runnable over) {
        highestSeq(
                room,
                highest -> repair(room, walk, walk.fromSeq(), Math.min(walk.toSeq(), highest), told, over),
                failure -> endRepair(room, walk, told, over));
    }

    private void repair(
            SimJournal room, RepairWalk walk, long fromSeq, long toSeq, Consumer<ToRelay> told, Runnable over) {
        if (fromSeq > toSeq) {
            endRepair(room, walk, told, over);
            return;
        }
        page(
                room,
                fromSeq,
                toSeq,
                page -> {
                    long seq = fromSeq;
                    for (RoomEvent event : page) {
                        told.accept(walk.read(seq++, event));
                    }
                    repair(room, walk, page.isEmpty() ? toSeq + 1 : seq, toSeq, told, over);
                },
                failure -> endRepair(room, walk, told, over));
    }

    private void endRepair(SimJournal room, RepairWalk walk, Consumer<ToRelay> told, Runnable over) {
        if (!dead) {
            walk.end().ifPresent(lost -> {
                world.note("events of {room} cannot be read again", room.number(), walk.fromSeq());
                told.accept(lost);
            });
            over.run();
        }
    }

    /** Saves a snapshot segment by segment, its manifest last; {@code over} follows whether it was saved or not. */
    void save(SimJournal room, RoomState state, Runnable over) {
        RoomSnapshot snapshot = RoomSnapshot.of(state, room.segmentBytes());
        boolean[] settled = {false};
        Runnable end = () -> {
            if (!settled[0] && !dead) {
                settled[0] = true;
                over.run();
            }
        };
        new Save(room, state.seq(), snapshot, end).begin();
        world.agenda().after(SAVE_TIMEOUT_MS, end);
    }

    private final class Save {
        private final SimJournal room;
        private final long seq;
        private final RoomSnapshot snapshot;
        private final Runnable over;
        private final List<Segment> segments = new ArrayList<>();
        private final List<byte[]> bytes = new ArrayList<>();

        Save(SimJournal room, long seq, RoomSnapshot snapshot, Runnable over) {
            this.room = room;
            this.seq = seq;
            this.snapshot = snapshot;
            this.over = over;
        }

        void begin() {
            step(() -> segment(room.snapshots().stored()));
        }

        private void segment(Set<Numbered> stored) {
            int number = segments.size();
            if (number == snapshot.segmentCount()) {
                step(this::manifest);
                return;
            }
            byte[] next = snapshot.segment(number);
            Numbered which = new Numbered(number, Segment.of(next));
            segments.add(which.which());
            bytes.add(next);
            if (stored.contains(which)) {
                segment(stored);
            } else {
                step(() -> {
                    room.snapshots().add(which, next);
                    segment(stored);
                });
            }
        }

        private void manifest() {
            byte[] manifest =
                    runsOldVersion() ? OldForms.manifest(room.id(), snapshot.manifest(), bytes) : snapshot.manifest();
            room.snapshots().put(SnapshotRow.segmented(seq, member.wallMs(), segments, manifest));
            world.note("{room} has a snapshot", room.number(), seq, segments.size());
            way.back(chance.between(0, 4), () -> !dead, over);
        }

        /** One transaction of the saver. */
        private void step(Runnable atDatabase) {
            way.there(chance.between(1, 10), () -> !dead, () -> {
                long now = world.agenda().nowMs();
                if (chance.percent(world.faults().failPercent(now))
                        || !world.faults().active(Fault.FullDisk.class, now).isEmpty()) {
                    world.note("a snapshot of {room} is not saved", room.number(), seq);
                    way.back(chance.between(0, 4), () -> !dead, over);
                } else {
                    atDatabase.run();
                }
            });
        }
    }
}
