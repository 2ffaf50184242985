package dev.parley.edge.socket;

import java.time.Duration;
import java.util.function.Function;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/** The logic of one connection's stage: its {@link Connection}, with a stream as its wire. */
final class SocketConnection extends TimerGraphStageLogic implements Wire {
    /** Resets the TCP connection; shared, because nobody looks at its stack. */
    private static final Exception ABANDONED = new Abandoned();

    private static final class Abandoned extends Exception {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super("the peer did not answer the close frame", null, false, false);
        }
    }

    private final Inlet<ByteString> in;
    private final Outlet<ByteString> out;
    private final Connection connection;
    private final AsyncCallback<Wish> wishes;

    SocketConnection(
            FlowShape<ByteString, ByteString> shape,
            SocketStage.Shared shared,
            Function<SocketDoor, SocketEvents> connect) {
        super(shape);
        this.in = shape.in();
        this.out = shape.out();
        this.connection = new Connection(this, shared, connect);
        this.wishes = createAsyncCallback(connection::on);
        var handler = new AbstractInOutHandler() {
            @Override
            public void onPush() {
                connection.arrived(grab(in));
            }

            @Override
            public void onUpstreamFinish() {
                connection.end();
            }

            @Override
            public void onUpstreamFailure(Throwable cause) {
                connection.end();
            }

            @Override
            public void onPull() {
                connection.taken();
            }

            @Override
            public void onDownstreamFinish(Throwable cause) {
                connection.end();
            }
        };
        setHandler(in, handler);
        setHandler(out, handler);
    }

    @Override
    public void preStart() {
        connection.start();
    }

    @Override
    public void postStop() {
        connection.stopped();
    }

    @Override
    public void onTimer(Object key) {
        connection.fired((Connection.Timer) key);
    }

    @Override
    public long nowNanos() {
        return System.nanoTime();
    }

    @Override
    public void later(Wish wish) {
        wishes.invoke(wish);
    }

    @Override
    public void start(Connection.Timer timer, Duration after) {
        scheduleOnce(timer, after);
    }

    @Override
    public void repeat(Connection.Timer timer, Duration every) {
        scheduleAtFixedRate(timer, every, every);
    }

    @Override
    public void cancel(Connection.Timer timer) {
        cancelTimer(timer);
    }

    @Override
    public boolean mayAsk() {
        return !hasBeenPulled(in) && !isClosed(in) && !isAvailable(in);
    }

    @Override
    public void ask() {
        pull(in);
    }

    @Override
    public boolean asking() {
        return hasBeenPulled(in) && !isClosed(in);
    }

    @Override
    public boolean mayGive() {
        return isAvailable(out);
    }

    @Override
    public void give(ByteString frame) {
        push(out, frame);
    }

    @Override
    public void end() {
        completeStage();
    }

    @Override
    public void reset() {
        failStage(ABANDONED);
    }
}
