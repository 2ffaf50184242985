package dev.parley.persistence.room;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/**
 * The control commands that a room carried out last, oldest first. A relay says a command again when its answer does not
 * come, also to the room's next incarnation; this is how a room knows it.
 *
 * <p>Bounded by {@link #KEPT_MAX}: a session has one command under way, so one that is said again is among the last as many
 * as sessions are giving commands at one time.
 */
final class ControlRequests {
    static final int KEPT_MAX = 256;

    private final Deque<ControlRequest> kept = new ArrayDeque<>();

    ControlRequests(Collection<ControlRequest> oldestFirst) {
        oldestFirst.forEach(this::add);
    }

    boolean has(ControlRequest request) {
        return kept.contains(request);
    }

    void add(ControlRequest request) {
        kept.add(request);
        if (kept.size() > KEPT_MAX) {
            kept.remove();
        }
    }

    List<ControlRequest> oldestFirst() {
        return List.copyOf(kept);
    }
}
