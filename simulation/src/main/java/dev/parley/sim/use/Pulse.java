package dev.parley.sim.use;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Says every two seconds how far a batch is. What is quick says nothing. */
final class Pulse {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PrintWriter to;
    private final LongSupplier nanos;
    private long lastNanos;

    Pulse(PrintWriter to, LongSupplier nanos) {
        this.to = to;
        this.nanos = nanos;
        this.lastNanos = nanos.getAsLong();
    }

    void at(Batch.Tally tally) {
        long now = nanos.getAsLong();
        if (now - lastNanos < EVERY_NANOS) {
            return;
        }
        lastNanos = now;
        to.println(line(tally));
        to.flush();
    }

    static String line(Batch.Tally tally) {
        String left = tally.done() == 0 ? "" : ", " + time(tally.secondsLeft()) + " left";
        return String.format(
                Locale.ROOT,
                "%d of %d runs, %.1f runs/s%s, %d broken",
                tally.done(),
                tally.asked(),
                tally.runsPerSecond(),
                left,
                tally.broken().size());
    }

    private static String time(double seconds) {
        long whole = (long) Math.ceil(seconds);
        return whole < 120 ? whole + " s" : whole < 7_200 ? (whole + 59) / 60 + " min" : (whole + 3_599) / 3_600 + " h";
    }
}
