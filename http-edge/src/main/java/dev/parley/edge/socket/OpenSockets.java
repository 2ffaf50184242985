package dev.parley.edge.socket;

import java.time.Duration;

/** Counts the connections that are open, so that a server that stops can wait for the last close frames. Thread-safe. */
public final class OpenSockets {
    private int open;

    synchronized void opened() {
        open++;
    }

    synchronized void closed() {
        open--;
        if (open == 0) {
            notifyAll();
        }
    }

    public synchronized int count() {
        return open;
    }

    /** Waits until none is open; false if that took too long. */
    public synchronized boolean awaitNone(Duration atMost) throws InterruptedException {
        long endNanos = System.nanoTime() + atMost.toNanos();
        while (open > 0) {
            long leftMs = (endNanos - System.nanoTime()) / 1_000_000;
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
