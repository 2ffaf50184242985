package dev.parley.persistence.room;

import java.util.List;

/** What a room makes of a control command. */
sealed interface ControlDecision {
    /** It is to be done: these events, then the answer. */
    record Do(List<RoomEvent> events) implements ControlDecision {
        public Do {
            events = List.copyOf(events);
        }
    }

    /** This very request was done; only its answer was lost. */
    record DoneBefore() implements ControlDecision {}

    /** {@code text} is for the sender. */
    record Refused(String text) implements ControlDecision {}
}
