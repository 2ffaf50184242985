package dev.parley.edge.main;

import dev.parley.core.session.SessionSettings;
import dev.parley.edge.admin.Meters;
import dev.parley.edge.session.ChunkPermits;
import dev.parley.edge.session.FairWorkers;
import dev.parley.edge.session.Shares;
import dev.parley.edge.socket.FewAtOnce;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.OutboundBudget;
import dev.parley.edge.socket.SocketShares;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** What this member's sockets and sessions share under its budgets. */
record MemberShares(SocketShares sockets, Shares sessions) {
    /** A chunk is held as raw bytes, as text and as a frame. */
    private static final int CHUNK_COPIES = 4;

    /** Says how much of each is in use. */
    void report(Meters meters) {
        meters.watch("nodalmerge_inbound_bytes", sockets.inbound(), InboundBudget::bytesHeld);
        meters.watch("nodalmerge_inbound_waiting", sockets.inbound(), InboundBudget::partsWaiting);
        meters.watch("nodalmerge_outbound_bytes", sockets.outbound(), OutboundBudget::bytesHeld);
        meters.watch("nodalmerge_chunks_in_flight", sessions.chunks(), ChunkPermits::held);
        meters.watch("nodalmerge_chunks_waiting", sessions.chunks(), ChunkPermits::waiting);
        meters.watch("nodalmerge_verify_waiting", sessions, Shares::checksWaiting);
    }

    /** {@code bulk} runs what is large, with as many threads as {@code cores}. */
    static MemberShares of(ActorSystem<?> system, Executor bulk, Budgets budgets, int cores) {
        Executor verify = system.dispatchers().lookup(DispatcherSelector.fromConfig("parley.dispatchers.verify"));
        InboundBudget inbound = new InboundBudget(budgets.inboundBytesMax(), budgets.inboundWait());
        long chunkBytes = (long) CHUNK_COPIES * SessionSettings.DEFAULT.chunkBytes();
        int chunksMax = Math.clamp(budgets.catchUpBytesMax() / chunkBytes, 1, 1_000_000);
        return new MemberShares(
                new SocketShares(
                        verify,
                        new FewAtOnce(bulk, Math.max(1, cores - 1)),
                        inbound,
                        new OutboundBudget(budgets.outboundBytesMax())),
                new Shares(
                        new FairWorkers(verify, cores),
                        new FairWorkers(bulk, cores),
                        inbound,
                        new ChunkPermits(chunksMax)));
    }
}
