package dev.parley.edge.main;

import java.time.Duration;

/**
 * What all sessions or rooms of this member may hold together; {@code reference.conf} explains each. Sizes are in bytes; 0
 * stands for a part of the heap.
 */
public record Budgets(
        long inboundBytesMax,
        Duration inboundWait,
        long outboundBytesMax,
        long catchUpBytesMax,
        long residentBytesMax) {
    private static final long LEAST = 1 << 20;
    private static final long MOST = 1L << 50;

    static Budgets read(SettingsReader in) {
        return new Budgets(
                size(in, "parley.edge.inbound-bytes-max"),
                in.time("parley.edge.inbound-wait", Duration.ofMillis(100), Duration.ofMinutes(10)),
                size(in, "parley.edge.outbound-bytes-max"),
                size(in, "parley.edge.catch-up-bytes-max"),
                size(in, "parley.room.resident-bytes-max"));
    }

    private static long size(SettingsReader in, String key) {
        long bytes = in.bytes(key, 0, MOST);
        if (bytes > 0 && bytes < LEAST) {
            in.problem(key + " must be 0, or from " + LEAST + " bytes on, is " + bytes);
        }
        return bytes;
    }

    /** The same with the parts of a heap of so many bytes in the place of zeros. */
    Budgets of(long heapBytes) {
        return new Budgets(
                inboundBytesMax > 0 ? inboundBytesMax : heapBytes / 4,
                inboundWait,
                outboundBytesMax > 0 ? outboundBytesMax : heapBytes / 8,
                catchUpBytesMax > 0 ? catchUpBytesMax : heapBytes / 16,
                residentBytesMax > 0 ? residentBytesMax : heapBytes / 8 * 3);
    }
}
