package dev.parley.persistence.journal;

import java.time.Duration;

/** Variations of a journal's settings, and refusals, for tests. */
final class Settings {
    private Settings() {}

    static JournalSettings queueOf(JournalSettings s, int writesMax) {
        return with(s, s.writeTimeout(), writesMax);
    }

    static JournalSettings writeTimeout(JournalSettings s, long ms) {
        return with(s, Duration.ofMillis(ms), s.queueWritesMax());
    }

    static JournalSettings freeBytesMin(JournalSettings s, long freeBytesMin) {
        return with(s, s.writeTimeout(), s.queueWritesMax(), freeBytesMin);
    }

    private static JournalSettings with(JournalSettings s, Duration writeTimeout, int queueWritesMax) {
        return with(s, writeTimeout, queueWritesMax, s.freeBytesMin());
    }

    private static JournalSettings with(
            JournalSettings s, Duration writeTimeout, int queueWritesMax, long freeBytesMin) {
        return new JournalSettings(
                s.kind(),
                s.directory(),
                s.file(),
                s.busyTimeout(),
                writeTimeout,
                queueWritesMax,
                s.queueBytesMax(),
                s.batchWritesMax(),
                s.batchBytesMax(),
                s.readersMax(),
                freeBytesMin,
                s.postgres());
    }

    /** What is said when the journal is refused. */
    static JournalUnusable refusal(Runnable opening) {
        try {
            opening.run();
        } catch (JournalUnusable refusal) {
            return refusal;
        }
        throw new AssertionError("the journal was not refused");
    }
}
