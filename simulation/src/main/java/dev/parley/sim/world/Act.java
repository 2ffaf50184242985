package dev.parley.sim.world;

import java.util.List;

/** What a peer does. A kind of peer that cannot do something does nothing. */
public sealed interface Act {
    /** Writes so many transactions. */
    record Edit(int nodes) implements Act {}

    /** Hangs up, and comes back after a while with what was written meanwhile. */
    record Away(long forMs) implements Act {}

    /** Sends so many of the nodes it has once more. */
    record Again(int nodes) implements Act {}

    /** Writes nodes that follow each other and sends all but the first; that one comes later, or never (0). */
    record Orphans(int nodes, long healAfterMs) implements Act {}

    /** Wants only what these patterns name; none: everything, and what was left out. */
    record Follow(List<String> patterns) implements Act {
        public Follow {
            patterns = List.copyOf(patterns);
        }
    }

    /** Tells the others its presence, with a lease or without; {@code kept}: to be kept by the room. */
    record Present(boolean lease, boolean kept) implements Act {}

    /** Signals to the peer with this key, or to all ({@code -1}). */
    record Signal(int key) implements Act {}

    /** Asks the server something. */
    record Ask(Question question) implements Act {}

    /** What can be asked. */
    enum Question {
        EVERYTHING,
        SOME_NODES,
        TREE,
        PRESENCE,
        SWEEP,
        SERVER_INFO,
        NOOP,
        SECOND_HELLO,
        UNKNOWN
    }

    /** Locks the room, as its operator may. */
    record Lock() implements Act {}

    /** Sets a policy: one path is for nobody; {@code deny}: all others by rules, not by default. */
    record Rule(boolean deny) implements Act {}

    /** Sends a node that the policy of {@link Rule} forbids, and one with a broken signature. */
    record Trespass() implements Act {}
}
