package dev.parley.persistence.journal;

/** Reading the journal failed: the database's fault or its bytes'. A room that recovers stops and tries again later. */
public final class JournalReadFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalReadFailed(String message, Throwable cause) {
        super(message, cause);
    }

    JournalReadFailed(String message) {
        this(message, null);
    }
}
