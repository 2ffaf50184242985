package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The questions of a member's sessions that the room has not answered yet, in the order they were asked. */
final class Requests {
    /** A request by its session and that session's own number. */
    record Key(SessionId session, long number) {}

    private static final class Pending {
        final ToRoom message;
        final long sinceMs;
        long sentMs;

        Pending(ToRoom message, long sinceMs) {
            this.message = message;
            this.sinceMs = sinceMs;
            this.sentMs = sinceMs;
        }
    }

    private final long waitMs;
    private final long resendMs;
    private final Map<Key, Pending> pending = new LinkedHashMap<>();

    Requests(RelaySettings settings) {
        this.waitMs = settings.roomWait().toMillis();
        this.resendMs = settings.resendAfter().toMillis();
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    void add(SessionId session, long number, ToRoom message, long nowMs) {
        pending.put(new Key(session, number), new Pending(message, nowMs));
    }

    /** Takes an answered request off the list; false when nobody waits for it. */
    boolean answered(SessionId session, long number) {
        return pending.remove(new Key(session, number)) != null;
    }

    void forget(SessionId session) {
        pending.keySet().removeIf(key -> key.session().equals(session));
    }

    /** All of them, to be sent again. */
    List<ToRoom> all(long nowMs) {
        List<ToRoom> messages = new ArrayList<>();
        for (Pending request : pending.values()) {
            request.sentMs = nowMs;
            messages.add(request.message);
        }
        return messages;
    }

    /** Those that had no answer for too long, to be sent again. */
    List<ToRoom> overdue(long nowMs) {
        List<ToRoom> messages = new ArrayList<>();
        for (Pending request : pending.values()) {
            if (nowMs - request.sentMs >= resendMs) {
                request.sentMs = nowMs;
                messages.add(request.message);
            }
        }
        return messages;
    }

    /** Gives up on those that waited for longer than a room may take. */
    List<Key> expire(long nowMs) {
        List<Key> expired = new ArrayList<>();
        Iterator<Map.Entry<Key, Pending>> entries = pending.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, Pending> entry = entries.next();
            if (nowMs - entry.getValue().sinceMs < waitMs) {
                break; // In the order of asking: the others are younger.
            }
            expired.add(entry.getKey());
            entries.remove();
        }
        return expired;
    }
}
