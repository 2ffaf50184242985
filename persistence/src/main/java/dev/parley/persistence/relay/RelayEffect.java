package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRoom;

/** What a relay wants done, in order. */
public sealed interface RelayEffect {
    record TellRoom(ToRoom message) implements RelayEffect {}

    record TellSession(SessionId session, Input input) implements RelayEffect {}

    /** Nobody needs this relay any more; it may be asked again until it has really gone. */
    record Stop() implements RelayEffect {}
}
