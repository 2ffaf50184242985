package dev.parley.persistence.relay;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * When a relay attaches to its room: at once, then as a renewal, and with back-off and jitter while no room answers.
 *
 * <p>Shape: {@link #suspended} means that the room is gone or does not know the relay, so that nothing but an attach is
 * worth sending; the next head ends it and everything unanswered is sent again.
 */
final class Attachment {
    private final long everyMs;
    private final long silenceMs;
    private final long retryMinMs;
    private final long retryMaxMs;
    private long jitter;
    private boolean wanted;
    private boolean suspended;
    private long dueMs;
    private long sentMs;
    private long headMs;
    private long attachedMs;
    private int attempts;
    private OptionalLong incarnation = OptionalLong.empty();

    Attachment(RelaySettings settings, long seed) {
        this.everyMs = settings.attachEvery().toMillis();
        this.silenceMs = settings.silence().toMillis();
        this.retryMinMs = settings.retryMin().toMillis();
        this.retryMaxMs = settings.retryMax().toMillis();
        this.jitter = seed;
    }

    boolean wanted() {
        return wanted;
    }

    /** True while the room is gone: only attaching is worth a message. */
    boolean suspended() {
        return suspended;
    }

    /** The relay has its first session. */
    void start(long nowMs) {
        wanted = true;
        suspended = false;
        incarnation = OptionalLong.empty();
        attempts = 0;
        dueMs = nowMs;
        headMs = nowMs;
        attachedMs = nowMs;
    }

    /** The relay has no session left. */
    void stop() {
        wanted = false;
    }

    /** When the last attach was sent. */
    long sentMs() {
        return sentMs;
    }

    /** Time until the next attach is due. */
    Duration untilDue(long nowMs) {
        return Duration.ofMillis(Math.max(20, dueMs - nowMs));
    }

    /** True if an attach is to be sent now. */
    boolean due(long nowMs) {
        if (wanted && !suspended && nowMs - headMs >= silenceMs) {
            suspend(headMs);
        }
        return wanted && nowMs >= dueMs;
    }

    /** An attach was sent. */
    void sent(long nowMs) {
        sentMs = nowMs;
        dueMs = nowMs + (suspended ? backOffMs() : everyMs);
    }

    /** The room asks who this is: attach at once, unless that was done just now. */
    void unknownToRoom(long nowMs) {
        if (!wanted) {
            return;
        }
        if (!suspended) {
            suspend(nowMs);
            dueMs = Math.max(nowMs, sentMs + (attempts == 0 ? retryMinMs : backOffMs()));
        }
    }

    /** A room that was there for a while is looked for at once; one that comes and goes is left in peace longer. */
    private void suspend(long lastedUntilMs) {
        suspended = true;
        if (lastedUntilMs - attachedMs >= silenceMs) {
            attempts = 0;
        }
    }

    /** Something must be known soon: attach now, at most every {@code retryMin}. */
    void hasten(long nowMs) {
        if (!suspended) {
            dueMs = Math.min(dueMs, Math.max(nowMs, sentMs + retryMinMs));
        }
    }

    /** The room answered; true if it may have lost what was said before, so that all unanswered is to be sent again. */
    boolean head(long incarnationNow, long nowMs) {
        boolean moved = suspended || (incarnation.isPresent() && incarnation.getAsLong() != incarnationNow);
        if (moved) {
            attachedMs = nowMs;
        }
        incarnation = OptionalLong.of(incarnationNow);
        suspended = false;
        headMs = nowMs;
        dueMs = sentMs + everyMs;
        return moved;
    }

    private long backOffMs() {
        long ceiling = Math.min(retryMaxMs, retryMinMs << Math.min(attempts, 20));
        attempts++;
        // SplitMix64: each relay has its own row of delays, the same for the same seed.
        jitter += 0x9E3779B97F4A7C15L;
        long mixed = (jitter ^ (jitter >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        mixed ^= mixed >>> 31;
        long delay = ceiling / 2 + Long.remainderUnsigned(mixed, ceiling / 2 + 1);
        return Math.max(retryMinMs, delay);
    }
}
