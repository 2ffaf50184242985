package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SnapshotSchedule;
import java.util.function.Function;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room's snapshots: when one is made, what it holds, and starting without one that turned out to be of no use.
 *
 * <p>Such a snapshot restarts the room's actor once; the whole journal is replayed then.
 */
final class RoomSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger(RoomSnapshots.class);

    /** The room's snapshot is intact, yet no state of it can be made; the journal has all of it still. */
    private static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(RuntimeException cause) {
            super(cause);
        }
    }

    private final RoomId room;
    private volatile boolean usable = true;
    private SnapshotSchedule schedule;

    private RoomSnapshots(RoomId room) {
        this.room = room;
    }

    /** The room that {@code made} gives, made again if its snapshot is of no use. */
    static Behavior<RoomMessage> supervised(RoomId room, Function<RoomSnapshots, Behavior<RoomMessage>> made) {
        RoomSnapshots snapshots = new RoomSnapshots(room);
        return Behaviors.supervise(Behaviors.<RoomMessage>setup(actor -> made.apply(snapshots)))
                .onFailure(Unusable.class, SupervisorStrategy.restart().withLoggingEnabled(false));
    }

    /** A room begins, for the first time or again. */
    void begin(RoomSettings settings) {
        schedule = new SnapshotSchedule(settings);
    }

    /** The newest one, or none once it turned out to be of no use. */
    SnapshotSelectionCriteria toStartFrom() {
        return usable ? SnapshotSelectionCriteria.latest() : SnapshotSelectionCriteria.none();
    }

    /** True if a snapshot is to be made of a room with so many bytes of nodes. */
    boolean due(long bytes) {
        return schedule.due(bytes);
    }

    SnapshotAdapter<RoomState> adapter(RecoveryProgress recovery) {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(RoomState state) {
                return RoomSnapshot.of(state);
            }

            @Override
            public RoomState fromJournal(Object stored) {
                RoomState state = restored(stored);
                schedule.recovered(state.view().bytes());
                recovery.startedAt(state.seq());
                return state;
            }
        };
    }

    private RoomState restored(Object stored) {
        try {
            return RoomSnapshot.restore(room, stored);
        } catch (RuntimeException unusable) {
            LOG.atWarn()
                    .setMessage("the snapshot of a room cannot be used, its whole journal is replayed")
                    .addKeyValue("room", room)
                    .addKeyValue("why", unusable.toString())
                    .log();
            usable = false;
            throw new Unusable(unusable);
        }
    }
}
