package dev.parley.edge.socket;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * One WebSocket connection after the upgrade, from the bytes of the network to a session and back.
 *
 * <p>Inbound: a message is read only when the session asks for one; it is decoded on {@code decoders}, and nothing more is
 * read until then. A peer counts as dead after long silence, measured only while we are reading.
 * Outbound: control frames first, then the bounded queue, then the close frame. A message that the network does not
 * take within the send timeout is a stall.
 *
 * <p>One stage does it all, because each further one costs heap on every idle connection.
 */
final class SocketStage extends GraphStage<FlowShape<ByteString, ByteString>> {
    private final Inlet<ByteString> in = Inlet.create("socket.in");
    private final Outlet<ByteString> out = Outlet.create("socket.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final SocketSettings settings;
    private final SharedFrames sharedFrames;
    private final OpenSockets openSockets;
    private final Executor decoders;
    private final SessionSockets.MessageDecoder decoder;
    private final Function<SocketDoor, SocketEvents> connect;

    /** {@code connect} starts the session of a connection that opens. */
    SocketStage(
            SocketSettings settings,
            SharedFrames sharedFrames,
            OpenSockets openSockets,
            Executor decoders,
            SessionSockets.MessageDecoder decoder,
            Function<SocketDoor, SocketEvents> connect) {
        this.settings = settings;
        this.sharedFrames = sharedFrames;
        this.openSockets = openSockets;
        this.decoders = decoders;
        this.decoder = decoder;
        this.connect = connect;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Connection();
    }

    /** What a session wants of the connection, from another thread. */
    private sealed interface Wish {
        record ReadNext() implements Wish {}

        record LookAtQueue() implements Wish {}

        record TellWhenDrained() implements Wish {}

        record HangUp(int code, String reason) implements Wish {}
    }

    private enum Timer {
        /** Half a ping interval has passed. */
        PULSE,
        /** The message being sent should have been taken by now. */
        SEND,
        /** What waits before the close frame has had its time. */
        FLUSH,
        /** The peer has had its time to take and answer the close frame. */
        CLOSE
    }

    private enum State {
        OPEN,
        /** A close frame is to go out after the queue. */
        FLUSHING,
        /** Our close frame is out; we wait for the peer's. */
        CLOSING,
        OVER
    }

    private static final Wish.ReadNext READ_NEXT = new Wish.ReadNext();
    private static final Wish.LookAtQueue LOOK_AT_QUEUE = new Wish.LookAtQueue();
    private static final Wish.TellWhenDrained TELL_WHEN_DRAINED = new Wish.TellWhenDrained();

    private final class Connection extends TimerGraphStageLogic {
        private final FrameReader reader = new FrameReader(settings.maxMessageBytes());
        private final Outbox outbox = new Outbox(settings.queueMessages(), settings.queueBytes());
        private final AsyncCallback<Wish> wishes = createAsyncCallback(this::onWish);
        private SocketEvents session;
        private State state = State.OPEN;

        private boolean wanted; // The session waits for a message.
        private boolean unreadable; // What comes is no longer understood, or no longer matters.
        private boolean peerClosed;
        private boolean toldGone;
        private long pulledAtNanos; // Since when we wait for the peer.

        private ByteString pong; // Only the newest ping is answered (RFC 6455 §5.5.3).
        private boolean pingDue;
        private boolean pulseOdd;
        private boolean tellDrained;
        private Wish.HangUp farewell;
        private boolean sending;
        private long sentAtNanos;
        private boolean sendTimerSet;

        private Connection() {
            super(shape);
            var handler = new AbstractInOutHandler() {
                @Override
                public void onPush() {
                    arrived();
                }

                @Override
                public void onUpstreamFinish() {
                    over();
                    completeStage();
                }

                @Override
                public void onUpstreamFailure(Throwable cause) {
                    over();
                    completeStage();
                }

                @Override
                public void onPull() {
                    sending = false;
                    send();
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    over();
                    completeStage();
                }
            };
            setHandler(in, handler);
            setHandler(out, handler);
        }

        @Override
        public void preStart() {
            openSockets.opened();
            session = connect.apply(new Door(wishes, outbox, sharedFrames));
            Duration half = settings.pingInterval().dividedBy(2);
            scheduleAtFixedRate(Timer.PULSE, half, half);
        }

        @Override
        public void postStop() {
            openSockets.closed();
            over();
        }

        private void onWish(Wish wish) {
            switch (wish) {
                case Wish.ReadNext r -> {
                    wanted = true;
                    read();
                }
                case Wish.LookAtQueue l -> send();
                case Wish.TellWhenDrained t -> {
                    tellDrained = true;
                    send();
                }
                case Wish.HangUp hangUp -> hangUp(hangUp);
            }
        }

        private void arrived() {
            ByteString bytes = grab(in);
            if (!unreadable) {
                reader.offer(bytes);
            }
            read();
        }

        /** Takes what has arrived as far as it is wanted; asks for more when there is nothing left. */
        private void read() {
            // Once the close is decided nobody wants messages, but the peer's close frame may stand behind some.
            while ((wanted && !outbox.crowded() || state != State.OPEN) && state != State.OVER) {
                Arrived next = unreadable ? null : reader.next();
                if (next == null) {
                    if (!hasBeenPulled(in) && !isClosed(in) && !isAvailable(in)) {
                        pulledAtNanos = System.nanoTime();
                        pull(in);
                    }
                    return;
                }
                take(next);
            }
        }

        private void take(Arrived arrived) {
            switch (arrived) {
                case Arrived.Text(var bytes, var lengthBytes) -> {
                    if (state == State.OPEN) {
                        wanted = false;
                        decode(bytes, lengthBytes);
                    }
                }
                case Arrived.Binary b -> deliver(new FromPeer.Binary());
                case Arrived.TooLarge t -> deliver(new FromPeer.TooLarge(settings.maxMessageBytes()));
                case Arrived.FarTooLarge f -> {
                    unreadable = true;
                    session.failed(new SyncFailure.MessageFarTooLarge(settings.maxMessageBytes()));
                }
                case Arrived.Ping(var payload) -> {
                    pong = payload;
                    send();
                }
                case Arrived.Pong p -> {}
                case Arrived.Close(var code) -> {
                    peerClosed = true;
                    unreadable = true;
                    outbox.shut(); // RFC 6455 §5.5.1: the answer goes out as soon as possible.
                    gone();
                    hangUp(new Wish.HangUp(Frames.answerTo(code), ""));
                    send(); // If this answers our close frame, it was all we waited for.
                }
                case Arrived.Violation(var what) -> {
                    unreadable = true;
                    outbox.shut();
                    gone();
                    hangUp(new Wish.HangUp(PROTOCOL_ERROR, what));
                }
            }
        }

        private void deliver(FromPeer message) {
            if (state == State.OPEN) {
                wanted = false;
                session.message(message);
            }
        }

        private void decode(byte[] bytes, int lengthBytes) {
            SocketEvents to = session;
            try {
                decoders.execute(() -> {
                    FromPeer message;
                    try {
                        message = decoder.read(bytes, 0, lengthBytes);
                    } catch (RuntimeException bug) {
                        to.failed(new SyncFailure.Internal("message decoder: " + bug));
                        return;
                    }
                    to.message(message);
                });
            } catch (RejectedExecutionException full) {
                to.failed(new SyncFailure.TooManySessions("server is overloaded, try again"));
            }
        }

        private void send() {
            if (!isAvailable(out) || state == State.OVER) {
                return;
            }
            if (state == State.CLOSING) {
                if (peerClosed) {
                    over();
                    completeStage();
                }
                return;
            }
            if (pong != null) {
                ByteString frame = Frames.pong(pong);
                pong = null;
                give(frame);
                return;
            }
            if (pingDue) {
                pingDue = false;
                give(Frames.ping());
                return;
            }
            SharedFrames.Shared next = outbox.poll();
            if (next != null) {
                give(next.frame());
                if (wanted && state == State.OPEN) {
                    read(); // It may have waited for this reply to go.
                }
            } else if (state == State.FLUSHING) {
                state = State.CLOSING;
                cancelTimer(Timer.FLUSH);
                scheduleOnce(Timer.CLOSE, settings.closeTimeout());
                push(out, Frames.close(farewell.code(), farewell.reason()));
                read();
            } else if (tellDrained) {
                tellDrained = false;
                session.drained();
            }
        }

        private void give(ByteString frame) {
            sending = true;
            sentAtNanos = System.nanoTime();
            // One timer at a time, set again when it fires early: far fewer than one a message.
            if (!sendTimerSet) {
                sendTimerSet = true;
                scheduleOnce(Timer.SEND, settings.sendTimeout());
            }
            push(out, frame);
        }

        private void hangUp(Wish.HangUp wish) {
            if (state != State.OPEN) {
                return;
            }
            if (wish.code() == CloseCode.DROPPED.number()) {
                over();
                completeStage();
                return;
            }
            state = State.FLUSHING;
            farewell = wish;
            if (outbox.messagesQueued() > 0) {
                scheduleOnce(Timer.FLUSH, settings.sendTimeout());
            } else {
                scheduleOnce(Timer.CLOSE, settings.closeTimeout());
            }
            send();
            read();
        }

        @Override
        public void onTimer(Object key) {
            switch ((Timer) key) {
                case PULSE -> pulse();
                case SEND -> {
                    sendTimerSet = false;
                    checkStall();
                }
                case FLUSH -> {
                    outbox.shut();
                    scheduleOnce(Timer.CLOSE, settings.closeTimeout());
                    send();
                }
                case CLOSE -> drop();
            }
        }

        private void pulse() {
            pulseOdd = !pulseOdd;
            if (state != State.OPEN) {
                return;
            }
            boolean reading = hasBeenPulled(in) && !isClosed(in);
            if (reading
                    && System.nanoTime() - pulledAtNanos
                            >= settings.silenceMax().toNanos()) {
                outbox.shut();
                session.failed(new SyncFailure.PeerDead());
            } else if (!pulseOdd) {
                pingDue = true;
                send();
            }
        }

        private void checkStall() {
            if (!sending || state == State.OVER) {
                return;
            }
            long leftNanos = settings.sendTimeout().toNanos() - (System.nanoTime() - sentAtNanos);
            if (leftNanos > 0) {
                sendTimerSet = true;
                scheduleOnce(Timer.SEND, Duration.ofNanos(leftNanos));
            } else if (state == State.OPEN) {
                outbox.shut();
                session.failed(new SyncFailure.SendStalled(settings.sendTimeout()));
            }
        }

        /** Ends a connection whose peer does not take or answer our close frame: the network's buffers are discarded. */
        private void drop() {
            over();
            failStage(ABANDONED);
        }

        private void over() {
            state = State.OVER;
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

    private static final int PROTOCOL_ERROR = 1002;

    /** Resets the TCP connection; shared, because nobody looks at its stack. */
    private static final Exception ABANDONED = new Abandoned();

    private static final class Abandoned extends Exception {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("the peer did not answer the close frame", null, false, false);
        }
    }

    private record Door(AsyncCallback<Wish> wishes, Outbox outbox, SharedFrames sharedFrames) implements SocketDoor {
        @Override
        public void reply(Encoded message) {
            queued(outbox.reply(alone(message)));
        }

        @Override
        public boolean send(Encoded message) {
            return queued(outbox.offer(alone(message)));
        }

        @Override
        public boolean sendShared(Encoded message) {
            return queued(outbox.offer(sharedFrames.of(message)));
        }

        @Override
        public void replyThenTell(Encoded message) {
            reply(message);
            wishes.invoke(TELL_WHEN_DRAINED);
        }

        @Override
        public void readNext() {
            wishes.invoke(READ_NEXT);
        }

        @Override
        public void hangUp(int code, String reason) {
            wishes.invoke(new Wish.HangUp(code, reason));
        }

        private static SharedFrames.Shared alone(Encoded message) {
            return new SharedFrames.Shared(message, Frames.text(message));
        }

        private boolean queued(Outbox.Offered offered) {
            return switch (offered) {
                case QUEUED -> true;
                case QUEUED_WAKE -> {
                    wishes.invoke(LOOK_AT_QUEUE);
                    yield true;
                }
                case FULL -> false;
            };
        }
    }
}
