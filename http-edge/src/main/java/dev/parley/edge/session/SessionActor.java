package dev.parley.edge.session;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.wire.FromPeer;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketEvents;
import dev.parley.persistence.relay.RelayDirectory;
import dev.parley.persistence.relay.RoomRelay;
import dev.parley.persistence.relay.SessionDoor;
import dev.parley.persistence.room.RelayMessage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** One session: its {@link Conversation}, with an actor's messages, timers and threads around it. */
public final class SessionActor {
    private static final Logger LOG = LoggerFactory.getLogger(SessionActor.class);

    public sealed interface Command {}

    /** Something happened to the session. */
    record Told(Input input) implements Command {}

    private record RelayFound(ActorRef<RelayMessage> relay) implements Command {}

    private record RelayGone() implements Command {}

    private record Later(Consumer<Conversation> turn) implements Command {}

    private record Fired(SessionTimer timer) implements Command {}

    private final ActorContext<Command> actor;
    private final TimerScheduler<Command> timers;
    private final SessionContext context;
    private final SessionId self;
    private final CheckLanes checks;
    private final Conversation conversation;

    private SessionActor(
            ActorContext<Command> actor,
            TimerScheduler<Command> timers,
            SessionContext context,
            SessionId self,
            String address,
            Optional<RoomId> room,
            SocketDoor socket,
            Runnable greeted) {
        this.actor = actor;
        this.timers = timers;
        this.context = context;
        this.self = self;
        this.checks = new CheckLanes(context.shares(), self);
        this.conversation =
                new Conversation(context.commons(), new Around(actor.getSelf()), self, address, room, socket, greeted);
    }

    /**
     * {@code room} is empty on the route that leaves it to hello. The session's place in the census is taken already;
     * {@code greeted} is run when a usable hello has come.
     */
    public static Behavior<Command> create(
            SessionContext context,
            SessionId self,
            String address,
            Optional<RoomId> room,
            SocketDoor socket,
            Runnable greeted) {
        return Behaviors.setup(actor -> Behaviors.withTimers(timers -> {
            SessionActor session = new SessionActor(actor, timers, context, self, address, room, socket, greeted);
            session.conversation.start();
            return Behaviors.receive(
                    (ctx, command) -> session.receive(command), (ctx, signal) -> session.receiveSignal(signal));
        }));
    }

    /** What the socket reports to this session. */
    public static SocketEvents events(ActorRef<Command> session) {
        return new SocketEvents() {
            @Override
            public void message(FromPeer message) {
                session.tell(new Told(new Input.FromPeer(message)));
            }

            @Override
            public void failed(SyncFailure why) {
                session.tell(new Told(new Input.Failed(why)));
            }

            @Override
            public void gone() {
                session.tell(new Told(new Input.PeerGone()));
            }

            @Override
            public void drained() {
                session.tell(new Told(new Input.Drained()));
            }
        };
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Told(var input) -> conversation.told(input);
            case RelayFound(var found) -> relayFound(found);
            case RelayGone() -> conversation.relayGone();
            case Later(var turn) -> turn.accept(conversation);
            case Fired(var timer) -> conversation.fired(timer);
        }
        return conversation.ended() ? Behaviors.stopped() : Behaviors.same();
    }

    private Behavior<Command> receiveSignal(Signal signal) {
        if (signal instanceof PostStop) {
            checks.end();
            conversation.over();
        }
        return Behaviors.same();
    }

    private void relayFound(ActorRef<RelayMessage> found) {
        actor.watchWith(found, new RelayGone());
        ActorRef<Command> me = actor.getSelf();
        SessionDoor door = input -> me.tell(new Told(input));
        conversation.relayFound(effect -> found.tell(new RoomRelay.FromSession(self, door, effect)));
    }

    /** Every line about a session names it, its room and its peer in the same words. */
    private LoggingEventBuilder about(LoggingEventBuilder line) {
        return line.addKeyValue("session", self)
                .addKeyValue("room", conversation.room().map(RoomId::value).orElse(""))
                .addKeyValue("peer", conversation.peer().map(PeerId::toHex).orElse(""));
    }

    /** The conversation's surroundings: this actor. */
    private final class Around implements Surroundings {
        private final ActorRef<Command> me;

        private Around(ActorRef<Command> me) {
            this.me = me;
        }

        @Override
        public long nowMs() {
            return context.nowMs().getAsLong();
        }

        @Override
        public long nowNanos() {
            return System.nanoTime();
        }

        @Override
        public void later(Consumer<Conversation> turn) {
            me.tell(new Later(turn));
        }

        @Override
        public void startTimer(SessionTimer timer, Duration after) {
            timers.startSingleTimer(timer, new Fired(timer), after);
        }

        @Override
        public void stopTimer(SessionTimer timer) {
            timers.cancel(timer);
        }

        @Override
        public void findRelay(RoomId of) {
            ActorRef<RelayDirectory.Found> found =
                    actor.messageAdapter(RelayDirectory.Found.class, answer -> new RelayFound(answer.relay()));
            context.relays().tell(new RelayDirectory.Find(of, found));
        }

        @Override
        public void verify(Effect.Verify verify) {
            long startedNanos = System.nanoTime();
            int nodes = verify.nodes().size();
            Verification.start(
                    verify.nodes(),
                    verify.only(),
                    context.signatures(),
                    checks.of(nodes),
                    context.cores(),
                    new Verification.Outcome(
                            candidates -> {
                                context.meters().verified(Duration.ofNanos(System.nanoTime() - startedNanos), nodes);
                                me.tell(new Told(new Input.Verified(verify.number(), candidates)));
                            },
                            why -> {
                                SyncFailure failure = Verification.failure(why);
                                if (failure instanceof SyncFailure.Internal) {
                                    about(LOG.atError().setMessage("verification failed"))
                                            .setCause(why)
                                            .log();
                                }
                                me.tell(new Told(new Input.Failed(failure)));
                            }));
        }

        @Override
        public void bug(String phase, String input, RuntimeException bug) {
            about(LOG.atError().setMessage("session step failed"))
                    .addKeyValue("phase", phase)
                    .addKeyValue("input", input)
                    .setCause(bug)
                    .log();
        }

        @Override
        public void relayLost() {
            about(LOG.atWarn().setMessage("relay stopped under a session")).log();
        }
    }
}
