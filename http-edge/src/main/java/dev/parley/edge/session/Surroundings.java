package dev.parley.edge.session;

import dev.parley.core.id.RoomId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Phase;
import dev.parley.core.session.Input;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * What a {@link Conversation} needs of whoever runs it. All are called on its thread, and none may call it back before
 * it returns, but for {@link #later}, which any thread may call.
 */
public interface Surroundings {
    /** The clock that tokens and limits go by, in milliseconds since the epoch. */
    long nowMs();

    /** The clock that durations are measured with. */
    long nowNanos();

    /** Runs {@code turn} soon, after what is under way, in the order of the calls; never, once the session is over. */
    void later(Consumer<Conversation> turn);

    /** {@link Conversation#fired} follows, unless it is stopped or the session is over before. */
    void startTimer(SessionTimer timer, Duration after);

    void stopTimer(SessionTimer timer);

    /** {@link Conversation#told} follows, with the outcome or with what ends the session. */
    void verify(Effect.Verify verify);

    /** {@link Conversation#relayFound} follows. Called once at most. */
    void findRelay(RoomId room);

    /** A step was made; its effects follow. For whoever looks on. */
    default void stepped(Phase before, Input input, Phase after) {}

    /** A step threw, which ends this one session. */
    void bug(String phase, String input, RuntimeException bug);

    /** The relay is gone without having been left. */
    void relayLost();
}
