package dev.parley.core.session;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a token gave: its capabilities and until when. {@code expirySeconds} is unsigned seconds since the epoch, empty
 * for a session without end; {@code timer} is the number of the running timer.
 */
public record Access(Set<String> capabilities, OptionalLong expirySeconds, long timer) {
    /**
     * Timers count time that passes, a token ends at a time of the wall clock, and somebody may set that clock: so it is
     * looked at again this often. A session outlives its token by no more, whatever the clock did; a clock set back
     * neither ends it early nor forgets it.
     */
    static final long RECHECK_SECONDS = 15;

    boolean has(String capability) {
        return capabilities.contains(capability);
    }

    /** True once the time is up: a token is good only before its expiry. */
    boolean expired(long nowMs) {
        return expirySeconds.isPresent()
                && Long.compareUnsigned(Math.max(0, nowMs) / 1000, expirySeconds.getAsLong()) >= 0;
    }

    /** The timer to start, under {@code number}; none when there is no end. */
    Optional<Effect> wind(long number, long nowMs) {
        if (expirySeconds.isEmpty()) {
            return Optional.empty();
        }
        long leftSeconds = expired(nowMs) ? 0 : expirySeconds.getAsLong() - Math.max(0, nowMs) / 1000;
        Duration after = Long.compareUnsigned(leftSeconds, RECHECK_SECONDS) > 0
                ? Duration.ofSeconds(RECHECK_SECONDS)
                : Duration.ofMillis(Math.max(0, leftSeconds * 1000 - Math.max(0, nowMs) % 1000));
        return Optional.of(new Effect.StartTimer(Effect.Timer.TOKEN_EXPIRY, number, after));
    }

    Access timedBy(long number) {
        return new Access(capabilities, expirySeconds, number);
    }
}
