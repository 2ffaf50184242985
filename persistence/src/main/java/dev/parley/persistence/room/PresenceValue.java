package dev.parley.persistence.room;

import dev.parley.core.wire.PresenceEntry;

/** An entry of the presence store; {@code number} is the change of its relay's list that brought it. */
public record PresenceValue(PresenceEntry entry, long number) {
    /** Room enough for the fields besides the data. */
    private static final int FIXED_BYTES = 96;

    /** What it costs to keep, at most. */
    public long sizeBytes() {
        return FIXED_BYTES + 3L * entry.dataJson().length();
    }
}
