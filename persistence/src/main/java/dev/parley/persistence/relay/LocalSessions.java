package dev.parley.persistence.relay;

import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.persistence.room.RosterEntry;
import dev.parley.persistence.room.ToRelay;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.TreeMap;

/** This member's sessions of a room, by id, and what is told to all of them that it concerns. */
final class LocalSessions {
    /** How a session is told. */
    interface Teller {
        void tell(SessionId session, Input input);
    }

    private final Teller teller;
    private final TreeMap<SessionId, LocalSession> sessions = new TreeMap<>();

    LocalSessions(Teller teller) {
        this.teller = teller;
    }

    boolean isEmpty() {
        return sessions.isEmpty();
    }

    int count() {
        return sessions.size();
    }

    /** The session of this id, or null when it is not here. */
    LocalSession get(SessionId session) {
        return sessions.get(session);
    }

    /** True if it was not here before. */
    boolean add(SessionId session, LocalSession local) {
        return sessions.put(session, local) == null;
    }

    /** True if it was here. */
    boolean remove(SessionId session) {
        return sessions.remove(session) != null;
    }

    List<RosterEntry> entries() {
        return sessions.values().stream().map(LocalSession::entry).toList();
    }

    /** Tells live sessions the next steps of the room, in order. */
    void deliver(List<SharedStep> steps, StepFeed feed) {
        for (SharedStep step : steps) {
            sessions.forEach((session, local) -> {
                if (local.wants(step)) {
                    teller.tell(session, feed.relayed(step, session, local.subscription()));
                }
            });
        }
        feed.trim();
    }

    /** Ends the feed of live sessions that lack steps up to {@code seq}. */
    void lose(long seq, SyncFailure why) {
        sessions.forEach((session, local) -> {
            if (local.standing() instanceof LocalSession.Standing.Live(var afterSeq) && afterSeq < seq) {
                local.lost();
                teller.tell(session, new Input.Failed(why));
            }
        });
    }

    /** Tells live sessions what changed in the room's roster, and keeps it for the others. */
    void publish(List<PublishedRoster.Change> changes, PublishedRoster roster) {
        sessions.forEach((session, local) -> {
            local.note(changes);
            local.settle(roster);
            local.tellable().forEach(news -> teller.tell(session, news));
        });
    }

    /** Tells the other peers' live sessions, or one peer's, of presence or signalling; encoded once. */
    void announce(ToRelay.Announced announced) {
        PeerId from = announced.from();
        Encoded message = new Encoded(announced.message(), announced.message().getBytes(StandardCharsets.UTF_8).length);
        sessions.forEach((session, local) -> {
            PeerId peer = local.entry().peer();
            if (local.live()
                    && !peer.equals(from)
                    && announced.to().map(peer::equals).orElse(true)) {
                teller.tell(session, new Input.Announced(from, message));
            }
        });
    }
}
