package dev.parley.edge.session;

import dev.parley.edge.socket.InboundBudget;

/** What the sessions of a member share and must not take from each other. */
public record Shares(FairWorkers verifiers, InboundBudget inbound, ChunkPermits chunks) {}
