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
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One session under way: feeds what happens to {@link Session#step} and has the effects performed in order. What its
 * actor would have to decide is decided here, so the simulator runs the same.
 *
 * <p>Of one thread. A bug in a step ends this one session with 1011.
 */
public final class Conversation {
    /** How long packs in flight may delay the end of a session when its member leaves. */
    private static final Duration LEAVE_GRACE = Duration.ofSeconds(3);

    /** A pack without an answer is held as it came and as nodes. */
    private static final int PACK_COPIES = 2;

    private final Commons commons;
    private final Surroundings around;
    private final SessionId self;
    private final String address;
    private final SocketDoor socket;
    private final Runnable greeted;
    private final RelayLine line;
    private final InboundBudget.Held inboundHeld;

    private SessionSheet sheet;
    private Phase phase;
    private Optional<RoomId> room;
    private Optional<PeerId> peer = Optional.empty();
    private Optional<CloseCode> closed = Optional.empty();
    private boolean reading;
    private ReadingPace pace;
    private boolean overflowed;
    private boolean leaving;
    private int submitsUnanswered;
    private boolean chunkAsked;
    private long helloAtNanos;

    /**
     * {@code room} is empty on the route that leaves it to hello. The session's place in the census is taken already;
     * {@code greeted} is run when a usable hello has come.
     */
    public Conversation(
            Commons commons,
            Surroundings around,
            SessionId self,
            String address,
            Optional<RoomId> room,
            SocketDoor socket,
            Runnable greeted) {
        this.commons = commons;
        this.around = around;
        this.self = self;
        this.address = address;
        this.room = room;
        this.socket = socket;
        this.greeted = greeted;
        this.pace = ReadingPace.rested(commons.pace(), around.nowMs());
        this.inboundHeld = commons.inbound().held();
        this.line = new RelayLine(around::findRelay);
    }

    /** The first call. */
    public void start() {
        commons.meters().opened();
        Step opening = Session.opening(new About(self, room, commons.server(), commons.settings()));
        phase = opening.next();
        sheet = new SessionSheet(self, address, around.nowMs(), socket, phase);
        commons.census().started(self, () -> around.later(Conversation::memberLeaves), sheet);
        opening.effects().forEach(this::perform);
        readIfWanted();
    }

    /** True once nothing that comes changes anything any more; {@link #over} is due. */
    public boolean ended() {
        return phase instanceof Phase.Closed;
    }

    public Phase phase() {
        return phase;
    }

    /** Empty until hello has named it. */
    public Optional<RoomId> room() {
        return room;
    }

    /** Empty until hello has named it. */
    public Optional<PeerId> peer() {
        return peer;
    }

    /** The last call, also after a bug of whoever runs this: gives back what the session held. */
    public void over() {
        inboundHeld.set(0);
        commons.chunks().giveBack(self);
        if (line.entered()) {
            line.leave();
        }
        socket.hangUp(CloseCode.INTERNAL_ERROR.number(), CloseCode.INTERNAL_ERROR.reason()); // Nothing, if closing.
        commons.census().leave(self);
        commons.meters().ended(closed, room, peer);
    }

    /** Something happened to the session. */
    public void told(Input input) {
        switch (input) {
            case Input.FromPeer(var message) -> {
                reading = false;
                pace = pace.after(message, around.nowMs());
                if (leaving) {
                    endIfLeft();
                    return; // Not acknowledged, so the peer sends it again elsewhere.
                }
                if (message instanceof FromPeer.Hello) {
                    helloAtNanos = around.nowNanos();
                }
            }
            case Input.Admitted(var number, var admission) ->
                sheet.admitted(admission.difference().strategy());
            case Input.Pulled(var number, var chunk) -> sheet.sent(chunk.nodes());
            case Input.Answered a -> submitsUnanswered = Math.max(0, submitsUnanswered - 1);
            case Input.Unanswered u -> submitsUnanswered = Math.max(0, submitsUnanswered - 1); // Of other requests too.
            case Input.NotAdmitted(var number, SyncFailure.Unauthorized(var text)) ->
                commons.meters().refused(text);
            case Input.NotAdmitted(var number, SyncFailure.TokenExpiredAtHello(var text)) ->
                commons.meters().refused(text);
            case Input.Failed(var why) -> commons.meters().failed(why, room);
            default -> {}
        }
        step(input);
        if (input instanceof Input.FromPeer(FromPeer.Pack pack) && phase instanceof Phase.Live && !reading) {
            socket.taken(); // The next message is not wanted yet, but this one is counted.
        }
        endIfLeft();
    }

    /** The room's relay on this member; it takes what waited. */
    public void relayFound(Consumer<Effect.ForRoom> relay) {
        line.found(relay);
    }

    /** The relay has stopped. */
    public void relayGone() {
        if (!line.left()) {
            around.relayLost();
            step(new Input.Failed(new SyncFailure.FeedLost(0)));
        }
    }

    /** This member leaves: reads no more, lets packs in flight be answered, then closes. */
    public void memberLeaves() {
        leaving = true;
        around.startTimer(SessionTimer.GRACE_OVER, LEAVE_GRACE);
        endIfLeft();
    }

    /** A timer has run out that was not stopped. */
    public void fired(SessionTimer timer) {
        switch (timer) {
            case SessionTimer.OfStep(var of, var number) -> step(new Input.TimerFired(of, number));
            case SessionTimer.ReadOn r -> socket.readNext();
            case SessionTimer.GraceOver g -> step(new Input.Failed(new SyncFailure.MemberLeaving()));
        }
        endIfLeft();
    }

    private void endIfLeft() {
        if (leaving && submitsUnanswered == 0 && !ended()) {
            step(new Input.Failed(new SyncFailure.MemberLeaving()));
        }
    }

    private void step(Input input) {
        if (ended()) {
            return;
        }
        Step step;
        try {
            step = Session.step(phase, input, around.nowMs());
        } catch (RuntimeException bug) {
            around.bug(phase.name(), input.getClass().getSimpleName(), bug);
            closeAfterBug(input);
            return;
        }
        around.stepped(phase, input, step.next());
        phase = step.next();
        sheet.at(phase);
        for (Effect effect : step.effects()) {
            perform(effect);
        }
        if (overflowed) {
            overflowed = false;
            SyncFailure why = new SyncFailure.PeerTooSlow(
                    commons.socket().queueMessages(), commons.socket().queueBytes());
            commons.meters().failed(why, room);
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
            commons.chunks().giveBack(self);
        }
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
        Duration delay = pace.delay(around.nowMs());
        if (delay.isZero()) {
            socket.readNext();
        } else {
            commons.meters().paced();
            around.startTimer(SessionTimer.READ_ON, delay);
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
            case Effect.Verify verify -> around.verify(verify);
            case Effect.DrawAllowance(var number, var nodes, var bytes) -> {
                boolean granted = room.isPresent()
                        && commons.allowances().draw(room.get(), address, nodes, bytes, around.nowMs());
                around.later(session -> session.told(new Input.AllowanceDrawn(number, granted)));
            }
            case Effect.StartTimer(var timer, var number, var after) ->
                around.startTimer(new SessionTimer.OfStep(timer, number), after);
            case Effect.StopTimer(var timer, var number) -> around.stopTimer(new SessionTimer.OfStep(timer, number));
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
            case ToPeer.Welcome w -> commons.meters().welcomed(Duration.ofNanos(around.nowNanos() - helloAtNanos));
            case ToPeer.Failure(var text, var fields)
            when fields.containsKey("required_capability") ->
                commons.meters().denied(fields.getOrDefault("command", ""), fields.get("required_capability"));
            default -> {}
        }
    }

    private void toRoom(Effect.ForRoom effect) {
        switch (effect) {
            case Effect.Enter enter -> {
                greeted.run();
                room = Optional.of(enter.room());
                peer = Optional.of(enter.peer());
                sheet.entered(enter);
                Optional<String> full = commons.census().enter(self, enter.room(), enter.peer());
                if (full.isPresent()) {
                    SyncFailure why = new SyncFailure.TooManySessions(full.get());
                    around.later(session -> session.told(new Input.Failed(why)));
                    return;
                }
            }
            case Effect.Submit submit -> submitsUnanswered++;
            case Effect.Resubscribe(var subscription) -> sheet.subscribed(subscription);
            case Effect.Pull pull -> {
                chunkAsked = true;
                commons.chunks().take(self, () -> around.later(session -> session.mayPull(pull)));
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

    /** It is this session's turn to ask for a chunk. */
    private void mayPull(Effect.Pull pull) {
        if (chunkAsked && !line.left()) {
            line.forward(pull, room);
        }
    }
}
