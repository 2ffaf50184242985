package dev.parley.sim.actors;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.entity.RoomEntity;
import dev.parley.persistence.room.RoomMessage;
import dev.parley.persistence.room.ToRelay;
import dev.parley.sim.fault.Moment;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/**
 * The rooms of one member, as a shard of cluster sharding keeps its entities: a message starts a room that is not there;
 * one that asks to be put away is told to stop, and what comes until it has is kept for the next; one that is handed
 * over is told to stop, and what comes meanwhile is lost.
 */
final class RoomHost {
    /** As much as sharding's own buffer of a shard. */
    private static final int KEPT_MAX = 1_000;

    sealed interface Command {}

    /** Something that a relay on {@code from} says to a room. */
    record Deliver(RoomId room, RoomMessage message, ActorMember from) implements Command {}

    /** {@code then} follows once the room has stopped. */
    record HandOver(RoomId room, Runnable then) implements Command {}

    /** The room's actor ends at once, as after a bug. */
    record Kill(RoomId room) implements Command {}

    private record Shard(ClusterSharding.ShardCommand command) implements Command {}

    private record Gone(RoomId room, ActorRef<RoomMessage> entity) implements Command {}

    private static final class Hosted {
        private final ActorRef<RoomMessage> entity;
        private final ArrayDeque<Deliver> kept = new ArrayDeque<>();
        private boolean stopping;
        private Runnable handedOver; // Null unless it is being handed over.

        Hosted(ActorRef<RoomMessage> entity) {
            this.entity = entity;
        }
    }

    private final ActorContext<Command> actor;
    private final ActorWorld world;
    private final ActorMember member;
    private final RoomContext context;
    private final Map<RoomId, Hosted> rooms = new TreeMap<>();
    private final Map<ActorRef<ToRelay>, ActorRef<ToRelay>> links = new HashMap<>(); // Never gone through.
    private long incarnations;

    private RoomHost(ActorContext<Command> actor, ActorWorld world, ActorMember member, RoomContext context) {
        this.actor = actor;
        this.world = world;
        this.member = member;
        this.context = context;
    }

    static Behavior<Command> create(ActorWorld world, ActorMember member, RoomContext context) {
        return Behaviors.setup(actor -> {
            RoomHost host = new RoomHost(actor, world, member, context);
            return Behaviors.receiveMessage(command -> {
                host.receive(command);
                return Behaviors.same();
            });
        });
    }

    private void receive(Command command) {
        switch (command) {
            case Deliver deliver -> deliver(deliver);
            case HandOver(var room, var then) -> {
                Hosted hosted = rooms.get(room);
                if (hosted == null) {
                    then.run();
                } else {
                    hosted.handedOver = then;
                    stop(hosted);
                }
            }
            case Kill(var room) -> {
                if (rooms.containsKey(room)) {
                    actor.stop(rooms.get(room).entity);
                }
            }
            case Shard(ClusterSharding.Passivate<?> passivate) ->
                rooms.forEach((room, hosted) -> {
                    if (hosted.entity.equals(passivate.entity()) && !hosted.stopping) {
                        note("{room} is put away", room);
                        stop(hosted);
                        world.happens(Moment.PASSIVATION, room);
                    }
                });
            case Shard(var other) -> throw new IllegalArgumentException("not for a shard: " + other);
            case Gone(var room, var entity) -> gone(room);
        }
    }

    private static void stop(Hosted hosted) {
        hosted.stopping = true;
        hosted.entity.tell(new RoomEntity.StopRoom());
    }

    private void deliver(Deliver deliver) {
        Hosted hosted = rooms.computeIfAbsent(deliver.room, this::start);
        if (!hosted.stopping) {
            hosted.entity.tell(linked(deliver));
        } else if (hosted.handedOver == null && hosted.kept.size() < KEPT_MAX) {
            hosted.kept.add(deliver);
        }
    }

    /** What the room answers a relay of another member goes the way between the two. */
    private RoomMessage linked(Deliver deliver) {
        if (deliver.from == member || !(deliver.message instanceof RoomEntity.FromRelay(var said, var relay))) {
            return deliver.message;
        }
        return new RoomEntity.FromRelay(said, links.computeIfAbsent(relay, to -> link(to, deliver.from)));
    }

    private ActorRef<ToRelay> link(ActorRef<ToRelay> relay, ActorMember of) {
        return actor.spawnAnonymous(Behaviors.receiveMessage(message -> {
            world.region().answer(member, of, relay, message);
            return Behaviors.same();
        }));
    }

    private Hosted start(RoomId room) {
        note("{room} starts", room);
        world.happens(Moment.RECOVERY, room);
        ActorRef<ClusterSharding.ShardCommand> shard =
                actor.messageAdapter(ClusterSharding.ShardCommand.class, Shard::new);
        ActorRef<RoomMessage> entity = actor.spawn(
                RoomEntity.create(room, context, shard, () -> new CheckedRules(context, world.invariants(room))),
                "room-" + incarnations++,
                Props.empty().withDispatcherFromConfig(RoomEntity.DISPATCHER));
        actor.watchWith(entity, new Gone(room, entity));
        return new Hosted(entity);
    }

    private void gone(RoomId room) {
        note("{room} has stopped", room);
        Hosted was = rooms.remove(room);
        if (was.handedOver != null) {
            was.handedOver.run();
        } else {
            was.kept.forEach(this::deliver);
        }
    }

    private void note(String what, RoomId room) {
        world.note(what + " at {member}", world.region().number(room), member.number());
    }
}
