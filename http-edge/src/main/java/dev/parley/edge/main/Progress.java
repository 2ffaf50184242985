package dev.parley.edge.main;

import java.io.PrintWriter;
import java.util.concurrent.TimeUnit;

/** Says on stderr how far long work is, once a second; work that is quick says nothing. */
final class Progress {
    private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PrintWriter err;
    private long lastNanos = System.nanoTime();

    Progress(PrintWriter err) {
        this.err = err;
    }

    void at(long done, long all, String what) {
        long now = System.nanoTime();
        if (now - lastNanos >= EVERY_NANOS) {
            lastNanos = now;
            err.println(done + " of " + all + " " + what);
            err.flush();
        }
    }
}
