package dev.parley.edge.socket;

/** What waits to go out on one socket. */
public record Queued(int messages, long bytes) {
    public static final Queued NOTHING = new Queued(0, 0);
}
