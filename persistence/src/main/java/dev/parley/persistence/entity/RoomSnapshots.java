package dev.parley.persistence.entity;

import com.typesafe.config.ConfigFactory;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.pattern.Patterns;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A room's snapshots on their way to and from the store. One that turned out to be of no use restarts the room's actor
 * once, without it.
 */
final class RoomSnapshots {
    private static final Logger LOG = LoggerFactory.getLogger(RoomSnapshots.class);

    /** Longer than the store's own call-timeout: its answer says more. */
    private static final Duration SAVED_WITHIN = Duration.ofSeconds(70);

    /** The room's snapshot is intact, yet no state of it can be made. */
    private static final class Unusable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unusable(RuntimeException cause) {
            super(cause);
        }
    }

    private RoomSnapshots() {}

    /** The room that {@code made} gives, made again if its snapshot is of no use. */
    static Behavior<RoomMessage> supervised(RoomId room, Function<RecoverySource, Behavior<RoomMessage>> made) {
        RecoverySource source = new RecoverySource(room);
        return Behaviors.supervise(Behaviors.<RoomMessage>setup(actor -> made.apply(source)))
                .onFailure(Unusable.class, SupervisorStrategy.restart().withLoggingEnabled(false));
    }

    /**
     * Hands a snapshot of this state to the store that is configured; gives why it was not saved, if it was not.
     *
     * <p>Not by {@code shouldSnapshot}: Pekko would hold the room's answers back until the store has it.
     */
    static CompletionStage<Optional<String>> save(ActorSystem<?> system, PersistenceId room, RoomState state) {
        SnapshotProtocol.SaveSnapshot save = new SnapshotProtocol.SaveSnapshot(
                new SnapshotMetadata(room.id(), state.seq(), scala.Option.empty()), RoomSnapshot.of(state));
        var store = Persistence.get(system).snapshotStoreFor("", ConfigFactory.empty());
        // Scala's stages run what follows them in the common pool, if nobody says where.
        return Patterns.ask(store, save, SAVED_WITHIN)
                .handleAsync(
                        (answer, lost) -> switch (answer) {
                            case null -> Optional.of(lost.toString());
                            case SaveSnapshotFailure failed ->
                                Optional.of(String.valueOf(failed.cause().getMessage()));
                            default -> Optional.empty();
                        },
                        system.executionContext());
    }

    static SnapshotSelectionCriteria toStartFrom(RoomLife life) {
        return life.usesSnapshots() ? SnapshotSelectionCriteria.latest() : SnapshotSelectionCriteria.none();
    }

    /** {@code restored} is told of the state that recovery starts with. */
    static SnapshotAdapter<RoomState> adapter(RoomId room, RoomLife life, Consumer<RoomState> restored) {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(RoomState state) {
                return RoomSnapshot.of(state);
            }

            @Override
            public RoomState fromJournal(Object stored) {
                RoomState state = life.restored(stored).orElseThrow(() -> unusable(room, life));
                restored.accept(state);
                return state;
            }
        };
    }

    private static Unusable unusable(RoomId room, RoomLife life) {
        RuntimeException why = life.unusable().orElseThrow();
        LOG.atWarn()
                .setMessage("the snapshot of a room cannot be used, its whole journal is replayed")
                .addKeyValue("room", room)
                .addKeyValue("why", why.toString())
                .log();
        return new Unusable(why);
    }
}
