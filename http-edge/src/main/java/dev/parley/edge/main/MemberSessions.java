package dev.parley.edge.main;

import dev.parley.core.history.Signatures;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.session.SessionSettings;
import dev.parley.edge.admin.Meters;
import dev.parley.edge.session.AllowanceTable;
import dev.parley.edge.session.SessionCensus;
import dev.parley.edge.session.SessionContext;
import dev.parley.edge.socket.SocketSettings;
import dev.parley.persistence.relay.RelayDirectory;
import java.util.function.Predicate;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;

/** Puts together what the sessions of this member share. */
final class MemberSessions {
    private static final int ALLOWANCES_MAX = 100_000;

    private MemberSessions() {}

    static SessionCensus census(Settings settings, Predicate<RoomId> mayEnter) {
        Settings.Edge edge = settings.edge();
        return new SessionCensus(
                new SessionCensus.Bounds(
                        edge.sessionsMax(),
                        edge.sessionsPerRoomMax(),
                        edge.sessionsPerAddressMax(),
                        settings.room().roomsMax()),
                mayEnter);
    }

    /** {@code cores} bounds the work on one pack. */
    static SessionContext context(
            ActorSystem<?> system,
            Settings settings,
            PeerId key,
            Meters meters,
            Signatures signatures,
            ActorRef<RelayDirectory.Command> relays,
            SessionCensus census,
            MemberShares shares,
            int cores) {
        Settings.Edge edge = settings.edge();
        Settings.Limits limits = settings.limits();
        SocketSettings socket = new SocketSettings(
                edge.maxMessageBytes(),
                edge.relayBuffer(),
                edge.relayBufferBytes(),
                edge.sendTimeout(),
                edge.pingInterval(),
                SocketSettings.DEFAULT.closeTimeout());
        SessionSettings session = new SessionSettings(
                edge.helloTimeout(),
                settings.room().roomWait(),
                edge.maxMessageBytes(),
                edge.packsInFlight(),
                limits.nodesPerSecond(),
                limits.bytesPerSecond(),
                SessionSettings.DEFAULT.chunkBytes(),
                SessionSettings.DEFAULT.mstPathsMax());
        return new SessionContext(
                key,
                session,
                limits.messages(),
                socket,
                relays.narrow(),
                signatures,
                shares.sessions(),
                cores,
                new AllowanceTable(limits.initialBurstNodes(), limits.initialBurstBytes(), ALLOWANCES_MAX),
                census,
                meters,
                System::currentTimeMillis);
    }
}
