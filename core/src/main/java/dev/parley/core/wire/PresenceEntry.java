package dev.parley.core.wire;

import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import java.util.OptionalLong;

/**
 * The value that a session keeps in its room's presence store (spec 03 §12.3). {@code dataJson} is JSON text as it came;
 * {@code expiresAtMs} is by the peers' own clocks, unsigned.
 */
public record PresenceEntry(SessionId session, PeerId from, String dataJson, OptionalLong expiresAtMs) {
    /** True if the entry's time is over at {@code nowMs}, unsigned; one without an end never is. */
    public boolean expiredAt(long nowMs) {
        return expiresAtMs.isPresent() && Long.compareUnsigned(expiresAtMs.getAsLong(), nowMs) <= 0;
    }
}
