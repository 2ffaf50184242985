package dev.parley.edge.session;

import dev.parley.core.id.RoomId;
import dev.parley.core.session.Effect;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;

/**
 * The way of one session to its room: found when the first effect for the room comes; until then such effects wait, in
 * order. Of the session's thread.
 */
final class RelayLine {
    private final Consumer<RoomId> find;
    private Consumer<Effect.ForRoom> relay; // Null until found.
    private boolean asked;
    private boolean left;
    private Queue<Effect.ForRoom> waiting = new ArrayDeque<>(2);

    /** {@code find} asks for the relay of a room, once; {@link #found} is to follow. */
    RelayLine(Consumer<RoomId> find) {
        this.find = find;
    }

    void forward(Effect.ForRoom effect, Optional<RoomId> room) {
        if (relay != null) {
            relay.accept(effect);
            return;
        }
        waiting.add(effect);
        if (!asked && room.isPresent()) {
            asked = true;
            find.accept(room.get());
        }
    }

    void found(Consumer<Effect.ForRoom> here) {
        relay = here;
        waiting.forEach(here);
        waiting = new ArrayDeque<>(0);
    }

    /** Leaves the room, if any relay knows of this session; a second call changes nothing. */
    void leave() {
        if (asked && !left) {
            forward(new Effect.Leave(), Optional.empty());
        }
        left = true;
    }

    /** True once the session has left. */
    boolean left() {
        return left;
    }

    /** True if a relay was found that is to be told of the end. */
    boolean entered() {
        return relay != null && !left;
    }
}
