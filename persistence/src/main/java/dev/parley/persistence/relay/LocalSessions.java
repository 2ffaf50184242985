package dev.parley.persistence.relay;

import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.core.wire.Encoded;
import dev.parley.persistence.room.Filtered;
import dev.parley.persistence.room.RosterEntry;
import dev.parley.persistence.room.ToRelay;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** This member's sessions of a room, by id, and what is told to all of them that it concerns. */
final class LocalSessions {
    /** How a session is told. */
    interface Teller {
        void tell(SessionId session, Input input);
    }

    private final Teller teller;
    private final TreeMap<SessionId, LocalSession> sessions = new TreeMap<>();
    private Filtered filtered = Filtered.NOTHING;

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
                if (local.closedFeed().isEmpty() && local.wants(step)) {
                    relay(step, session, local, feed);
                }
            });
        }
        feed.trim();
    }

    /** Tells a live session a step, as its subscription has it. */
    void relay(SharedStep step, SessionId session, LocalSession local, StepFeed feed) {
        Subscription subscription = local.subscription();
        teller.tell(session, feed.relayed(step, session, subscription));
        if (!subscription.isEverything()) {
            filtered = filtered.plus(step.leftOut(subscription));
        }
    }

    /** Tells the sessions of a closed feed a step that is closed for it. */
    void deliver(SharedStep step, ClosedFeed closed) {
        sessions.forEach((session, local) -> {
            if (feeds(closed, local) && local.wants(step)) {
                relay(step, session, closed);
            }
        });
    }

    void relay(SharedStep step, SessionId session, ClosedFeed closed) {
        teller.tell(session, step.forClosed(closed).orElseThrow());
        filtered = filtered.plus(step.leftOut(closed));
    }

    /** True if any session gets its steps from this feed. */
    boolean anyOf(ClosedFeed closed) {
        return sessions.values().stream().anyMatch(local -> feeds(closed, local));
    }

    private static boolean feeds(ClosedFeed closed, LocalSession local) {
        return local.closedFeed().isPresent() && local.closedFeed().get() == closed;
    }

    /** Ends the feed of the sessions that get their steps from there. */
    void lose(ClosedFeed closed, SyncFailure why) {
        sessions.forEach((session, local) -> {
            if (feeds(closed, local)) {
                local.lost();
                local.feedBy(Optional.empty());
                teller.tell(session, new Input.Failed(why));
            }
        });
    }

    /** What filters left out since this was asked last. */
    Filtered takeFiltered() {
        Filtered taken = filtered;
        filtered = Filtered.NOTHING;
        return taken;
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

    /**
     * Tells the other peers' sessions, or one peer's, of presence or signalling; encoded once. Those that catch up keep it
     * for later: peers show a newcomer their presence as soon as they hear of it, which is before it is live.
     */
    void announce(ToRelay.Announced announced) {
        PeerId from = announced.from();
        Encoded message = new Encoded(announced.message(), announced.message().getBytes(StandardCharsets.UTF_8).length);
        Optional<String> key = announced.onlyNewest()
                ? Optional.of("presence " + announced.origin().value())
                : Optional.empty();
        Input.Announced news = new Input.Announced(from, message, key);
        sessions.forEach((session, local) -> {
            PeerId peer = local.entry().peer();
            if (local.hears()
                    && !peer.equals(from)
                    && announced.to().map(peer::equals).orElse(true)) {
                teller.tell(session, news);
            }
        });
    }

    /** Tells the sessions of the other peers. */
    void announce(Input.Announced news) {
        sessions.forEach((session, local) -> {
            if (local.hears() && !local.entry().peer().equals(news.from())) {
                teller.tell(session, news);
            }
        });
    }
}
