package dev.parley.persistence.journal;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What one room asked to have written at once: it is committed as a whole or not at all.
 *
 * <p>{@code firstSeq} to {@code lastSeq} is what the room counted, including events that were rejected before they came
 * here and so have no row. {@code incarnation} is Pekko's writer uuid. {@code done} is completed by the writer's
 * thread: normally once the rows are durable, else with a {@link JournalWriteFailed}.
 */
record RoomWrite(
        String persistenceId,
        String incarnation,
        long firstSeq,
        long lastSeq,
        List<StoredEvent> rows,
        long payloadBytes,
        long expiresAtNanos,
        CompletableFuture<Void> done) {}
