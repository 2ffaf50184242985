package dev.parley.persistence.journal;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Where the journal of each recently written room ends: a bounded memory of what the database would answer. */
final class Tails {
    private static final int ROOMS_MAX = 100_000;

    /** {@code seq} is the last one that was written or counted. */
    record Tail(long room, long seq) {}

    private final Map<String, Tail> byPersistenceId = new LinkedHashMap<>(256, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Tail> eldest) {
            return size() > ROOMS_MAX;
        }
    };

    Optional<Tail> of(String persistenceId) {
        return Optional.ofNullable(byPersistenceId.get(persistenceId));
    }

    void committed(Map<String, Tail> moved) {
        byPersistenceId.putAll(moved);
    }

    /** After a failure only the database knows. */
    void forget(String persistenceId) {
        byPersistenceId.remove(persistenceId);
    }
}
