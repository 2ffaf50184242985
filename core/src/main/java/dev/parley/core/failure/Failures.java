package dev.parley.core.failure;

import java.util.Optional;

/** The only place where a failure meets a close code; spec 03 §9.1 is the authority. */
public final class Failures {
    /** Said when no room answers within {@code parley.room.wait}: the outcome is unknown, and nothing is acknowledged. */
    public static final String ROOM_NOT_AVAILABLE = "room is not available, try again";

    private Failures() {}

    public static CloseCode code(SyncFailure failure) {
        return switch (failure) {
            case SyncFailure.MalformedHello f -> CloseCode.POLICY_VIOLATION; // Do not retry as it is.
            case SyncFailure.HelloTimeout f -> CloseCode.DROPPED; // Spec 03 §2.2: nothing is sent.
            case SyncFailure.Unauthorized f -> CloseCode.POLICY_VIOLATION;
            case SyncFailure.TokenExpiredAtHello f -> CloseCode.TOKEN_EXPIRED; // Retry with a fresh token.
            case SyncFailure.TokenExpired f -> CloseCode.TOKEN_EXPIRED;
            case SyncFailure.RateExceeded f -> CloseCode.RATE_LIMITED; // Retry later.
            case SyncFailure.PeerTooSlow f -> CloseCode.RESYNC_REQUIRED; // Retry: the peer catches up.
            case SyncFailure.FeedLost f -> CloseCode.RESYNC_REQUIRED;
            case SyncFailure.SendStalled f -> CloseCode.OVERLOADED; // Retry with backoff.
            case SyncFailure.PeerDead f -> CloseCode.OVERLOADED;
            case SyncFailure.RoomUnavailable f -> CloseCode.OVERLOADED;
            case SyncFailure.TooManySessions f -> CloseCode.OVERLOADED;
            case SyncFailure.MessageFarTooLarge f -> CloseCode.TOO_BIG;
            case SyncFailure.MemberLeaving f -> CloseCode.RESTARTING; // Retry.
            case SyncFailure.Internal f -> CloseCode.INTERNAL_ERROR;
        };
    }

    /** The close reason: the code's own, or the text of the refusal where the peer can use it. */
    public static String reason(SyncFailure failure) {
        return switch (failure) {
            case SyncFailure.MalformedHello(var text) -> text;
            case SyncFailure.Unauthorized(var text) -> text;
            default -> code(failure).reason();
        };
    }

    /** The text of the error envelope that goes before the close, where one does. */
    public static Optional<String> envelope(SyncFailure failure) {
        return switch (failure) {
            case SyncFailure.MalformedHello(var text) -> Optional.of(text);
            case SyncFailure.Unauthorized(var text) -> Optional.of(text);
            case SyncFailure.TokenExpiredAtHello(var text) -> Optional.of(text);
            case SyncFailure.RoomUnavailable f -> Optional.of(ROOM_NOT_AVAILABLE);
            case SyncFailure.TooManySessions(var text) -> Optional.of(text);
            default -> Optional.empty();
        };
    }
}
