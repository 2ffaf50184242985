package dev.parley.persistence.journal;

import java.time.Duration;

/** Where the journal reports what it did. Methods are called from the journal's own threads and must be quick. */
public interface JournalMeters {
    JournalMeters NONE = new JournalMeters() {};

    /** One transaction was committed: from its first statement to the commit's answer, and what it held. */
    default void committed(Duration took, int writes, int events, long payloadBytes) {}

    /** A transaction failed, and its writes are tried again one by one. */
    default void splitUp(int writes) {}

    default void writeFailed(JournalWriteFailed.Why why) {}

    /** How much waits for the next transaction, at the moment one is formed. */
    default void queueDepth(int writes, long bytes) {}

    /** A page of events was read for a replay or a query. */
    default void read(Duration took, int events, long payloadBytes) {}

    /** {@code bytesWritten} counts manifest and new segments only. */
    default void snapshotSaved(Duration took, int segmentsWritten, long bytesWritten) {}

    default void snapshotFailed() {}

    /** A stored snapshot failed its checksums and was passed over. */
    default void snapshotSkipped() {}
}
