package dev.parley.edge.session;

import dev.parley.core.session.Effect;

/** The timers of one session; of each there is one at most. */
public sealed interface SessionTimer {
    SessionTimer READ_ON = new ReadOn();
    SessionTimer GRACE_OVER = new GraceOver();

    /** One that the session's steps started. */
    record OfStep(Effect.Timer timer, long number) implements SessionTimer {}

    /** The next message may be read. */
    record ReadOn() implements SessionTimer {}

    /** Packs in flight have had their time while the member leaves. */
    record GraceOver() implements SessionTimer {}
}
