package dev.parley.sim.fault;

/** What happens in a room and makes a bad moment for a fault. */
public enum Moment {
    /** A peer's hello is on its way to the room. */
    HELLO,
    /** The room makes a chunk for somebody who catches up. */
    CATCH_UP,
    /** Packs have arrived at the room and are not decided. */
    SUBMIT,
    /** A write is on its way to the journal. */
    WRITE,
    /** A piece of a larger message has arrived, and not the last. */
    FRAGMENT,
    /** A relay asks for steps that it missed. */
    REPAIR,
    /** An incarnation begins to recover. */
    RECOVERY,
    /** The room is being put away, as nobody needs it. */
    PASSIVATION
}
