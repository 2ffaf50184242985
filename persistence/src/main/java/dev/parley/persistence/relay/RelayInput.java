package dev.parley.persistence.relay;

import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.persistence.room.ToRelay;

/** What happens to a relay. */
public sealed interface RelayInput {
    /** One of this member's sessions wants something of the room. */
    record FromSession(SessionId session, Effect.ForRoom request) implements RelayInput {}

    /** The room says something; whole messages only, fragments are joined by the shell. */
    record FromRoom(ToRelay message) implements RelayInput {}

    /** Time passed. Comes at least as often as {@link RelayRules#nextTick} asks. */
    record Tick() implements RelayInput {}
}
