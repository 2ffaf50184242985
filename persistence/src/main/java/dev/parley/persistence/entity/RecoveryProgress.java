package dev.parley.persistence.entity;

import dev.parley.core.id.RoomId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How far a room's recovery is; a long one says so in the log, every five seconds. */
final class RecoveryProgress {
    private static final Logger LOG = LoggerFactory.getLogger(RecoveryProgress.class);
    private static final long SAY_EVERY_NS = Duration.ofSeconds(5).toNanos();

    private final RoomId room;
    private final long startedNs = System.nanoTime();
    private long saidNs = startedNs;
    private long events;
    private long tookNs = -1;

    RecoveryProgress(RoomId room) {
        this.room = room;
    }

    /** Recovery starts with a snapshot of this position. */
    void startedAt(long seq) {
        if (System.nanoTime() - saidNs >= SAY_EVERY_NS) {
            saidNs = System.nanoTime();
            LOG.atInfo()
                    .setMessage("room is recovering, snapshot loaded")
                    .addKeyValue("room", room)
                    .addKeyValue("seq", seq)
                    .log();
        }
    }

    /** An event was applied; outside of recovery this says nothing. */
    void applied(long seq) {
        if (isCompleted()) {
            return;
        }
        events++;
        long nowNs = System.nanoTime();
        if (nowNs - saidNs >= SAY_EVERY_NS) {
            saidNs = nowNs;
            LOG.atInfo()
                    .setMessage("room is recovering, events replayed")
                    .addKeyValue("room", room)
                    .addKeyValue("events", events)
                    .addKeyValue("seq", seq)
                    .log();
        }
    }

    void completed() {
        tookNs = System.nanoTime() - startedNs;
        if (saidNs != startedNs) {
            LOG.atInfo()
                    .setMessage("room has recovered")
                    .addKeyValue("room", room)
                    .addKeyValue("events", events)
                    .addKeyValue("took_ms", tookNs / 1_000_000)
                    .log();
        }
    }

    boolean isCompleted() {
        return tookNs >= 0;
    }

    Duration took() {
        return Duration.ofNanos(tookNs);
    }
}
