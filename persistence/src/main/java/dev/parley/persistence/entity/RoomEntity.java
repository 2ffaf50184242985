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
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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
import org.apache.pekko.persistence.typed.SnapshotFailed;
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

    /** About what a node takes besides its encoded bytes, and a room that holds nothing. */
    private static final long NODE_BYTES = 160;

    private static final long ROOM_BYTES = 16 << 10;
    private static final int STASH_CAPACITY = 4_096;

    private final RoomId room;
    private final RoomContext context;
    private final ActorContext<RoomMessage> actor;
    private final TimerScheduler<RoomMessage> timers;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final RoomDesk desk;
    private final RelayLinks links;
    private final RoomSnapshots snapshots;
    private final RecoveryProgress recovery;
    private boolean failureIsSaid;
    private Optional<ActorRef<CatchUpReader.Command>> reader = Optional.empty();
    private Optional<ActorRef<Boolean>> adminWaiting = Optional.empty();

    private RoomEntity(
            RoomId room,
            RoomContext context,
            ActorContext<RoomMessage> actor,
            TimerScheduler<RoomMessage> timers,
            ActorRef<ClusterSharding.ShardCommand> shard,
            RoomSnapshots snapshots) {
        super(PersistenceId.ofUniqueId("room|" + room.value()));
        this.room = room;
        this.context = context;
        this.actor = actor;
        this.timers = timers;
        this.shard = shard;
        this.snapshots = snapshots;
        snapshots.begin(context.settings());
        long incarnation = ThreadLocalRandom.current().nextLong();
        this.desk = new RoomDesk(
                incarnation,
                context.settings(),
                new RoomRules(context.settings(), context.server(), context.signatures(), context.policies()),
                new Frontdesk(context.server(), context.signatures(), new StandardReconciler(), context.composition()),
                context.nowMs().getAsLong());
        this.links = new RelayLinks(incarnation);
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
        return Behaviors.setup(actor -> RoomRest.of(room, context)
                .map(RoomEntity::resting)
                .orElseGet(() -> RoomSnapshots.supervised(
                        room,
                        snapshots -> Behaviors.withTimers(
                                timers -> new RoomEntity(room, context, actor, timers, shard, snapshots)))));
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
                    List<RoomEffect> effects = desk.flush(state, nowMs);
                    RoomMetering.reconciled(context.meters(), effects, startedNs);
                    yield perform(effects, startedNs);
                }
                case Tick t -> {
                    context.meters().orphans(room, desk.orphans());
                    account(state);
                    if (context.ledger().crowded() && desk.unused()) {
                        shard.tell(new ClusterSharding.Passivate<>(actor.getSelf()));
                    }
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
                    LOG.atWarn()
                            .setMessage("a relay has seen a later seq of this room, it stops here")
                            .addKeyValue("room", room)
                            .addKeyValue("seq", seq)
                            .addKeyValue("seq_seen", seqSeen)
                            .log();
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
                            write.events().size(),
                            write.nodes());
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
                        links.to(chunk.relay()),
                        chunk.number(),
                        chunk.plan(),
                        chunk.closed(),
                        chunk.view(),
                        chunk.seq()));
            case RoomEffect.FindParents(var ask, var view) ->
                reader().tell(new CatchUpReader.FindParents(links.to(ask.relay()), ask, view));
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

    private ActorRef<CatchUpReader.Command> reader() {
        if (reader.isEmpty()) {
            reader = Optional.of(actor.spawn(
                    CatchUpReader.create(room, context.settings(), context.meters()),
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
                        (state, signal) -> LOG.atWarn()
                                .setMessage("a snapshot of a room failed")
                                .addKeyValue("room", room)
                                .addKeyValue("why", signal.getFailure().getMessage())
                                .log())
                .onSignal(RecoveryFailed.class, (state, signal) -> notRecovered(signal.getFailure()))
                .onSignal(PostStop.class, (state, signal) -> stopped())
                .build();
    }

    /** What this room takes of the member's memory: its nodes with their indexes, and what it keeps besides. */
    private void account(RoomState state) {
        long bytes =
                ROOM_BYTES + state.view().bytes() + NODE_BYTES * state.view().count() + desk.bytesHeld();
        context.ledger().holds(room, bytes);
        context.meters().roomBytes(room, bytes);
    }

    private void stopped() {
        desk.end().forEach(this::run);
        if (recovery.isCompleted()) {
            context.meters().roomStopped(room);
            context.ledger().gone(room);
        }
    }

    /** Pekko says it twice, the second time in its own wrapping. */
    private void notRecovered(Throwable failure) {
        if (!failureIsSaid) {
            failureIsSaid = true;
            if (!Damage.isAway(failure)) {
                context.ledger().damaged(room, context.nowMs().getAsLong());
            }
            LOG.atError()
                    .setMessage("room cannot be recovered")
                    .addKeyValue("room", room)
                    .addKeyValue("why", failure.getMessage())
                    .log();
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
        context.ledger().recovered(room);
        account(state);
        if (seq == 0 && state.lockKey().isEmpty()) {
            context.meters().openRoomMade(room);
        }
        timers.startTimerWithFixedDelay(new Tick(), TICK);
    }

    /** Called by Pekko for every event of a write; the snapshot is made once it is durable. */
    @Override
    public boolean shouldSnapshot(RoomState state, RoomEvent event, long seq) {
        return snapshots.due(state.view().bytes());
    }

    @Override
    public SnapshotAdapter<RoomState> snapshotAdapter() {
        return snapshots.adapter(recovery);
    }

    /** From the newest snapshot; from the first event once a snapshot turned out to be of no use. */
    @Override
    public Recovery recovery() {
        return Recovery.withSnapshotSelectionCriteria(snapshots.toStartFrom());
    }

    /** Bounded: what does not fit is dropped, and sent again by its relay. */
    @Override
    public Optional<Integer> stashCapacity() {
        return Optional.of(STASH_CAPACITY);
    }
}
