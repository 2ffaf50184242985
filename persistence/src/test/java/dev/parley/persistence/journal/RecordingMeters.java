package dev.parley.persistence.journal;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What the journal reported, for tests to look at. */
final class RecordingMeters implements JournalMeters {
    final List<Integer> writesPerCommit = new CopyOnWriteArrayList<>();
    final List<JournalWriteFailed.Why> failures = new CopyOnWriteArrayList<>();
    final AtomicInteger splitUps = new AtomicInteger();
    final AtomicInteger segmentsWritten = new AtomicInteger();
    final AtomicLong snapshotBytes = new AtomicLong();
    final AtomicInteger snapshotsFailed = new AtomicInteger();
    final AtomicInteger snapshotsSkipped = new AtomicInteger();
    final AtomicInteger eventsPerPageMost = new AtomicInteger();

    @Override
    public void committed(Duration took, int writes, int events, long payloadBytes) {
        writesPerCommit.add(writes);
    }

    @Override
    public void splitUp(int writes) {
        splitUps.incrementAndGet();
    }

    @Override
    public void writeFailed(JournalWriteFailed.Why why) {
        failures.add(why);
    }

    @Override
    public void read(Duration took, int events, long payloadBytes) {
        eventsPerPageMost.accumulateAndGet(events, Math::max);
    }

    @Override
    public void snapshotSaved(Duration took, int segments, long bytesWritten) {
        segmentsWritten.addAndGet(segments);
        snapshotBytes.addAndGet(bytesWritten);
    }

    @Override
    public void snapshotFailed() {
        snapshotsFailed.incrementAndGet();
    }

    @Override
    public void snapshotSkipped() {
        snapshotsSkipped.incrementAndGet();
    }
}
