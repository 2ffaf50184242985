package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What this member's sessions announce, on its way to the room. The room says every announcement back, also to the relay
 * it came from; so each session has one presence on its way, the newest waiting, and a window of signals. That bounds
 * what a flood puts between relay and room, whatever its speed, and holds it back while no room is there.
 *
 * <p>Bounds: one presence and {@code signalsMax} signals a session; a signal beyond is dropped.
 */
final class Announcements {
    private static final long NOT_SENT = Long.MIN_VALUE;

    private static final class Lane {
        ToRoom.Announce presence;
        long presenceSentMs = NOT_SENT;
        final ArrayDeque<ToRoom.Announce> signals = new ArrayDeque<>(2);
        int signalsSent;
        long signalSentMs;

        boolean isIdle() {
            return presence == null && presenceSentMs == NOT_SENT && signals.isEmpty() && signalsSent == 0;
        }

        boolean waits() {
            return presence != null || !signals.isEmpty();
        }
    }

    private final int signalsMax;
    private final long resendMs;
    private final Map<SessionId, Lane> lanes = new HashMap<>();
    private final Set<SessionId> waiting = new LinkedHashSet<>();

    Announcements(RelaySettings settings) {
        this.signalsMax = settings.presence().signalsMax();
        this.resendMs = settings.resendAfter().toMillis();
    }

    /** Takes an announcement of a session. */
    void add(ToRoom.Announce announce) {
        Lane lane = lanes.computeIfAbsent(announce.session(), session -> new Lane());
        if (announce.onlyNewest()) {
            lane.presence = announce;
        } else if (lane.signals.size() < signalsMax) {
            lane.signals.add(announce);
        }
        waiting.add(announce.session());
    }

    /** Gives what may go to the room now. */
    void flush(long nowMs, Consumer<ToRoom> toRoom) {
        for (SessionId session : List.copyOf(waiting)) {
            Lane lane = lanes.get(session);
            boolean presenceLost = lane.presenceSentMs != NOT_SENT && nowMs - lane.presenceSentMs >= resendMs;
            if (lane.presence != null && (lane.presenceSentMs == NOT_SENT || presenceLost)) {
                lane.presenceSentMs = nowMs;
                toRoom.accept(lane.presence);
                lane.presence = null;
            }
            if (lane.signalsSent > 0 && nowMs - lane.signalSentMs >= resendMs) {
                lane.signalsSent = 0; // They were lost, and are not worth saying again.
            }
            while (lane.signalsSent < signalsMax && !lane.signals.isEmpty()) {
                lane.signalsSent++;
                lane.signalSentMs = nowMs;
                toRoom.accept(lane.signals.poll());
            }
            if (!lane.waits()) {
                waiting.remove(session);
            }
        }
    }

    /** The room has said this. */
    void returned(ToRelay.Announced announced) {
        Lane lane = lanes.get(announced.origin());
        if (lane == null) {
            return;
        }
        if (announced.onlyNewest()) {
            lane.presenceSentMs = NOT_SENT;
        } else if (lane.signalsSent > 0) {
            lane.signalsSent--;
        }
        if (lane.isIdle()) {
            lanes.remove(announced.origin());
        }
    }

    /** Another room is there now: what was on its way may be lost. */
    void roomMoved() {
        for (Lane lane : lanes.values()) {
            lane.presenceSentMs = NOT_SENT;
            lane.signalsSent = 0;
        }
    }

    void forget(SessionId session) {
        lanes.remove(session);
        waiting.remove(session);
    }
}
