package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import java.util.Map;
import java.util.TreeMap;

/** How many nodes of each session wait in the room for a parent: what is lost when that life of the room ends. */
final class ParkedNodes {
    private final Map<SessionId, Integer> nodes = new TreeMap<>();
    private long incarnation;

    /** The room says how many of this session's nodes are parked now; a word of another life of it means nothing. */
    void are(long saidBy, SessionId session, int now) {
        if (saidBy != incarnation) {
            return;
        }
        if (now == 0) {
            nodes.remove(session);
        } else {
            nodes.put(session, now);
        }
    }

    /** So many of them were dropped, and the session was told. */
    void dropped(SessionId session, int gone) {
        nodes.computeIfPresent(session, (s, had) -> had > gone ? had - gone : null);
    }

    void forget(SessionId session) {
        nodes.remove(session);
    }

    /** The room speaks as this life of it: gives what was lost with the one before, by session. */
    Map<SessionId, Integer> lostTo(long now) {
        if (now == incarnation) {
            return Map.of();
        }
        incarnation = now;
        Map<SessionId, Integer> lost = new TreeMap<>(nodes);
        nodes.clear();
        return lost;
    }
}
