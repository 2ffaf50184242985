package dev.parley.sim.fault;

/** Somebody who sends and receives: what a partition stands between. */
public sealed interface End {
    /** A server process. */
    record Member(int number) implements End {}

    /** The database behind all members. */
    record Journal() implements End {}

    record Peer(int number) implements End {}
}
