package dev.parley.edge.session;

import dev.parley.core.id.PeerId;
import dev.parley.core.session.ReadingPace;
import dev.parley.core.session.SessionSettings;
import dev.parley.edge.socket.InboundBudget;
import dev.parley.edge.socket.SocketSettings;

/** What all sessions of a member share and none of them runs on: bounds, budgets, who is here, what is measured. */
public record Commons(
        PeerId server,
        SessionSettings settings,
        ReadingPace.Limit pace,
        SocketSettings socket,
        InboundBudget inbound,
        ChunkPermits chunks,
        AllowanceTable allowances,
        SessionCensus census,
        SessionMeters meters) {}
