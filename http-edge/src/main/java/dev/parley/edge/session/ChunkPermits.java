package dev.parley.edge.session;

import dev.parley.core.id.SessionId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds the catch-up chunks that one member makes or sends at one time. Thread-safe.
 *
 * <p>A session holds a permit from asking for a chunk until its socket has drained it; the others wait in order, and one
 * that needs a next chunk waits behind them. A socket that drains nothing ends by its send timeout.
 */
public final class ChunkPermits {
    private final int permitsMax;
    private final Set<SessionId> holders = new LinkedHashSet<>();
    private final Map<SessionId, Runnable> waiting = new LinkedHashMap<>();

    public ChunkPermits(int permitsMax) {
        this.permitsMax = permitsMax;
    }

    /** Runs {@code granted}, now or later, unless the session gives back before. */
    synchronized void take(SessionId session, Runnable granted) {
        holders.remove(session);
        waiting.put(session, granted);
        grant();
    }

    /** Gives back what the session holds or waits for, if anything. */
    synchronized void giveBack(SessionId session) {
        if (holders.remove(session) | waiting.remove(session) != null) {
            grant();
        }
    }

    /** Chunks that may be on their way now. */
    public synchronized int held() {
        return holders.size();
    }

    public synchronized int waiting() {
        return waiting.size();
    }

    private void grant() {
        Iterator<Map.Entry<SessionId, Runnable>> next = waiting.entrySet().iterator();
        while (holders.size() < permitsMax && next.hasNext()) {
            Map.Entry<SessionId, Runnable> first = next.next();
            next.remove();
            holders.add(first.getKey());
            first.getValue().run();
        }
    }
}
