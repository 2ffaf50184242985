package dev.parley.edge.socket;

import dev.parley.core.wire.FromPeer;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.javadsl.Flow;

/** Opens the WebSockets of one member. Text messages are decoded on {@code decoders}, a bounded executor. */
public final class SessionSockets {
    private final SocketSettings settings;
    private final Executor decoders;
    private final MessageDecoder decoder;
    private final SharedFrames sharedFrames = new SharedFrames();
    private final OpenSockets openSockets = new OpenSockets();

    /** Reads one text message. Total: any bytes give a value. */
    @FunctionalInterface
    public interface MessageDecoder {
        FromPeer read(byte[] utf8, int offset, int lengthBytes);
    }

    public SessionSockets(SocketSettings settings, Executor decoders, MessageDecoder decoder) {
        this.settings = settings;
        this.decoders = decoders;
        this.decoder = decoder;
    }

    /** The connections opened here that have not ended. */
    public OpenSockets openSockets() {
        return openSockets;
    }

    /** The response that opens the socket; {@code connect} then starts its session, on the connection's thread. */
    public HttpResponse open(WebSocketUpgrade upgrade, Function<SocketDoor, SocketEvents> connect) {
        SocketStage stage = new SocketStage(settings, sharedFrames, openSockets, decoders, decoder, connect);
        return UpgradeResponse.accept(upgrade, Flow.fromGraph(stage));
    }
}
