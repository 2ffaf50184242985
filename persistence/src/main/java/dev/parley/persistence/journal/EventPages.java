package dev.parley.persistence.journal;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * A walk over the events of one room, page by page, from {@code fromSeq} to {@code toSeq} and at most {@code max} of
 * them. Holds no connection between pages and no page that was given out. One thread at a time.
 */
final class EventPages {
    private final JournalDatabase database;
    private final JournalMeters meters;
    private final String persistenceId;
    private final long toSeq;
    private long nextSeq;
    private long left;

    EventPages(
            JournalDatabase database, JournalMeters meters, String persistenceId, long fromSeq, long toSeq, long max) {
        this.database = database;
        this.meters = meters;
        this.persistenceId = persistenceId;
        this.toSeq = Math.min(toSeq, RoomSeq.SEQ_MAX);
        this.nextSeq = Math.max(1, fromSeq);
        this.left = max;
    }

    String persistenceId() {
        return persistenceId;
    }

    /** The next page; empty at the end. */
    List<StoredEvent> next() {
        if (nextSeq > toSeq || left <= 0) {
            return List.of();
        }
        long startedAt = System.nanoTime();
        List<StoredEvent> page = database.read(connection -> {
            OptionalLong room = EventTable.room(connection, persistenceId);
            return room.isEmpty()
                    ? List.of()
                    : EventTable.page(connection, database.dialect(), room.getAsLong(), nextSeq, toSeq, left);
        });
        if (!page.isEmpty()) {
            nextSeq = page.getLast().seq() + 1;
            left -= page.size();
            long bytes = page.stream().mapToLong(event -> event.bytes().length).sum();
            meters.read(Duration.ofNanos(System.nanoTime() - startedAt), page.size(), bytes);
        }
        return page;
    }
}
