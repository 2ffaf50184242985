package dev.parley.persistence.relay;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Decoded;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.room.Fragments;
import dev.parley.persistence.room.Reassembly;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RelayMessage;
import dev.parley.persistence.room.RoomCodec;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The actor around {@link RelayRules}: joins and cuts fragments, keeps time, and performs effects in order. */
public final class RoomRelay {
    /** A session of this member wants something of the room. */
    public record FromSession(SessionId session, SessionDoor door, Effect.ForRoom request)
            implements RelayMessage, NoSerializationVerificationNeeded {}

    /** This relay was handed out: a session will come. */
    record Claimed() implements RelayMessage, NoSerializationVerificationNeeded {}

    /** The directory hands this relay out no more. */
    record Retired() implements RelayMessage, NoSerializationVerificationNeeded {}

    private record Tick() implements RelayMessage, NoSerializationVerificationNeeded {}

    /** How long a relay waits for a session that was given its name. */
    private static final long CLAIM_MS = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(RoomRelay.class);

    private final RelayContext context;
    private final ActorRef<RelayDirectory.Command> directory;
    private final ActorRef<RelayMessage> self;
    private final ActorRef<ToRelay> forRoom;
    private final TimerScheduler<RelayMessage> timers;
    private final RelayRules rules;
    private final Reassembly reassembly;
    private final Map<SessionId, SessionDoor> doors = new HashMap<>();
    private long transfers;
    private long tickDueMs = Long.MAX_VALUE;
    private long claimedUntilMs = Long.MIN_VALUE;
    private boolean listed = true;
    private boolean retiring;
    private boolean idle;

    private RoomRelay(
            RoomId room,
            RelayContext context,
            ActorRef<RelayDirectory.Command> directory,
            ActorContext<RelayMessage> actor,
            TimerScheduler<RelayMessage> timers) {
        this.context = context;
        this.directory = directory;
        this.self = actor.getSelf();
        this.forRoom = self.narrow();
        this.timers = timers;
        this.rules = new RelayRules(
                new RelayId(context.ids().getAsLong()),
                room,
                context.settings(),
                context.seeds().getAsLong());
        this.reassembly = new Reassembly(context.settings().reassemblyBytes());
    }

    /** A relay of {@code room} that the directory knows. */
    static Behavior<RelayMessage> create(
            RoomId room, RelayContext context, ActorRef<RelayDirectory.Command> directory) {
        return Behaviors.setup(actor -> Behaviors.withTimers(timers -> {
            RoomRelay relay = new RoomRelay(room, context, directory, actor, timers);
            relay.tickInTime(context.nowMs().getAsLong());
            return Behaviors.receiveMessage(relay::receive);
        }));
    }

    private Behavior<RelayMessage> receive(RelayMessage message) {
        try {
            perform(message);
        } catch (RuntimeException bug) {
            doors.values().forEach(door -> door.tell(new Input.Failed(new SyncFailure.Internal("relay"))));
            throw bug;
        }
        if (idle && !listed && context.nowMs().getAsLong() >= claimedUntilMs) {
            return Behaviors.stopped();
        }
        return Behaviors.same();
    }

    private void perform(RelayMessage message) {
        switch (message) {
            case FromSession(var session, var door, var request) -> {
                doors.put(session, door);
                run(new RelayInput.FromSession(session, request));
                if (request instanceof Effect.Leave) {
                    doors.remove(session);
                }
            }
            case ToRelay.Fragment(var transfer, var index, var count, var bytes) ->
                joined(transfer, index, count, bytes).ifPresent(whole -> run(new RelayInput.FromRoom(whole)));
            case ToRelay fromRoom -> run(new RelayInput.FromRoom(fromRoom));
            case Tick t -> {
                tickDueMs = Long.MAX_VALUE;
                run(new RelayInput.Tick());
            }
            case Claimed c -> claimedUntilMs = context.nowMs().getAsLong() + CLAIM_MS;
            case Retired r -> listed = false;
            default -> throw new IllegalArgumentException("not for a relay: " + message.getClass());
        }
    }

    private Optional<ToRelay> joined(long transfer, int index, int count, byte[] bytes) {
        Optional<byte[]> whole = reassembly.add(transfer, index, count, bytes);
        if (whole.isEmpty()) {
            return Optional.empty();
        }
        return switch (RoomCodec.decodeToRelay(whole.get())) {
            case Decoded.Whole<ToRelay>(var message) -> Optional.of(message);
            case Decoded.Broken<ToRelay>(var what, var offsetBytes) -> {
                // Pieces of two senders met under one number: as good as lost, and asked for again.
                LOG.atWarn()
                        .setMessage("a joined message of a room cannot be read")
                        .addKeyValue("what", what)
                        .addKeyValue("offset_bytes", offsetBytes)
                        .log();
                yield Optional.empty();
            }
        };
    }

    private void run(RelayInput input) {
        long nowMs = context.nowMs().getAsLong();
        idle = false;
        int relayed = 0;
        int relayedBytes = 0;
        for (RelayEffect effect : rules.step(input, nowMs)) {
            switch (effect) {
                case RelayEffect.TellRoom(var message) -> tellRoom(message);
                case RelayEffect.TellSession(var session, var news) -> {
                    tellSession(session, news);
                    if (news instanceof Input.Relayed(var seq, var packs)) {
                        relayed++;
                        for (Input.RelayedPack pack : packs) {
                            relayedBytes += pack.message().sizeBytes();
                        }
                    }
                }
                case RelayEffect.Stop() -> retire(nowMs);
            }
        }
        rules.takeFiltered().report(context.meters(), rules.room(), RoomMeters.FilterStage.BROADCAST);
        if (relayed > 0) {
            context.meters().relayed(relayed, relayedBytes);
        }
        tickInTime(nowMs);
    }

    private void tellRoom(ToRoom message) {
        List<ToRoom> pieces = Fragments.forRoom(rules.self(), transfers, message);
        if (pieces.size() > 1) {
            transfers++;
        }
        for (ToRoom piece : pieces) {
            context.rooms().tell(rules.room(), new RoomEntity.FromRelay(piece, forRoom));
        }
    }

    private void tellSession(SessionId session, Input news) {
        SessionDoor door = doors.get(session);
        if (door != null) {
            door.tell(news);
        }
    }

    /** Asks the directory to forget this relay first, so that it is never handed out while it stops. */
    private void retire(long nowMs) {
        idle = true;
        if (!retiring && nowMs >= claimedUntilMs) {
            retiring = true;
            directory.tell(new RelayDirectory.Retire(rules.room(), self));
        }
    }

    /** Moves the timer forward when something is due earlier than it was. */
    private void tickInTime(long nowMs) {
        Duration wait = rules.nextTick(nowMs);
        if (nowMs + wait.toMillis() < tickDueMs) {
            tickDueMs = nowMs + wait.toMillis();
            timers.startSingleTimer(Tick.class, new Tick(), wait);
        }
    }
}
