package dev.parley.persistence.relay;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.RelayMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.NoSerializationVerificationNeeded;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Finds the relay of a room on this member, and makes it when there is none.
 *
 * <p>A relay that wants to stop asks to be forgotten first, and one that was handed out is told so: nobody is given a
 * relay that is gone. Two relays of one room on a member do no harm.
 */
public final class RelayDirectory {
    /** What the directory is told. */
    public sealed interface Command extends NoSerializationVerificationNeeded {}

    /** Asks for the relay of {@code room}. */
    public record Find(RoomId room, ActorRef<Found> replyTo) implements Command {}

    /** A relay wants to be handed out no more. */
    record Retire(RoomId room, ActorRef<RelayMessage> relay) implements Command {}

    private record Gone(RoomId room, ActorRef<RelayMessage> relay) implements Command {}

    /** The relay of {@code room}; it waits some seconds for the session it was found for. */
    public record Found(RoomId room, ActorRef<RelayMessage> relay) implements NoSerializationVerificationNeeded {}

    private final RelayContext context;
    private final ActorContext<Command> actor;
    private final UnaryOperator<Behavior<RelayMessage>> around;
    private final Map<RoomId, ActorRef<RelayMessage>> relays = new HashMap<>();

    private RelayDirectory(
            RelayContext context, ActorContext<Command> actor, UnaryOperator<Behavior<RelayMessage>> around) {
        this.context = context;
        this.actor = actor;
        this.around = around;
    }

    /** The directory of a member; its relays are its children. */
    public static Behavior<Command> create(RelayContext context) {
        return create(context, UnaryOperator.identity());
    }

    /** One whose relays have {@code around} them what watches them. */
    public static Behavior<Command> create(RelayContext context, UnaryOperator<Behavior<RelayMessage>> around) {
        return Behaviors.setup(actor -> {
            RelayDirectory directory = new RelayDirectory(context, actor, around);
            return Behaviors.receiveMessage(directory::receive);
        });
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Find(var room, var replyTo) -> {
                ActorRef<RelayMessage> relay = relays.computeIfAbsent(room, this::start);
                relay.tell(new RoomRelay.Claimed());
                replyTo.tell(new Found(room, relay));
            }
            case Retire(var room, var relay) -> {
                relays.remove(room, relay);
                relay.tell(new RoomRelay.Retired());
            }
            case Gone(var room, var relay) -> relays.remove(room, relay);
        }
        return Behaviors.same();
    }

    private ActorRef<RelayMessage> start(RoomId room) {
        ActorRef<RelayMessage> relay =
                actor.spawnAnonymous(Behaviors.supervise(around.apply(RoomRelay.create(room, context, actor.getSelf())))
                        .onFailure(SupervisorStrategy.stop()));
        actor.watchWith(relay, new Gone(room, relay));
        return relay;
    }
}
