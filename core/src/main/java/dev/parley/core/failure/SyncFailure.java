package dev.parley.core.failure;

import java.time.Duration;

/**
 * All that a peer or the network can do wrong so that the session ends. What a session survives is an error envelope,
 * not a failure.
 */
public sealed interface SyncFailure {
    /** The first message was not a usable hello; {@code text} goes into the error envelope and the close reason. */
    record MalformedHello(String text) implements SyncFailure {}

    /** No hello within the time for it. */
    record HelloTimeout(Duration waited) implements SyncFailure {}

    /** A token was missing, malformed or not good enough; {@code text} starts with {@code auth: }. */
    record Unauthorized(String text) implements SyncFailure {}

    /** The token had expired at hello ({@code text} is its error envelope). */
    record TokenExpiredAtHello(String text) implements SyncFailure {}

    /** The token ran out during the session. */
    record TokenExpired() implements SyncFailure {}

    record RateExceeded(long nodes, long bytes) implements SyncFailure {}

    /** The outgoing queue was full. */
    record PeerTooSlow(int messagesQueued, long bytesQueued) implements SyncFailure {}

    /** Steps of the room that this member missed cannot be had any more. */
    record FeedLost(long seq) implements SyncFailure {}

    /** One message could not be written within the send timeout. */
    record SendStalled(Duration waited) implements SyncFailure {}

    /** No answer to our pings. */
    record PeerDead() implements SyncFailure {}

    /** No room answered hello within the time for it. */
    record RoomUnavailable(Duration waited) implements SyncFailure {}

    /** The room, its member or the peer's address holds as many sessions as it may. */
    record TooManySessions(String text) implements SyncFailure {}

    /** A message was more than four times the largest allowed. */
    record MessageFarTooLarge(long limitBytes) implements SyncFailure {}

    /** This member is shutting down. */
    record MemberLeaving() implements SyncFailure {}

    /** Our own bug, caught at the edge of the actor. */
    record Internal(String what) implements SyncFailure {}
}
