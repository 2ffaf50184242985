package dev.parley.edge.socket;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.FromPeer;
import java.time.Duration;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;

/**
 * One connection, from the bytes of the network to a session and back. What is under it is a {@link Wire}, so the
 * simulator runs the same.
 *
 * <p>Inbound: a message is read only when the session asks for one; it is decoded on the decoders' threads, and nothing more
 * is read until then. A peer counts as dead after long silence, measured only while we are reading.
 * Outbound: control frames first, then the bounded queue, then the close frame. A message that the network does not
 * take within the send timeout is a stall.
 */
public final class Connection {
    /** Of each there is one at most. */
    public enum Timer {
        /** Half a ping interval has passed. */
        PULSE,
        /** The message being sent should have been taken by now. */
        SEND,
        /** What waits before the close frame has had its time. */
        FLUSH,
        /** The peer has had its time to take and answer the close frame. */
        CLOSE,
        /** The member should have had space for the next message by now. */
        SPACE
    }

    private enum State {
        OPEN,
        /** A close frame is to go out after the queue. */
        FLUSHING,
        /** Our close frame is out; we wait for the peer's. */
        CLOSING,
        OVER
    }

    private final Wire wire;
    private final SocketStage.Shared shared;
    private final SocketSettings settings;
    private final Function<SocketDoor, SocketEvents> connect;
    private final Arrivals arrivals;
    private final Outbox outbox;
    private final Departures departures;
    private SocketEvents session;
    private State state = State.OPEN;

    private boolean wanted; // The session waits for a message.
    private boolean peerClosed;
    private boolean toldGone;
    private long pulledAtNanos; // Since when we wait for the peer.

    private boolean pulseOdd;
    private boolean tellDrained;
    private Wish.HangUp farewell;
    private boolean sendTimerSet;
    private boolean waitsForSpace; // Its timer runs.
    private boolean waitedForSpace;

    Connection(Wire wire, SocketStage.Shared shared, Function<SocketDoor, SocketEvents> connect) {
        this.wire = wire;
        this.shared = shared;
        this.settings = shared.settings();
        this.connect = connect;
        this.arrivals = new Arrivals(shared, wire::later);
        this.outbox = new Outbox(
                settings.queueMessages(),
                settings.queueBytes(),
                shared.shares().outbound(),
                () -> wire.later(Wish.FELL_BEHIND));
        this.departures = new Departures(outbox);
    }

    /** The first call: the session starts. */
    public void start() {
        shared.openSockets().opened();
        session = connect.apply(new QueueingDoor(
                wire::later, outbox, shared.frames(), shared.shares().outbound()));
        wire.repeat(Timer.PULSE, settings.pingInterval().dividedBy(2));
    }

    /** The last call. */
    public void stopped() {
        shared.openSockets().closed();
        over();
    }

    /** The network brings what {@link Wire#ask} asked for. */
    public void arrived(ByteString bytes) {
        arrivals.offer(bytes);
        read();
    }

    /** The network has taken what it had and takes more. */
    public void taken() {
        departures.taken();
        send();
    }

    /** What {@link Wire#later} was given. */
    public void on(Wish wish) {
        switch (wish) {
            case Wish.ReadNext r -> {
                arrivals.taken();
                wanted = true;
                read();
            }
            case Wish.Taken t -> arrivals.taken();
            case Wish.ReadOn r -> readOn();
            case Wish.EndMessage e -> {
                if (arrivals.underWay()) { // It may have ended meanwhile.
                    overloaded();
                }
            }
            case Wish.FellBehind f ->
                session.failed(new SyncFailure.PeerTooSlow(settings.queueMessages(), settings.queueBytes()));
            case Wish.LookAtQueue l -> send();
            case Wish.TellWhenDrained t -> {
                tellDrained = true;
                send();
            }
            case Wish.HangUp hangUp -> hangUp(hangUp);
            case Wish.GiveUp(var code, var what) -> giveUp(code, what);
        }
    }

    /** Takes what has arrived as far as it is wanted; asks for more when there is nothing left. */
    private void read() {
        // Once the close is decided nobody wants messages, but the peer's close frame may stand behind some.
        while ((wanted && !outbox.crowded() || state != State.OPEN) && state != State.OVER) {
            Arrived next = arrivals.next();
            if (next == null) {
                if (wire.mayAsk() && maySpend()) {
                    pulledAtNanos = wire.nowNanos();
                    wire.ask();
                }
                return;
            }
            take(next);
        }
    }

    /** True if this member has space for more of what comes; if not, the budget says when. */
    private boolean maySpend() {
        if (state != State.OPEN || arrivals.maySpend(wire.nowNanos())) {
            if (waitsForSpace) {
                waitsForSpace = false;
                wire.cancel(Timer.SPACE); // A wait to come has its own time.
            }
            return true;
        }
        if (!waitsForSpace) {
            waitsForSpace = true;
            waitedForSpace = false;
            wire.start(Timer.SPACE, shared.shares().inbound().waitMax());
        }
        return false;
    }

    /** There is space; if replies have to leave first, somebody else may have it. */
    private void readOn() {
        if (state == State.OPEN && outbox.crowded()) {
            arrivals.passOn();
        }
        read();
    }

    /** Space was waited for: once, somebody else is asked to end; the second time this one does. */
    private void spaceTimeOver() {
        if (!arrivals.waiting() || state != State.OPEN) {
            waitsForSpace = false;
            return;
        }
        boolean relieved = arrivals.askRelief(wire.nowNanos());
        if (waitedForSpace && !relieved) {
            overloaded();
        } else {
            waitedForSpace = true;
            wire.start(Timer.SPACE, shared.shares().inbound().waitMax());
        }
    }

    private void overloaded() {
        arrivals.ignoreAll();
        arrivals.abandon();
        session.failed(new SyncFailure.TooManySessions(Arrivals.OVERLOADED));
    }

    private void take(Arrived arrived) {
        switch (arrived) {
            case Arrived.Text text -> {
                if (state == State.OPEN) {
                    wanted = false;
                    arrivals.decode(text, session);
                }
            }
            case Arrived.Binary b -> deliver(new FromPeer.Binary());
            case Arrived.TooLarge t -> deliver(new FromPeer.TooLarge(settings.maxMessageBytes()));
            case Arrived.FarTooLarge f -> {
                arrivals.ignoreAll();
                session.failed(new SyncFailure.MessageFarTooLarge(settings.maxMessageBytes()));
            }
            case Arrived.Ping(var payload) -> {
                departures.answer(payload);
                send();
            }
            case Arrived.Pong p -> {}
            case Arrived.Close(var code) -> {
                peerClosed = true;
                arrivals.ignoreAll();
                outbox.shut(); // RFC 6455 §5.5.1: the answer goes out as soon as possible.
                gone();
                hangUp(new Wish.HangUp(Frames.answerTo(code), ""));
                send(); // If this answers our close frame, it was all we waited for.
            }
            case Arrived.Violation(var code, var what) -> giveUp(code, what);
        }
    }

    private void giveUp(int code, String what) {
        arrivals.ignoreAll();
        outbox.shut();
        gone();
        hangUp(new Wish.HangUp(code, what));
    }

    private void deliver(FromPeer message) {
        if (state == State.OPEN) {
            wanted = false;
            session.message(message);
        }
    }

    private void send() {
        if (!wire.mayGive() || state == State.OVER) {
            return;
        }
        if (state == State.CLOSING) {
            if (peerClosed) {
                end();
            }
            return;
        }
        ByteString control = departures.nextControl();
        if (control != null) {
            give(control);
            return;
        }
        ByteString next = departures.nextQueued();
        if (next != null) {
            give(next);
            if (wanted && state == State.OPEN) {
                read(); // It may have waited for this reply to go.
            }
        } else if (state == State.FLUSHING) {
            state = State.CLOSING;
            wire.cancel(Timer.FLUSH);
            wire.start(Timer.CLOSE, settings.closeTimeout());
            wire.give(Frames.close(farewell.code(), farewell.reason()));
            read();
        } else if (tellDrained) {
            tellDrained = false;
            session.drained();
        }
    }

    private void give(ByteString frame) {
        departures.left(wire.nowNanos());
        // One timer at a time, set again when it fires early: far fewer than one a message.
        if (!sendTimerSet) {
            sendTimerSet = true;
            wire.start(Timer.SEND, settings.sendTimeout());
        }
        wire.give(frame);
    }

    private void hangUp(Wish.HangUp wish) {
        if (state != State.OPEN) {
            return;
        }
        if (wish.code() == CloseCode.DROPPED.number()) {
            end();
            return;
        }
        state = State.FLUSHING;
        arrivals.abandon(); // What comes before the peer's close frame is not held any more.
        farewell = wish;
        if (outbox.messagesQueued() > 0) {
            wire.start(Timer.FLUSH, settings.sendTimeout());
        } else {
            wire.start(Timer.CLOSE, settings.closeTimeout());
        }
        send();
        read();
    }

    /** A timer has run out. */
    public void fired(Timer timer) {
        switch (timer) {
            case PULSE -> pulse();
            case SEND -> {
                sendTimerSet = false;
                checkStall();
            }
            case FLUSH -> {
                outbox.shut();
                wire.start(Timer.CLOSE, settings.closeTimeout());
                send();
            }
            case CLOSE -> drop();
            case SPACE -> spaceTimeOver();
        }
    }

    private void pulse() {
        pulseOdd = !pulseOdd;
        if (state != State.OPEN) {
            return;
        }
        if (wire.asking()
                && wire.nowNanos() - pulledAtNanos >= settings.silenceMax().toNanos()) {
            outbox.shut();
            session.failed(new SyncFailure.PeerDead());
        } else if (!pulseOdd) {
            departures.ping();
            send();
        }
    }

    private void checkStall() {
        Duration left = departures.timeLeft(settings.sendTimeout(), wire.nowNanos());
        if (left == null || state == State.OVER) {
            return;
        }
        if (left.isPositive()) {
            sendTimerSet = true;
            wire.start(Timer.SEND, left);
        } else if (state == State.OPEN) {
            outbox.shut();
            session.failed(new SyncFailure.SendStalled(settings.sendTimeout()));
        }
    }

    /** The network has ended, at either side. */
    public void end() {
        over();
        wire.end();
    }

    /** Ends a connection whose peer does not take or answer our close frame: the network's buffers are discarded. */
    private void drop() {
        over();
        wire.reset();
    }

    private void over() {
        state = State.OVER;
        arrivals.release();
        outbox.shut();
        gone();
    }

    private void gone() {
        if (!toldGone && session != null) {
            toldGone = true;
            session.gone();
        }
    }
}
