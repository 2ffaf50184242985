package dev.parley.edge.socket;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * Stands between the network and the HTTP layer of one public connection until it is a WebSocket: bounds how long that takes
 * and how many bytes, whatever pace they come at. Afterwards it only passes bytes on.
 *
 * <p>Why: the HTTP layer's own time-out starts anew with every byte, and what it gathers of a request's head is bounded line
 * by line, to half a megabyte in all.
 */
final class Doorstep extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private static final ByteString UPGRADED = ByteString.fromString("HTTP/1.1 101");
    private static final ByteString TOO_LATE = refusal("408 Request Timeout");
    private static final ByteString TOO_LONG = refusal("431 Request Header Fields Too Large");
    private static final String DEADLINE = "deadline";

    private final Inlet<ByteString> fromHttp = Inlet.create("doorstep.fromHttp");
    private final Outlet<ByteString> toNetwork = Outlet.create("doorstep.toNetwork");
    private final Inlet<ByteString> fromNetwork = Inlet.create("doorstep.fromNetwork");
    private final Outlet<ByteString> toHttp = Outlet.create("doorstep.toHttp");
    private final BidiShape<ByteString, ByteString, ByteString, ByteString> shape =
            BidiShape.of(fromHttp, toNetwork, fromNetwork, toHttp);

    private final Visitor visitor;
    private final Duration within;
    private final long bytesMax;

    /** Learns of the connection when it starts and when it ends. */
    interface Visitor {
        /** {@code drop} ends the connection at once, from any thread. */
        void came(Runnable drop);

        void went();
    }

    /** {@code within} bounds the time up to the upgrade, {@code bytesMax} what the peer sends for it. */
    Doorstep(Visitor visitor, Duration within, long bytesMax) {
        this.visitor = visitor;
        this.within = within;
        this.bytesMax = bytesMax;
    }

    private static ByteString refusal(String status) {
        return ByteString.fromArrayUnsafe(("HTTP/1.1 " + status + "\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private final class Logic extends TimerGraphStageLogic {
        private final AsyncCallback<Doorstep> drops = createAsyncCallback(any -> failStage(DROPPED));
        private boolean upgraded;
        private boolean answered;
        private long bytesArrived;

        private Logic() {
            super(shape);
            setHandler(fromHttp, new AbstractInHandler() {
                @Override
                public void onPush() {
                    leave(grab(fromHttp));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toNetwork);
                }
            });
            setHandler(toNetwork, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(fromHttp);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(fromHttp, cause);
                }
            });
            setHandler(fromNetwork, new AbstractInHandler() {
                @Override
                public void onPush() {
                    enter(grab(fromNetwork));
                }

                @Override
                public void onUpstreamFinish() {
                    complete(toHttp);
                }
            });
            setHandler(toHttp, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(fromNetwork);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(fromNetwork, cause);
                }
            });
        }

        @Override
        public void preStart() {
            visitor.came(() -> drops.invoke(Doorstep.this));
            scheduleOnce(DEADLINE, within);
        }

        @Override
        public void postStop() {
            visitor.went();
        }

        private void leave(ByteString bytes) {
            if (!upgraded) {
                answered = true;
                if (bytes.startsWith(UPGRADED, 0)) {
                    upgraded = true;
                    cancelTimer(DEADLINE);
                }
            }
            push(toNetwork, bytes);
        }

        private void enter(ByteString bytes) {
            if (!upgraded) {
                bytesArrived += bytes.size();
                if (bytesArrived > bytesMax) {
                    refuse(TOO_LONG);
                    return;
                }
            }
            push(toHttp, bytes);
        }

        @Override
        public void onTimer(Object key) {
            refuse(TOO_LATE);
        }

        private void refuse(ByteString answer) {
            if (!answered && isAvailable(toNetwork)) {
                push(toNetwork, answer);
            }
            completeStage();
        }
    }

    /** Resets the TCP connection; shared, because nobody looks at its stack. */
    private static final Exception DROPPED = new Dropped();

    private static final class Dropped extends Exception {
        private static final long serialVersionUID = 1L;

        Dropped() {
            super("another connection needs the place", null, false, false);
        }
    }
}
