package dev.parley.edge.admin;

import dev.parley.persistence.journal.JournalMeters;
import dev.parley.persistence.journal.JournalWatch;
import dev.parley.persistence.journal.JournalWriteFailed;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What a member reports of its journal. No label is somebody's name. Thread-safe. */
public final class JournalFigures implements JournalMeters {
    private final MeterRegistry registry;
    private final AtomicInteger queueWrites = new AtomicInteger();
    private final AtomicLong queueBytes = new AtomicLong();
    private final Timer commit;
    private final Timer read;
    private final Timer snapshot;
    private final DistributionSummary writes;
    private final DistributionSummary events;

    JournalFigures(MeterRegistry registry) {
        this.registry = registry;
        commit = Meters.timer(registry, "nodalmerge_journal_commit_seconds");
        read = Meters.timer(registry, "nodalmerge_journal_read_seconds");
        snapshot = Meters.timer(registry, "nodalmerge_snapshot_seconds");
        writes = registry.summary("nodalmerge_journal_batch_writes");
        events = registry.summary("nodalmerge_journal_batch_events");
        registry.gauge("nodalmerge_journal_queue_writes", queueWrites);
        registry.gauge("nodalmerge_journal_queue_bytes", queueBytes);
        // What has not happened yet is 0 and not missing.
        List.of(
                        "nodalmerge_journal_bytes_total",
                        "nodalmerge_journal_split_total",
                        "nodalmerge_snapshot_bytes_total",
                        "nodalmerge_snapshot_failures_total",
                        "nodalmerge_snapshot_skipped_total")
                .forEach(registry::counter);
        for (JournalWriteFailed.Why why : JournalWriteFailed.Why.values()) {
            failures(why, 0);
        }
    }

    /** Reports whether the journal can be written, and what is free where it is (-1: not known here). */
    public void watch(JournalWatch journal) {
        Gauge.builder(
                        "nodalmerge_journal_writable",
                        journal,
                        watch -> watch.troubles().isEmpty() ? 1 : 0)
                .register(registry);
        Gauge.builder("nodalmerge_journal_free_bytes", journal, JournalWatch::freeBytes)
                .register(registry);
    }

    private void failures(JournalWriteFailed.Why why, int more) {
        registry.counter("nodalmerge_journal_failures_total", "why", why.name().toLowerCase(Locale.ROOT))
                .increment(more);
    }

    @Override
    public void committed(Duration took, int writesOfGroup, int eventsOfGroup, long payloadBytes) {
        commit.record(took);
        writes.record(writesOfGroup);
        events.record(eventsOfGroup);
        registry.counter("nodalmerge_journal_bytes_total").increment(payloadBytes);
    }

    @Override
    public void splitUp(int writesOfGroup) {
        registry.counter("nodalmerge_journal_split_total").increment();
    }

    @Override
    public void writeFailed(JournalWriteFailed.Why why) {
        failures(why, 1);
    }

    @Override
    public void queueDepth(int writesWaiting, long bytesWaiting) {
        queueWrites.set(writesWaiting);
        queueBytes.set(bytesWaiting);
    }

    @Override
    public void read(Duration took, int eventsRead, long payloadBytes) {
        read.record(took);
    }

    @Override
    public void snapshotSaved(Duration took, int segmentsWritten, long bytesWritten) {
        snapshot.record(took);
        registry.counter("nodalmerge_snapshot_bytes_total").increment(bytesWritten);
    }

    @Override
    public void snapshotFailed() {
        registry.counter("nodalmerge_snapshot_failures_total").increment();
    }

    @Override
    public void snapshotSkipped() {
        registry.counter("nodalmerge_snapshot_skipped_total").increment();
    }
}
