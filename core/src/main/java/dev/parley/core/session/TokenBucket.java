package dev.parley.core.session;

/**
 * A rate limit: one second's quota that refills continuously. A value; charging gives a new one.
 *
 * <p>Units: {@code levelMilli} is thousandths of a token as of {@code atMs}. {@code perSecond} 0 = no limit.
 */
record TokenBucket(long perSecond, long levelMilli, long atMs) {
    private static final long MILLI = 1000;

    static TokenBucket full(long perSecond, long nowMs) {
        return new TokenBucket(perSecond, perSecond * MILLI, nowMs);
    }

    /** How many of {@code tokens} it cannot give now. */
    long shortage(long tokens, long nowMs) {
        return perSecond == 0 ? 0 : Math.max(0, tokens - level(nowMs) / MILLI);
    }

    /** Takes what {@link #shortage} says is there. */
    TokenBucket charge(long tokens, long nowMs) {
        return perSecond == 0 ? this : new TokenBucket(perSecond, level(nowMs) - tokens * MILLI, nowMs);
    }

    /** Gives back; never above one second's quota. */
    TokenBucket refund(long tokens, long nowMs) {
        return perSecond == 0
                ? this
                : new TokenBucket(perSecond, Math.min(perSecond * MILLI, level(nowMs) + tokens * MILLI), nowMs);
    }

    /** A clock that goes back refills nothing; one second fills all, so the product stays small. */
    private long level(long nowMs) {
        long elapsedMs = Math.clamp(nowMs - atMs, 0, MILLI);
        return Math.min(perSecond * MILLI, levelMilli + elapsedMs * perSecond);
    }
}
