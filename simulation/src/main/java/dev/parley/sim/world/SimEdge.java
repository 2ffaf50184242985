package dev.parley.sim.world;

import dev.parley.core.wire.MessageReader;
import dev.parley.edge.session.AllowanceTable;
import dev.parley.edge.session.ChunkPermits;
import dev.parley.edge.session.Commons;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.session.SessionMeters;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.OutboundBudget;
import dev.parley.edge.socket.SessionSockets;
import dev.parley.edge.socket.SocketShares;
import java.time.Duration;
import java.util.concurrent.Executor;

/** What the sockets and sessions of one process share: the production budgets, limits and decoder. */
record SimEdge(Commons commons, SessionSockets sockets) {
    private static final int ALLOWANCES_MAX = 1_000;
    private static final SessionCensus.Bounds PLACES = new SessionCensus.Bounds(1_000, 500, 100, 100);

    /** So few of one address that those that have ended must not count. */
    private static final SessionCensus.Bounds FEW_PLACES = new SessionCensus.Bounds(1_000, 500, 3, 100);

    /** How long a socket waits for space before somebody has to go. */
    private static final Duration SPACE_WAIT = Duration.ofSeconds(10);

    /** One for a process that starts now. */
    static SimEdge of(World world, Chance chance) {
        EdgeBounds bounds = world.plan().bounds().edge();
        InboundBudget inbound = new InboundBudget(bounds.inboundBytes(), SPACE_WAIT);
        Executor decoders = task -> world.agenda().after(chance.between(0, 3), task);
        Commons commons = new Commons(
                World.SERVER,
                world.sessionSettings(),
                bounds.pace(),
                bounds.socket(),
                inbound,
                new ChunkPermits(bounds.chunksAtOnce()),
                new AllowanceTable(bounds.burstNodes(), bounds.burstBytes(), ALLOWANCES_MAX),
                new SessionCensus(world.rich() ? FEW_PLACES : PLACES),
                SessionMeters.NONE);
        return new SimEdge(
                commons,
                new SessionSockets(
                        bounds.socket(),
                        new SocketShares(decoders, decoders, inbound, OutboundBudget.unbounded()),
                        MessageReader::read));
    }
}
