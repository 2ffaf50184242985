package dev.parley.persistence.entity;

import dev.parley.core.history.HistoryView;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.reconcile.StandardReconciler;
import dev.parley.persistence.room.CorruptRoom;
import dev.parley.persistence.room.Frontdesk;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SnapshotSchedule;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
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
import org.apache.pekko.persistence.typed.SnapshotFailed;
import org.apache.pekko.persistence.typed.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.Recovery;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One room as an event-sourced actor under cluster sharding: it runs {@link RoomDesk} and decides nothing.
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
    private static final int STASH_CAPACITY = 4_096;

    private final RoomId room;
    private final RoomContext context;
    private final ActorContext<RoomMessage> actor;
    private final TimerScheduler<RoomMessage> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final AtomicBoolean snapshotIsUsable;
    private final RoomDesk desk;
    private final RelayLinks links;
    private final SnapshotSchedule snapshots;
    private final RecoveryProgress recovery;
    private boolean failureIsSaid;
    private Optional<ActorRef<CatchUpReader.Read>> reader = Optional.empty();
    private Optional<ActorRef<Boolean>> adminWaiting = Optional.empty();

    private RoomEntity(
            RoomId room,
            RoomContext context,
            ActorContext<RoomMessage> actor,
            TimerScheduler<RoomMessage> timers,
            ActorRef<ClusterSharding.ShardCommand> shard,
            AtomicBoolean snapshotIsUsable) {
        super(PersistenceId.ofUniqueId("room|" + room.value()));
        this.room = room;
        this.context = context;
        this.actor = actor;
        this.timers = timers;
        this.shard = shard;
        this.snapshotIsUsable = snapshotIsUsable;
        long incarnation = ThreadLocalRandom.current().nextLong();
        this.desk = new RoomDesk(
                incarnation,
                context.settings(),
                new RoomRules(context.settings(), context.server(), context.signatures()),
                new Frontdesk(context.server(), context.signatures(), new StandardReconciler()),
                context.nowMs().getAsLong());
        this.links = new RelayLinks(incarnation);
        this.snapshots = new SnapshotSchedule(context.settings());
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

    /** One incarnation of a room. {@code shard} is asked to put it away. */
    public static Behavior<RoomMessage> create(
            RoomId room, RoomContext context, ActorRef<ClusterSharding.ShardCommand> shard) {
        AtomicBoolean snapshotIsUsable = new AtomicBoolean(true);
        Behavior<RoomMessage> recovering = Behaviors.setup(actor ->
                Behaviors.withTimers(timers -> new RoomEntity(room, context, actor, timers, shard, snapshotIsUsable)));
        return Behaviors.supervise(recovering)
                .onFailure(UnusableSnapshot.class, SupervisorStrategy.restart().withLoggingEnabled(false));
    }

    /** The room's snapshot is intact, yet no state of it can be made; the journal has all of it still. */
    private static final class UnusableSnapshot extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnusableSnapshot(RuntimeException cause) {
            super(cause);
        }
    }

    @Override
    public RoomState emptyState() {
        return RoomState.empty(room);
    }

    @Override
    public EventHandler<RoomState, RoomEvent> eventHandler() {
        return (state, event) -> {
            RoomState next = RoomRules.evolve(state, event);
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
                    context.meters().ingressDepth(room, desk.ingressSubmits());
                    long startedNs = System.nanoTime();
                    yield perform(desk.flush(state, nowMs), startedNs);
                }
                case Tick t -> {
                    context.meters().orphans(room, desk.orphans());
                    yield perform(desk.tick(state, nowMs), System.nanoTime());
                }
                case Repaired(RelayId relay) -> {
                    desk.repaired(relay);
                    yield Effect().none();
                }
                case Describe(ActorRef<Description> replyTo) -> {
                    replyTo.tell(describe(state));
                    yield Effect().none();
                }
                case LockRoom(PeerId key, ActorRef<Boolean> replyTo) -> {
                    adminWaiting = Optional.of(replyTo);
                    yield perform(desk.lock(state, key), System.nanoTime());
                }
                case StopRoom s -> Effect().stop();
            };
        };
    }

    private Effect<RoomEvent, RoomState> onRelay(RoomState state, ToRoom said, ActorRef<ToRelay> relay, long nowMs) {
        links.link(said.relay(), relay);
        long startedNs = System.nanoTime();
        List<RoomEffect> effects = desk.receive(state, said, nowMs);
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
                    LOG.warn("A relay has seen seq {} of room '{}', which is at {} here: stopping", seqSeen, room, seq);
                    next = Effect().stop();
                }
                default -> run(effect);
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
                            write.events().size());
            RoomMetering.accepted(context.meters(), room, write.events());
            desk.persisted(after, context.nowMs().getAsLong()).forEach(this::run);
        });
    }

    private void run(RoomEffect effect) {
        switch (effect) {
            case RoomEffect.Reply(RelayId relay, ToRelay message) -> {
                RoomMetering.refused(context.meters(), message);
                links.tell(relay, message);
            }
            case RoomEffect.Broadcast(List<RelayId> relays, ToRelay message) -> links.tell(relays, message);
            case RoomEffect.FlushLater f -> actor.getSelf().tell(new Flush());
            case RoomEffect.RepairFromJournal(RelayId relay, long fromSeq, long toSeq) ->
                actor.pipeToSelf(
                        JournalRepair.run(actor.getSystem(), persistenceId(), fromSeq, toSeq, links.to(relay)),
                        (done, failure) -> new Repaired(relay));
            case RoomEffect.MakeChunk chunk ->
                reader().tell(new CatchUpReader.Read(
                        links.to(chunk.relay()), chunk.number(), chunk.plan(), chunk.view(), chunk.seq()));
            case RoomEffect.AdminLockAnswered(boolean locked) -> {
                adminWaiting.ifPresent(replyTo -> replyTo.tell(locked));
                adminWaiting = Optional.empty();
            }
            case RoomEffect.Forget(RelayId relay) -> links.forget(relay);
            case RoomEffect.Passivate p -> shard.tell(new ClusterSharding.Passivate<>(actor.getSelf()));
            case RoomEffect.Persist p -> throw new IllegalStateException("a write within a write");
            case RoomEffect.Superseded s -> throw new IllegalStateException("superseded after a write");
        }
    }

    private ActorRef<CatchUpReader.Read> reader() {
        if (reader.isEmpty()) {
            reader = Optional.of(actor.spawn(
                    CatchUpReader.create(context.settings()),
                    "catch-up",
                    Props.empty().withDispatcherFromConfig(CatchUpReader.DISPATCHER)));
        }
        return reader.get();
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
                desk.relays(),
                desk.sessions(),
                desk.orphans(),
                desk.ingressSubmits());
    }

    @Override
    public SignalHandler<RoomState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::recovered)
                .onSignal(
                        SnapshotFailed.class,
                        (state, signal) -> LOG.warn(
                                "A snapshot of room '{}' failed: {}",
                                room,
                                signal.getFailure().getMessage()))
                .onSignal(RecoveryFailed.class, (state, signal) -> notRecovered(signal.getFailure()))
                .onSignal(PostStop.class, (state, signal) -> stopped())
                .build();
    }

    private void stopped() {
        desk.end().forEach(this::run);
        if (recovery.isCompleted()) {
            context.meters().roomStopped(room);
        }
    }

    /** Pekko says it twice, the second time in its own wrapping. */
    private void notRecovered(Throwable failure) {
        if (!failureIsSaid) {
            failureIsSaid = true;
            LOG.error("Room '{}' cannot be recovered: {}", room, failure.getMessage());
        }
    }

    private void recovered(RoomState state) {
        long seq = lastSequenceNumber(actor);
        if (state.seq() != seq) {
            throw new CorruptRoom(room, state.seq(), "the journal ends at " + seq);
        }
        recovery.completed();
        context.meters()
                .recovered(
                        room, recovery.took(), recovery.events(), state.view().count());
        context.meters().roomStarted(room);
        timers.startTimerWithFixedDelay(new Tick(), TICK);
    }

    /** Called by Pekko for every event of a write; the snapshot is made once it is durable. */
    @Override
    public boolean shouldSnapshot(RoomState state, RoomEvent event, long seq) {
        return snapshots.due(state.view().bytes());
    }

    @Override
    public SnapshotAdapter<RoomState> snapshotAdapter() {
        return new SnapshotAdapter<>() {
            @Override
            public Object toJournal(RoomState state) {
                return RoomSnapshot.of(state);
            }

            @Override
            public RoomState fromJournal(Object stored) {
                RoomState state = restored(stored);
                snapshots.recovered(state.view().bytes());
                recovery.startedAt(state.seq());
                return state;
            }
        };
    }

    private RoomState restored(Object stored) {
        try {
            return RoomSnapshot.restore(room, stored);
        } catch (RuntimeException unusable) {
            LOG.warn(
                    "The snapshot of room '{}' cannot be used, its whole journal is replayed: {}",
                    room,
                    unusable.toString());
            snapshotIsUsable.set(false);
            throw new UnusableSnapshot(unusable);
        }
    }

    /** From the newest snapshot; from the first event once a snapshot turned out to be of no use. */
    @Override
    public Recovery recovery() {
        return Recovery.withSnapshotSelectionCriteria(
                snapshotIsUsable.get() ? SnapshotSelectionCriteria.latest() : SnapshotSelectionCriteria.none());
    }

    /** Bounded: what does not fit is dropped, and sent again by its relay. */
    @Override
    public Optional<Integer> stashCapacity() {
        return Optional.of(STASH_CAPACITY);
    }
}
