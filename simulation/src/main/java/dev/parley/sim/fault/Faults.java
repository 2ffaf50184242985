package dev.parley.sim.fault;

import java.util.List;

/** The faults of a run, asked for what they do at a moment. */
public record Faults(List<Fault> all) {
    public static final Faults NONE = new Faults(List.of());

    public Faults {
        all = List.copyOf(all);
    }

    /** How many of 100 messages between relay and room are lost now. */
    public int dropPercent(long atMs) {
        int percent = 0;
        for (Fault fault : all) {
            if (fault instanceof Fault.Drop(var from, var until, var drop) && from <= atMs && atMs < until) {
                percent = Math.max(percent, drop);
            }
        }
        return percent;
    }

    /** How much longer at most a message between relay and room takes now. */
    public long delayMs(long atMs) {
        long extra = 0;
        for (Fault fault : all) {
            if (fault instanceof Fault.Delay(var from, var until, var delay) && from <= atMs && atMs < until) {
                extra = Math.max(extra, delay);
            }
        }
        return extra;
    }

    /** When {@code peer} takes something from its connection again, or {@code atMs} when it does now. */
    public long readsAgainAt(int peer, long atMs) {
        long reads = atMs;
        for (Fault fault : all) {
            if (fault instanceof Fault.StallPeer(var from, var until, var stalled)
                    && stalled == peer
                    && from <= reads
                    && reads < until) {
                reads = until;
            }
        }
        return reads;
    }

    /** True while no member may start the room. */
    public boolean outage(long atMs) {
        return all.stream()
                .anyMatch(fault -> fault instanceof Fault.Outage(var from, var until) && from <= atMs && atMs < until);
    }

    /** How many of 100 writes fail now. */
    public int failPercent(long atMs) {
        int percent = 0;
        for (Fault fault : all) {
            if (fault instanceof Fault.FailWrites(var from, var until, var fail) && from <= atMs && atMs < until) {
                percent = Math.max(percent, fail);
            }
        }
        return percent;
    }
}
