package dev.parley.core.session;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import dev.parley.core.id.SessionId;
import java.util.Optional;

/**
 * What a session knows before its peer says anything. {@code room} is empty on the route without one, where hello names
 * the room; {@code server} is the server's own key.
 */
public record About(SessionId self, Optional<RoomId> room, PeerId server, SessionSettings settings) {}
