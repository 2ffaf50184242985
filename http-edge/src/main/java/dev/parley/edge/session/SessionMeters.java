package dev.parley.edge.session;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import java.time.Duration;
import java.util.Optional;

/** Where sessions report what they did. Called from any thread; must be quick. */
public interface SessionMeters {
    SessionMeters NONE = new SessionMeters() {};

    default void opened() {}

    /** {@code code} is empty when the peer left by itself. */
    default void ended(Optional<CloseCode> code, Optional<RoomId> room, Optional<PeerId> peer) {}

    /** The socket, a deadline or this member ended a session. */
    default void failed(SyncFailure why, Optional<RoomId> room) {}

    /** A token was refused; {@code text} is one of the fixed texts of spec 03 §2.3, mostly. */
    default void refused(String text) {}

    /** From the arrival of hello to its welcome. */
    default void welcomed(Duration took) {}

    /** A pack's nodes were checked: from the request to the answer. */
    default void verified(Duration took, int nodes) {}

    /** A command was refused for want of a capability. */
    default void denied(String command, String capability) {}

    /** A session sent messages so fast that its next one waits. */
    default void paced() {}
}
