package dev.parley.edge.session;

import dev.parley.core.id.SessionId;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Shares a pool of threads among sessions: one piece of work of each in turn, whatever each has waiting. Thread-safe.
 *
 * <p>At most {@code workersMax} pieces are with the pool at one time, so its own queue stays short for all else that runs
 * there. What waits here is bounded by the packs that a session may have in flight, and goes when it ends. A piece should take milliseconds.
 *
 * <p>Errors: {@link RejectedExecutionException} when the pool takes nothing and no worker is there; then the piece is not
 * kept.
 */
public final class FairWorkers {
    private final Executor threads;
    private final int workersMax;
    private final LinkedHashMap<SessionId, ArrayDeque<Runnable>> lanes = new LinkedHashMap<>();
    private int workers;
    private int waiting;

    public FairWorkers(Executor threads, int workersMax) {
        this.threads = threads;
        this.workersMax = workersMax;
    }

    /** Where the pieces of one session go; they start in order. */
    Lane lane(SessionId session) {
        return new Lane(session);
    }

    /** The pieces of one session. */
    final class Lane implements Executor {
        private final SessionId session;
        private volatile boolean ended;

        private Lane(SessionId session) {
            this.session = session;
        }

        @Override
        public void execute(Runnable piece) {
            if (!ended) {
                add(this, piece);
            }
        }

        /** The session has ended: what waits is dropped, and so is what comes later. */
        void end() {
            ended = true;
            forget(session);
        }
    }

    /** Pieces that no thread has begun. */
    public synchronized int waiting() {
        return waiting;
    }

    private synchronized void forget(SessionId session) {
        ArrayDeque<Runnable> pieces = lanes.remove(session);
        waiting -= pieces == null ? 0 : pieces.size();
    }

    private void add(Lane of, Runnable piece) {
        SessionId session = of.session;
        synchronized (this) {
            if (of.ended) {
                return;
            }
            lanes.computeIfAbsent(session, s -> new ArrayDeque<>(2)).addLast(piece);
            waiting++;
            if (workers == workersMax) {
                return;
            }
            workers++;
        }
        try {
            threads.execute(this::work);
        } catch (RejectedExecutionException full) {
            if (dismissed(session, piece)) {
                throw full;
            }
        }
    }

    /** True if nobody will ever run the piece. */
    private synchronized boolean dismissed(SessionId session, Runnable piece) {
        workers--;
        ArrayDeque<Runnable> lane = lanes.get(session);
        if (workers > 0 || lane == null || !lane.removeLastOccurrence(piece)) {
            return false;
        }
        waiting--;
        if (lane.isEmpty()) {
            lanes.remove(session);
        }
        return true;
    }

    /** One piece, then back behind all else that wants the thread. */
    private void work() {
        while (true) {
            Runnable piece = next();
            if (piece == null) {
                return;
            }
            boolean returned;
            try {
                piece.run();
            } finally {
                returned = returned();
            }
            if (returned) {
                return;
            }
        }
    }

    private boolean returned() {
        try {
            threads.execute(this::work);
            return true;
        } catch (RejectedExecutionException full) {
            return false; // This thread goes on, so that what waits is not forgotten.
        }
    }

    private synchronized Runnable next() {
        Iterator<Map.Entry<SessionId, ArrayDeque<Runnable>>> first =
                lanes.entrySet().iterator();
        if (!first.hasNext()) {
            workers--;
            return null;
        }
        Map.Entry<SessionId, ArrayDeque<Runnable>> lane = first.next();
        SessionId session = lane.getKey();
        ArrayDeque<Runnable> pieces = lane.getValue();
        first.remove();
        Runnable piece = pieces.pollFirst();
        waiting--;
        if (!pieces.isEmpty()) {
            lanes.put(session, pieces);
        }
        return piece;
    }
}
