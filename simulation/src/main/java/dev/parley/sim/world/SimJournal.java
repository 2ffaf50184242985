package dev.parley.sim.world;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.fault.Tear;
import java.util.ArrayList;
import java.util.List;

/**
 * One room in the database behind all members: its events in stored form, dense by seq, and its snapshots. What is here
 * is durable, whatever anybody was told. Processes come here through their {@link MemberJournal}.
 */
final class SimJournal {
    /** Segments are a part of what a snapshot needs at least, so that a small one has some. */
    private static final int SEGMENTS_A_SNAPSHOT = 4;

    private static final int SEGMENT_BYTES_MIN = 300;

    private final World world;
    private final RoomId room;
    private final Invariants invariants;
    private final List<Row> rows = new ArrayList<>();
    private final SimSnapshots snapshots = new SimSnapshots();
    /** The longest replay so far: the next goes on from it, as rows never change. */
    private RoomState replayed;

    SimJournal(World world, RoomId room, Invariants invariants) {
        this.world = world;
        this.room = room;
        this.invariants = invariants;
        this.replayed = RoomState.empty(room);
    }

    RoomId id() {
        return room;
    }

    /** The room's place in the plan. */
    int number() {
        return world.room(room).number();
    }

    Invariants invariants() {
        return invariants;
    }

    SimSnapshots snapshots() {
        return snapshots;
    }

    /** How many bytes of nodes close a segment of this run. */
    int segmentBytes() {
        long bytes = world.roomSettings().snapshots().bytesMin() / SEGMENTS_A_SNAPSHOT;
        return (int) Math.max(SEGMENT_BYTES_MIN, bytes);
    }

    long lastSeq() {
        return rows.size();
    }

    /** These rows are durable from now on, all at once. They begin right after the last. */
    void append(long firstSeq, List<Row> more) {
        invariants.require(firstSeq == lastSeq() + 1, "seq " + firstSeq + " is written after " + lastSeq());
        for (Row row : more) {
            rows.add(row);
            invariants.committed(lastSeq(), row.event());
        }
        world.note("{room} has committed", number(), firstSeq, more.size());
    }

    /** The events from {@code firstSeq} to {@code lastSeq}. */
    List<RoomEvent> read(long firstSeq, long lastSeq) {
        List<RoomEvent> read = new ArrayList<>();
        for (long seq = firstSeq; seq <= lastSeq; seq++) {
            read.add(rows.get((int) seq - 1).event());
        }
        return read;
    }

    /** The state that all events make. */
    RoomState replay() {
        return replay(lastSeq());
    }

    /** The state that the events up to {@code lastSeq} make, without any snapshot. */
    RoomState replay(long lastSeq) {
        RoomState state = replayed.seq() <= lastSeq ? replayed : RoomState.empty(room);
        for (RoomEvent event : read(state.seq() + 1, lastSeq)) {
            state = RoomRules.evolve(state, event);
        }
        if (state.seq() > replayed.seq()) {
            replayed = state;
        }
        return state;
    }

    /** Its newest snapshot is damaged, if there is one. */
    void tear(Tear tear) {
        if (snapshots.tear(tear)) {
            world.note("the newest snapshot of {room} is torn", number(), tear.ordinal());
        }
    }
}
