package dev.parley.core.session;

import dev.parley.core.wire.PresenceEntry;
import java.util.List;

/** What became of a {@link PresenceRequest}. */
public sealed interface PresenceReply {
    /** The value is kept. */
    record Kept() implements PresenceReply {}

    /** The store holds as much as it may; the value was not taken. */
    record Full() implements PresenceReply {}

    /** All entries, in the order of their sessions. */
    record Entries(List<PresenceEntry> entries) implements PresenceReply {
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /** The entries that were removed. */
    record Swept(List<PresenceEntry> entries) implements PresenceReply {
        public Swept {
            entries = List.copyOf(entries);
        }
    }
}
