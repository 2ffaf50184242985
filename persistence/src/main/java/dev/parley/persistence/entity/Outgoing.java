package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RepairWalk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.ToRelay;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.persistence.typed.PersistenceId;

/** Carries out what a room wants done outside of its journal; decides nothing. Belongs to the room's actor. */
final class Outgoing {
    private final RoomId room;
    private final RoomContext context;
    private final ActorContext<RoomMessage> actor;
    private final ActorRef<ClusterSharding.ShardCommand> shard;
    private final PersistenceId journalId;
    private final RoomMessage flush;
    private final Function<RelayId, RoomMessage> repaired;
    private final RelayLinks<ActorRef<ToRelay>> links;
    private Optional<ActorRef<CatchUpReader.Command>> reader = Optional.empty();
    private Optional<ActorRef<Boolean>> adminWaiting = Optional.empty();

    /** {@code flush} and {@code repaired} are what the room tells itself. */
    Outgoing(
            RoomId room,
            RoomContext context,
            ActorContext<RoomMessage> actor,
            ActorRef<ClusterSharding.ShardCommand> shard,
            PersistenceId journalId,
            RoomMessage flush,
            Function<RelayId, RoomMessage> repaired,
            long incarnation) {
        this.room = room;
        this.context = context;
        this.actor = actor;
        this.shard = shard;
        this.journalId = journalId;
        this.flush = flush;
        this.repaired = repaired;
        this.links = new RelayLinks<>(incarnation, ActorRef::tell);
    }

    void link(RelayId id, ActorRef<ToRelay> relay) {
        links.link(id, relay);
    }

    /** The next {@link RoomEffect.AdminLockAnswered} goes there. */
    void adminWaits(ActorRef<Boolean> replyTo) {
        adminWaiting = Optional.of(replyTo);
    }

    void run(RoomEffect effect) {
        switch (effect) {
            case RoomEffect.Reply(RelayId relay, ToRelay message) -> {
                RoomMetering.refused(context.meters(), message);
                links.tell(relay, message);
            }
            case RoomEffect.Broadcast(List<RelayId> relays, ToRelay message) -> links.tell(relays, message);
            case RoomEffect.FlushLater f -> actor.getSelf().tell(flush);
            case RoomEffect.RepairFromJournal(RelayId relay, long fromSeq, long toSeq) ->
                actor.pipeToSelf(
                        JournalRepair.run(
                                actor.getSystem(), journalId, new RepairWalk(fromSeq, toSeq), links.to(relay)),
                        (done, failure) -> repaired.apply(relay));
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
}
