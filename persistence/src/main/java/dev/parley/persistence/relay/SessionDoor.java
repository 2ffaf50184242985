package dev.parley.persistence.relay;

import dev.parley.core.session.Input;

/** Where a session of this member takes what its room has for it. Quick, thread-safe, and harmless once it is gone. */
public interface SessionDoor {
    void tell(Input input);
}
