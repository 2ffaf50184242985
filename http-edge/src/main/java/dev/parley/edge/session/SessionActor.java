package dev.parley.edge.session;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.About;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.Phase;
import dev.parley.core.session.ReadingPace;
import dev.parley.core.session.Session;
import dev.parley.core.session.Step;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.MessageWriter;
import dev.parley.core.wire.ToPeer;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.SocketDoor;
import dev.parley.edge.socket.SocketEvents;
import dev.parley.persistence.relay.RelayDirectory;
import dev.parley.persistence.room.RelayMessage;
import java.time.Duration;
import java.util.Optional;
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

/**
 * One session: feeds what happens to {@link Session#step} and performs the effects in order.
 *
 * <p>A bug in a step ends this one session with 1011.
 */
public final class SessionActor {
    private static final Logger LOG = LoggerFactory.getLogger(SessionActor.class);

    /** How long packs in flight may delay the end of a session when its member leaves. */
    private static final Duration LEAVE_GRACE = Duration.ofSeconds(3);

    public sealed interface Command {}

    /** Something happened to the session. */
    record Told(Input input) implements Command {}

    private record RelayFound(ActorRef<RelayMessage> relay) implements Command {}

    private record RelayGone() implements Command {}

    /** This member leaves: read no more, let packs in flight be answered, then close. */
    public record MemberLeaves() implements Command {}

    private record GraceOver() implements Command {}

    /** It is this session's turn to ask for a chunk. */
    private record MayPull(Effect.Pull pull) implements Command {}

    /** The next message may be read. */
    private record ReadOn() implements Command {}

    /** A pack without an answer is held as it came and as nodes. */
    private static final int PACK_COPIES = 2;

    private record TimerKey(Effect.Timer timer, long number) {}

    private final ActorContext<Command> actor;
    private final TimerScheduler<Command> timers;
    private final SessionContext context;
    private final SessionId self;
    private final String address;
    private final SocketDoor socket;
    private final Runnable greeted;
    private final RelayLine line;

    private SessionSheet sheet;
    private Phase phase;
    private Optional<RoomId> room;
    private Optional<PeerId> peer = Optional.empty();
    private Optional<CloseCode> closed = Optional.empty();
    private final InboundBudget.Held inboundHeld;
    private final FairWorkers.Lane verifying;
    private boolean reading;
    private ReadingPace pace;
    private boolean overflowed;
    private boolean leaving;
    private int submitsUnanswered;
    private boolean chunkAsked;
    private long helloAtNanos;

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
        this.address = address;
        this.room = room;
        this.socket = socket;
        this.greeted = greeted;
        this.pace = ReadingPace.rested(context.pace(), context.nowMs().getAsLong());
        this.inboundHeld = context.shares().inbound().held();
        this.verifying = context.shares().verifiers().lane(self);
        ActorRef<Command> ref = actor.getSelf();
        this.line = new RelayLine(self, input -> ref.tell(new Told(input)), this::findRelay);
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
            return session.start();
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

    private Behavior<Command> start() {
        context.meters().opened();
        Step opening = Session.opening(new About(self, room, context.server(), context.settings()));
        phase = opening.next();
        sheet = new SessionSheet(self, address, context.nowMs().getAsLong(), socket, phase);
        context.census().started(self, actor.getSelf(), sheet);
        opening.effects().forEach(this::perform);
        readIfWanted();
        return Behaviors.receive((ctx, command) -> receive(command), (ctx, signal) -> receiveSignal(signal));
    }

    private Behavior<Command> receive(Command command) {
        switch (command) {
            case Told(var input) -> told(input);
            case RelayFound(var found) -> relayFound(found);
            case RelayGone() -> {
                if (!line.left()) {
                    about(LOG.atWarn().setMessage("relay stopped under a session"))
                            .log();
                    step(new Input.Failed(new SyncFailure.FeedLost(0)));
                }
            }
            case MemberLeaves() -> {
                leaving = true;
                timers.startSingleTimer(new GraceOver(), LEAVE_GRACE);
            }
            case MayPull(var pull) -> {
                if (chunkAsked && !line.left()) {
                    line.forward(pull, room);
                }
            }
            case GraceOver() -> step(new Input.Failed(new SyncFailure.MemberLeaving()));
            case ReadOn() -> socket.readNext();
        }
        if (leaving && submitsUnanswered == 0 && !(phase instanceof Phase.Closed)) {
            step(new Input.Failed(new SyncFailure.MemberLeaving()));
        }
        return phase instanceof Phase.Closed ? Behaviors.stopped() : Behaviors.same();
    }

    private Behavior<Command> receiveSignal(Signal signal) {
        if (signal instanceof PostStop) {
            inboundHeld.set(0);
            context.shares().chunks().giveBack(self);
            verifying.end();
            if (line.entered()) {
                line.leave();
            }
            socket.hangUp(CloseCode.INTERNAL_ERROR.number(), CloseCode.INTERNAL_ERROR.reason()); // Nothing, if closing.
            context.census().leave(self);
            context.meters().ended(closed, room, peer);
        }
        return Behaviors.same();
    }

    private void told(Input input) {
        switch (input) {
            case Input.FromPeer(var message) -> {
                reading = false;
                pace = pace.after(message, context.nowMs().getAsLong());
                if (leaving) {
                    return; // Not acknowledged, so the peer sends it again elsewhere.
                }
                if (message instanceof FromPeer.Hello) {
                    helloAtNanos = System.nanoTime();
                }
            }
            case Input.Admitted(var number, var admission) ->
                sheet.admitted(admission.difference().strategy());
            case Input.Pulled(var number, var chunk) -> sheet.sent(chunk.nodes());
            case Input.Answered a -> submitsUnanswered = Math.max(0, submitsUnanswered - 1);
            case Input.Unanswered u -> submitsUnanswered = Math.max(0, submitsUnanswered - 1); // Of other requests too.
            case Input.NotAdmitted(var number, SyncFailure.Unauthorized(var text)) ->
                context.meters().refused(text);
            case Input.NotAdmitted(var number, SyncFailure.TokenExpiredAtHello(var text)) ->
                context.meters().refused(text);
            case Input.Failed(var why) -> context.meters().failed(why, room);
            default -> {}
        }
        step(input);
        if (input instanceof Input.FromPeer(FromPeer.Pack pack) && phase instanceof Phase.Live && !reading) {
            socket.taken(); // The next message is not wanted yet, but this one is counted.
        }
    }

    private void step(Input input) {
        if (phase instanceof Phase.Closed) {
            return;
        }
        Step step;
        try {
            step = Session.step(phase, input, context.nowMs().getAsLong());
        } catch (RuntimeException bug) {
            about(LOG.atError().setMessage("session step failed"))
                    .addKeyValue("phase", phase.name())
                    .addKeyValue("input", input.getClass().getSimpleName())
                    .setCause(bug)
                    .log();
            closeAfterBug(input);
            return;
        }
        phase = step.next();
        sheet.at(phase);
        for (Effect effect : step.effects()) {
            perform(effect);
        }
        if (overflowed) {
            overflowed = false;
            SyncFailure why = new SyncFailure.PeerTooSlow(
                    context.socket().queueMessages(), context.socket().queueBytes());
            context.meters().failed(why, room);
            step(new Input.Failed(why));
        }
        account();
        readIfWanted();
    }

    /** Says what this session holds of what all share; before the next message is read. */
    private void account() {
        inboundHeld.set(PACK_COPIES * phase.packBytes());
        if (chunkAsked && !phase.chunkUnderWay()) {
            chunkAsked = false;
            context.shares().chunks().giveBack(self);
        }
    }

    /** Every line about a session names it, its room and its peer in the same words. */
    private LoggingEventBuilder about(LoggingEventBuilder line) {
        return line.addKeyValue("session", self)
                .addKeyValue("room", room.map(RoomId::value).orElse(""))
                .addKeyValue("peer", peer.map(PeerId::toHex).orElse(""));
    }

    private void closeAfterBug(Input input) {
        if (input instanceof Input.Failed(SyncFailure.Internal i)) {
            phase = new Phase.Closed(CloseCode.INTERNAL_ERROR); // The step that should end it failed too.
            return;
        }
        step(new Input.Failed(new SyncFailure.Internal("session step")));
    }

    private void readIfWanted() {
        if (reading || leaving || !phase.readsNext()) {
            return;
        }
        reading = true;
        Duration delay = pace.delay(context.nowMs().getAsLong());
        if (delay.isZero()) {
            socket.readNext();
        } else {
            context.meters().paced();
            timers.startSingleTimer(new ReadOn(), delay);
        }
    }

    private void perform(Effect effect) {
        switch (effect) {
            case Effect.Send(var message) -> {
                note(message);
                send(message);
            }
            case Effect.SendEncoded(var message) -> queued(socket.sendShared(message));
            case Effect.SendDroppable(var message, var key) -> socket.sendDroppable(message, key);
            case Effect.SendThenTell(var message) -> {
                note(message);
                socket.replyThenTell(MessageWriter.encode(message));
            }
            case Effect.HangUp(var code, var reason) -> {
                closed = Optional.of(code);
                socket.hangUp(code.number(), reason);
            }
            case Effect.Verify verify -> verify(verify);
            case Effect.DrawAllowance(var number, var nodes, var bytes) -> {
                boolean granted = room.isPresent()
                        && context.allowances()
                                .draw(
                                        room.get(),
                                        address,
                                        nodes,
                                        bytes,
                                        context.nowMs().getAsLong());
                actor.getSelf().tell(new Told(new Input.AllowanceDrawn(number, granted)));
            }
            case Effect.StartTimer(var timer, var number, var after) -> startTimer(timer, number, after);
            case Effect.StopTimer(var timer, var number) -> timers.cancel(new TimerKey(timer, number));
            case Effect.ForRoom forRoom -> toRoom(forRoom);
        }
    }

    /** Who comes and goes is news of the room; all else that is not shared answers this peer. */
    private void send(ToPeer message) {
        switch (message) {
            case ToPeer.PeerJoined joined -> queued(socket.send(MessageWriter.encode(joined)));
            case ToPeer.PeerLeft gone -> queued(socket.send(MessageWriter.encode(gone)));
            default -> socket.reply(MessageWriter.encode(message));
        }
    }

    private void queued(boolean taken) {
        overflowed |= !taken;
    }

    private void note(ToPeer message) {
        switch (message) {
            case ToPeer.Welcome w -> context.meters().welcomed(Duration.ofNanos(System.nanoTime() - helloAtNanos));
            case ToPeer.Failure(var text, var fields)
            when fields.containsKey("required_capability") ->
                context.meters().denied(fields.getOrDefault("command", ""), fields.get("required_capability"));
            default -> {}
        }
    }

    private void startTimer(Effect.Timer timer, long number, Duration after) {
        timers.startSingleTimer(new TimerKey(timer, number), new Told(new Input.TimerFired(timer, number)), after);
    }

    private void verify(Effect.Verify verify) {
        ActorRef<Command> me = actor.getSelf();
        long startedNanos = System.nanoTime();
        int nodes = verify.nodes().size();
        Verification.start(
                verify.nodes(),
                verify.only(),
                context.signatures(),
                verifying,
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

    private void toRoom(Effect.ForRoom effect) {
        switch (effect) {
            case Effect.Enter enter -> {
                greeted.run();
                room = Optional.of(enter.room());
                peer = Optional.of(enter.peer());
                sheet.entered(enter);
                Optional<String> full = context.census().enter(self, enter.room(), enter.peer());
                if (full.isPresent()) {
                    actor.getSelf().tell(new Told(new Input.Failed(new SyncFailure.TooManySessions(full.get()))));
                    return;
                }
            }
            case Effect.Submit submit -> submitsUnanswered++;
            case Effect.Resubscribe(var subscription) -> sheet.subscribed(subscription);
            case Effect.Pull pull -> {
                chunkAsked = true;
                ActorRef<Command> me = actor.getSelf();
                context.shares().chunks().take(self, () -> me.tell(new MayPull(pull)));
                return;
            }
            case Effect.Leave leave -> {
                line.leave();
                return;
            }
            default -> {}
        }
        line.forward(effect, room);
    }

    private void findRelay(RoomId of) {
        ActorRef<RelayDirectory.Found> found =
                actor.messageAdapter(RelayDirectory.Found.class, answer -> new RelayFound(answer.relay()));
        context.relays().tell(new RelayDirectory.Find(of, found));
    }

    private void relayFound(ActorRef<RelayMessage> found) {
        actor.watchWith(found, new RelayGone());
        line.found(found);
    }
}
