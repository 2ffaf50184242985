package dev.parley.edge.session;

import dev.parley.edge.socket.InboundBudget;

/**
 * What the sessions of a member share and must not take from each other. Small packs are checked by {@code verifiers},
 * larger ones by {@code bulkVerifiers}, on threads that the small ones never wait for.
 */
public record Shares(FairWorkers verifiers, FairWorkers bulkVerifiers, InboundBudget inbound, ChunkPermits chunks) {
    /** Pieces of checks that no thread has begun. */
    public int checksWaiting() {
        return verifiers.waiting() + bulkVerifiers.waiting();
    }
}
