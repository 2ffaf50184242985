package dev.parley.edge.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/** How long nodes took from their author's socket: to the acknowledgement, and to the other peers of the room. */
final class Latencies {
    private final ConcurrentHistogram ackMicros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
    private final ConcurrentHistogram relayMicros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(5), 3);
    private final AtomicLong sent = new AtomicLong();

    void sent() {
        sent.incrementAndGet();
    }

    void acknowledged(long nanos) {
        record(ackMicros, nanos);
    }

    void relayed(long nanos) {
        record(relayMicros, nanos);
    }

    private static void record(ConcurrentHistogram histogram, long nanos) {
        histogram.recordValue(Math.min(histogram.getHighestTrackableValue(), Math.max(0, nanos / 1_000)));
    }

    long nodesSent() {
        return sent.get();
    }

    long acks() {
        return ackMicros.getTotalCount();
    }

    long relays() {
        return relayMicros.getTotalCount();
    }

    double ackMs(double percentile) {
        return HelloScenario.round(ackMicros.getValueAtPercentile(percentile) / 1e3);
    }

    double relayMs(double percentile) {
        return HelloScenario.round(relayMicros.getValueAtPercentile(percentile) / 1e3);
    }

    /** Adds the figures, each name starting with {@code prefix}. */
    void addTo(Map<String, Object> figures, String prefix) {
        figures.put(prefix + "nodes", nodesSent());
        figures.put(prefix + "deliveries", relays());
        figures.put(prefix + "ack_p50_ms", ackMs(50));
        figures.put(prefix + "ack_p99_ms", ackMs(99));
        figures.put(prefix + "relay_p50_ms", relayMs(50));
        figures.put(prefix + "relay_p99_ms", relayMs(99));
    }
}
