package dev.parley.sim.world;

import dev.parley.core.history.Decoded;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomEventForm;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One room's journal: the stored form of each event, written after a while, whole groups or nothing, fenced by seq.
 *
 * <p>A write may fail, and may be done although it seems to have failed. One whose writer died meanwhile may be done
 * too.
 */
final class SimJournal {
    /** What the writer of a group hears. */
    enum Outcome {
        DONE,
        /** Not done, or done all the same: the writer cannot know. */
        FAILED,
        /** Somebody else wrote that seq. */
        FENCED
    }

    private record Stored(String manifest, byte[] bytes) {}

    private final World world;
    private final Chance chance;
    private final List<Stored> events = new ArrayList<>();

    SimJournal(World world, Chance chance) {
        this.world = world;
        this.chance = chance;
    }

    long lastSeq() {
        return events.size();
    }

    /** Writes {@code group} from {@code firstSeq} on. */
    void write(long firstSeq, List<RoomEvent> group, Consumer<Outcome> then) {
        List<Stored> stored = group.stream()
                .map(event -> new Stored(RoomEventForm.manifest(event), RoomEventForm.encode(event)))
                .toList();
        boolean fails = chance.percent(world.faults().failPercent(world.agenda().nowMs()));
        boolean doneAllTheSame = chance.percent(50);
        world.agenda().after(chance.between(1, 8), () -> {
            if (firstSeq != events.size() + 1) {
                world.note("fenced", firstSeq);
                then.accept(Outcome.FENCED);
                return;
            }
            if (!fails || doneAllTheSame) {
                for (Stored event : stored) {
                    events.add(event);
                    world.invariants().committed(events.size(), decode(event));
                }
                world.note("committed", firstSeq, stored.size());
            }
            world.agenda().after(chance.between(0, 4), () -> then.accept(fails ? Outcome.FAILED : Outcome.DONE));
        });
    }

    /** The events from {@code firstSeq} to {@code lastSeq}. */
    List<RoomEvent> read(long firstSeq, long lastSeq) {
        List<RoomEvent> read = new ArrayList<>();
        for (long seq = firstSeq; seq <= lastSeq; seq++) {
            read.add(decode(events.get((int) seq - 1)));
        }
        return read;
    }

    /** The state that all events make. */
    RoomState replay(RoomId room) {
        RoomState state = RoomState.empty(room);
        for (Stored event : events) {
            state = RoomRules.evolve(state, decode(event));
        }
        return state;
    }

    private static RoomEvent decode(Stored event) {
        return switch (RoomEventForm.decode(event.manifest(), event.bytes())) {
            case Decoded.Whole<RoomEvent>(var whole) -> whole;
            case Decoded.Broken<RoomEvent>(var what, var offsetBytes) ->
                throw new Violation("a stored event cannot be read: " + what + " at " + offsetBytes);
        };
    }
}
