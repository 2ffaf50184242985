package dev.parley.edge.socket;

import java.util.function.Function;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * One WebSocket connection after the upgrade, as a stream of the network's bytes to ours. {@link SocketConnection} is what
 * runs in it: one stage does it all, because each further one costs heap on every idle connection.
 */
final class SocketStage extends GraphStage<FlowShape<ByteString, ByteString>> {
    /** What all connections of a member share. */
    record Shared(
            SocketSettings settings,
            SharedFrames frames,
            OpenSockets openSockets,
            SocketShares shares,
            SessionSockets.MessageDecoder decoder) {}

    private final Inlet<ByteString> in = Inlet.create("socket.in");
    private final Outlet<ByteString> out = Outlet.create("socket.out");
    private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);
    private final Shared shared;
    private final Function<SocketDoor, SocketEvents> connect;

    /** {@code connect} starts the session of a connection that opens. */
    SocketStage(Shared shared, Function<SocketDoor, SocketEvents> connect) {
        this.shared = shared;
        this.connect = connect;
    }

    @Override
    public FlowShape<ByteString, ByteString> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new SocketConnection(shape, shared, connect);
    }
}
