package dev.parley.persistence.journal;

import java.time.Duration;
import java.util.OptionalLong;

/** Lets so many warnings of one kind into the log in a period and counts the others. Thread-safe. */
public final class WarningBudget {
    private final int warningsMax;
    private final long periodNanos;
    private boolean begun;
    private long periodStart;
    private int let;
    private long heldBack;

    public WarningBudget(int warningsMax, Duration period) {
        this.warningsMax = warningsMax;
        this.periodNanos = period.toNanos();
    }

    /** Empty if this one is to be held back; else how many were held back since the last that was let through. */
    public synchronized OptionalLong take(long nowNanos) {
        if (!begun || nowNanos - periodStart >= periodNanos) {
            begun = true;
            periodStart = nowNanos;
            let = 0;
        }
        if (let == warningsMax) {
            heldBack++;
            return OptionalLong.empty();
        }
        let++;
        long before = heldBack;
        heldBack = 0;
        return OptionalLong.of(before);
    }
}
