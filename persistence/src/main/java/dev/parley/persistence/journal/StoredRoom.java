package dev.parley.persistence.journal;

/** The name that the log has for whatever is stored under a persistence id. */
public final class StoredRoom {
    private static final String PREFIX = "room|";

    private StoredRoom() {}

    /** The room's id; of something that is no room, the persistence id. */
    public static String of(String persistenceId) {
        return persistenceId.startsWith(PREFIX) ? persistenceId.substring(PREFIX.length()) : persistenceId;
    }
}
