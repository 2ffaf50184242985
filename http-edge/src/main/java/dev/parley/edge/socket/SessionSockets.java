package dev.parley.edge.socket;

import dev.parley.core.wire.FromPeer;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.javadsl.Flow;

/** Opens the WebSockets of one member. */
public final class SessionSockets {
    private final SocketStage.Shared shared;

    /** Reads one text message. Total: any bytes give a value. */
    @FunctionalInterface
    public interface MessageDecoder {
        FromPeer read(byte[] utf8, int offset, int lengthBytes);
    }

    public SessionSockets(SocketSettings settings, SocketShares shares, MessageDecoder decoder) {
        this.shared = new SocketStage.Shared(settings, new SharedFrames(), new OpenSockets(), shares, decoder);
    }

    /** The connections opened here that have not ended. */
    public OpenSockets openSockets() {
        return shared.openSockets();
    }

    /** A connection over {@code wire}; {@link Connection#start} is to follow, on the connection's thread. */
    public Connection over(Wire wire, Function<SocketDoor, SocketEvents> connect) {
        return new Connection(wire, shared, connect);
    }

    /** The response that opens the socket; {@code connect} then starts its session, on the connection's thread. */
    public HttpResponse open(WebSocketUpgrade upgrade, Function<SocketDoor, SocketEvents> connect) {
        return UpgradeResponse.accept(upgrade, Flow.fromGraph(new SocketStage(shared, connect)));
    }
}
