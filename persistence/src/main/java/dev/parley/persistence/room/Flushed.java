package dev.parley.persistence.room;

import dev.parley.core.history.Candidate;
import dev.parley.core.session.Input;
import java.util.List;

/**
 * What was decided on a group of submits: events to write at once, none if nothing is new, and what became of each
 * submit, in order.
 */
public record Flushed(List<RoomEvent> events, List<Decided> decided) {
    public Flushed {
        events = List.copyOf(events);
        decided = List.copyOf(decided);
    }

    /** The answer holds only once the events are durable. {@code parked} nodes lack a parent; nothing remembers them yet. */
    public record Decided(Input.PackAnswer answer, List<Candidate> parked) {
        public Decided {
            parked = List.copyOf(parked);
        }
    }
}
