package dev.parley.persistence.journal;

/**
 * A persistence id in the journal and what it holds: {@code payloadBytes} counts the events as stored,
 * {@code lastWrittenAtMs} is the clock of the member that wrote the newest one.
 */
public record RoomSummary(
        String persistenceId, long highestSeq, long events, long payloadBytes, long lastWrittenAtMs) {}
