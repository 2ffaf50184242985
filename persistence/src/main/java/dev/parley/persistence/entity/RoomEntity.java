package dev.parley.persistence.entity;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.SnapshotAdapter;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One room as an event-sourced actor under cluster sharding: it runs a {@link RoomLife} and decides nothing.
 *
 * <p>Submits that wait behind a write are stashed by Pekko; they come before the {@link Flush} that the first of them
 * asks for, and so join its group. A failed write, or one whose outcome is unknown, stops the actor: the next message
 * starts another incarnation, which recovers what is there, and the relays send again what it has not answered.
 */
public final class RoomEntity extends EventSourcedBehavior<RoomMessage, RoomEvent, RoomState> {
    public static final EntityTypeKey<RoomMessage> TYPE_KEY = EntityTypeKey.create(RoomMessage.class, "room");

    /** The dispatcher that rooms run on. */
    public static final String DISPATCHER = "parley.dispatchers.room";

    /** What rooms are told. */
    sealed interface Command extends RoomMessage {}

    /** A relay says something; {@code relay} is where answers go. */
    public record FromRelay(ToRoom message, ActorRef<ToRelay> relay) implements Command {}

    /** Asks what the room is like now. */
    public record Describe(ActorRef<Description> replyTo) implements Command {}

    /** Locks the room as its operator; false when it is locked already or nobody could sign for the key. */
    public record LockRoom(PeerId key, ActorRef<Boolean> replyTo) implements Command {}

    /** Stop now: the room moves, or nobody needs it. */
    public record StopRoom() implements Command {}

    private record Flush() implements Command, NoSerializationVerificationNeeded {}

    private record Tick() implements Command, NoSerializationVerificationNeeded {}

    private record Repaired(RelayId relay) implements Command, NoSerializationVerificationNeeded {}

    private record SnapshotEnded(Optional<String> failure) implements Command, NoSerializationVerificationNeeded {}

    /** A room as operators see it. {@code clock} is unsigned; {@code ingress} counts packs that wait. */
    public record Description(
            RoomId room,
            long seq,
            int nodes,
            long bytes,
            long clock,
            List<NodeId> heads,
            NodeId root,
            Optional<PeerId> locked,
            int relays,
            int sessions,
            int orphans,
            int ingress) {
        public Description {
            heads = List.copyOf(heads);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RoomEntity.class);

    private static final Duration TICK = Duration.ofSeconds(1);

    /** Messages that may wait behind a write or a recovery; what does not fit is dropped, and sent again by its relay. */
    public static final int STASH_CAPACITY = 4_096;

    private final RoomId room;
    private final RoomContext context;
    private final ActorContext<RoomMessage> actor;
    private final TimerScheduler<RoomMessage> timers;
    private final RoomLife life;
    private final Outgoing outgoing;
    private final RecoveryProgress recovery;

    private RoomEntity(
            RoomId room,
            RoomContext context,
            ActorContext<RoomMessage> actor,
            TimerScheduler<RoomMessage> timers,
            ActorRef<ClusterSharding.ShardCommand> shard,
            RecoverySource source,
            RoomRules rules) {
        super(PersistenceId.ofUniqueId("room|" + room.value()));
        this.room = room;
        this.context = context;
        this.actor = actor;
        this.timers = timers;
        long incarnation = context.incarnations().getAsLong();
        this.life =
                new RoomLife(room, context, source, incarnation, context.nowMs().getAsLong(), rules);
        this.outgoing =
                new Outgoing(room, context, actor, shard, persistenceId(), new Flush(), Repaired::new, incarnation);
        this.recovery = new RecoveryProgress(room);
    }

    /**
     * Registers rooms with cluster sharding; the entity id is the room id. Rooms put themselves away, so sharding's own
     * passivation should be off, and remember-entities too: relays wake the rooms that are needed.
     */
    public static ActorRef<ShardingEnvelope<RoomMessage>> init(ClusterSharding sharding, RoomContext context) {
        return sharding.init(Entity.of(
                        TYPE_KEY, entity -> create(new RoomId(entity.getEntityId()), context, entity.getShard()))
                .withStopMessage(new StopRoom())
                .withEntityProps(Props.empty().withDispatcherFromConfig(DISPATCHER)));
    }

    /** One incarnation of a room, or a while in which there is none. {@code shard} is asked to put it away. */
    public static Behavior<RoomMessage> create(
            RoomId room, RoomContext context, ActorRef<ClusterSharding.ShardCommand> shard) {
        return create(
                room,
                context,
                shard,
                () -> new RoomRules(context.settings(), context.server(), context.signatures(), context.policies()));
    }

    /** The same, each life deciding by rules of its own. */
    public static Behavior<RoomMessage> create(
            RoomId room, RoomContext context, ActorRef<ClusterSharding.ShardCommand> shard, Supplier<RoomRules> rules) {
        return Behaviors.setup(actor -> context.ledger()
                .restOf(room, context.nowMs().getAsLong())
                .map(RoomEntity::resting)
                .orElseGet(() -> RoomSnapshots.supervised(
                        room,
                        source -> Behaviors.withTimers(
                                timers -> new RoomEntity(room, context, actor, timers, shard, source, rules.get())))));
    }

    /** Hears nothing until its time is over; the next message after that starts the room. */
    private static Behavior<RoomMessage> resting(Duration rest) {
        return Behaviors.withTimers(timers -> {
            timers.startSingleTimer(new StopRoom(), rest);
            return Behaviors.receiveMessage(
                    message -> message instanceof StopRoom ? Behaviors.stopped() : Behaviors.same());
        });
    }

    @Override
    public RoomState emptyState() {
        return RoomState.empty(room);
    }

    @Override
    public EventHandler<RoomState, RoomEvent> eventHandler() {
        return (state, event) -> {
            RoomState next = life.applied(state, event);
            recovery.applied(next.seq());
            return next;
        };
    }

    @Override
    public CommandHandler<RoomMessage, RoomEvent, RoomState> commandHandler() {
        return (state, message) -> {
            if (!(message instanceof Command command)) {
                throw new IllegalArgumentException("not for a room: " + message.getClass());
            }
            long nowMs = context.nowMs().getAsLong();
            return switch (command) {
                case FromRelay(ToRoom said, ActorRef<ToRelay> relay) -> onRelay(state, said, relay, nowMs);
                case Flush f -> {
                    long startedNs = System.nanoTime();
                    List<RoomEffect> effects = life.flush(state, nowMs);
                    RoomMetering.reconciled(context.meters(), effects, startedNs);
                    yield perform(effects, startedNs);
                }
                case Tick t -> perform(life.tick(state, nowMs), System.nanoTime());
                case Repaired(RelayId relay) -> {
                    life.repaired(relay);
                    yield Effect().none();
                }
                case SnapshotEnded(Optional<String> failure) -> {
                    life.snapshotEnded();
                    failure.ifPresent(this::warnOfSnapshot);
                    yield Effect().none();
                }
                case Describe(ActorRef<Description> replyTo) -> {
                    replyTo.tell(describe(state));
                    yield Effect().none();
                }
                case LockRoom(PeerId key, ActorRef<Boolean> replyTo) -> {
                    outgoing.adminWaits(replyTo);
                    yield perform(life.lock(state, key), System.nanoTime());
                }
                case StopRoom s -> Effect().stop();
            };
        };
    }

    private Effect<RoomEvent, RoomState> onRelay(RoomState state, ToRoom said, ActorRef<ToRelay> relay, long nowMs) {
        outgoing.link(said.relay(), relay);
        long startedNs = System.nanoTime();
        List<RoomEffect> effects = life.receive(state, said, nowMs);
        RoomMetering.reconciled(context.meters(), effects, startedNs);
        return perform(effects, startedNs);
    }

    /** Performs effects in order. A write comes last, if there is one. */
    private Effect<RoomEvent, RoomState> perform(List<RoomEffect> effects, long startedNs) {
        Effect<RoomEvent, RoomState> next = Effect().none();
        for (RoomEffect effect : effects) {
            switch (effect) {
                case RoomEffect.Persist write -> next = persist(write, startedNs);
                case RoomEffect.Superseded(long seq, long seqSeen) -> {
                    LOG.atWarn()
                            .setMessage("a relay has seen a later seq of this room, it stops here")
                            .addKeyValue("room", room)
                            .addKeyValue("seq", seq)
                            .addKeyValue("seq_seen", seqSeen)
                            .log();
                    next = Effect().stop();
                }
                default -> outgoing.run(effect);
            }
        }
        return next;
    }

    private Effect<RoomEvent, RoomState> persist(RoomEffect.Persist write, long startedNs) {
        long persistedNs = System.nanoTime();
        if (write.submits() > 0) {
            context.meters().merged(Duration.ofNanos(persistedNs - startedNs), write.submits(), write.nodes());
        }
        return Effect().persist(write.events()).thenRun(after -> {
            context.meters()
                    .journaled(
                            Duration.ofNanos(System.nanoTime() - persistedNs),
                            write.events().size(),
                            write.nodes());
            life.persisted(after, write.events(), context.nowMs().getAsLong()).forEach(outgoing::run);
            if (life.snapshotDue(after)) {
                actor.pipeToSelf(
                        RoomSnapshots.save(actor.getSystem(), persistenceId(), after),
                        (failure, impossible) -> new SnapshotEnded(failure));
            }
        });
    }

    private Description describe(RoomState state) {
        HistoryView view = state.view();
        return new Description(
                room,
                state.seq(),
                view.count(),
                view.bytes(),
                view.clock(),
                view.heads(),
                view.root(),
                state.lockKey(),
                life.desk().relays(),
                life.desk().sessions(),
                life.desk().orphans(),
                life.desk().ingressSubmits());
    }

    @Override
    public SignalHandler<RoomState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .onSignal(RecoveryFailed.class, (state, signal) -> notRecovered(signal.getFailure()))
                .onSignal(PostStop.class, (state, signal) -> life.end().forEach(outgoing::run))
                .build();
    }

    private void warnOfSnapshot(String why) {
        LOG.atWarn()
                .setMessage("a snapshot of a room failed")
                .addKeyValue("room", room)
                .addKeyValue("why", why)
                .log();
    }

    private void notRecovered(Throwable failure) {
        if (life.notRecovered(Damage.isAway(failure), context.nowMs().getAsLong())) {
            LOG.atError()
                    .setMessage("room cannot be recovered")
                    .addKeyValue("room", room)
                    .addKeyValue("why", failure.getMessage())
                    .log();
        }
    }

    private void recovered(RoomState state) {
        life.recovered(state, lastSequenceNumber(actor));
        recovery.completed();
        context.meters()
                .recovered(
                        room,
                        recovery.took(),
                        life.eventsReplayed(),
                        state.view().count());
        timers.startTimerWithFixedDelay(new Tick(), TICK);
    }

    @Override
    public SnapshotAdapter<RoomState> snapshotAdapter() {
        return RoomSnapshots.adapter(room, life, state -> recovery.startedAt(state.seq()));
    }

    /** From the newest snapshot; from the first event once a snapshot turned out to be of no use. */
    @Override
    public Recovery recovery() {
        return Recovery.withSnapshotSelectionCriteria(RoomSnapshots.toStartFrom(life));
    }

    @Override
    public Optional<Integer> stashCapacity() {
        return Optional.of(STASH_CAPACITY);
    }
}
