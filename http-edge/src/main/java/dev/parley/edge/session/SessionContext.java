package dev.parley.edge.session;

import dev.parley.core.history.Signatures;
import dev.parley.core.id.PeerId;
import dev.parley.core.session.ReadingPace;
import dev.parley.core.session.SessionSettings;
import dev.parley.edge.socket.SocketSettings;
import dev.parley.persistence.relay.RelayDirectory;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;

/** What all sessions of a member share. {@code cores} bounds the work on one pack. */
public record SessionContext(
        PeerId server,
        SessionSettings settings,
        ReadingPace.Limit pace,
        SocketSettings socket,
        ActorRef<RelayDirectory.Find> relays,
        Signatures signatures,
        Shares shares,
        int cores,
        AllowanceTable allowances,
        SessionCensus census,
        SessionMeters meters,
        LongSupplier nowMs) {
    Commons commons() {
        return new Commons(
                server, settings, pace, socket, shares.inbound(), shares.chunks(), allowances, census, meters);
    }
}
