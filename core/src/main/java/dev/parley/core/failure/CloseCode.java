package dev.parley.core.failure;

/** How a session ends on the wire: WebSocket close code and reason (spec 03 §9.1). */
public enum CloseCode {
    NORMAL(1000, "client requested close"),
    SESSION_CLOSED(1000, "session closed"),
    /** No close frame: the connection just ends. The number is what the peer then sees; no frame may carry it. */
    DROPPED(1006, ""),
    /** The reason is the text of the error envelope that went before. */
    POLICY_VIOLATION(1008, "policy violation"),
    TOO_BIG(1009, "message too large"),
    INTERNAL_ERROR(1011, "internal error"),
    OVERLOADED(1011, "server overload"),
    RESTARTING(1012, "service restart"),
    RESYNC_REQUIRED(4001, "resync required"),
    TOKEN_EXPIRED(4002, "token expired"),
    RATE_LIMITED(4008, "rate limit exceeded");

    private final int number;
    private final String reason;

    CloseCode(int number, String reason) {
        this.number = number;
        this.reason = reason;
    }

    public int number() {
        return number;
    }

    public String reason() {
        return reason;
    }
}
