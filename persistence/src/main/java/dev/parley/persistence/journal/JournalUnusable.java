package dev.parley.persistence.journal;

/**
 * A journal or data directory that this process cannot use: an operator's matter, to be printed as the one sentence of
 * {@link #getMessage()}. Nothing was changed in what was found.
 */
public final class JournalUnusable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is wrong, for an exit code or a test; the message says it in words and names the place. */
    public enum Reason {
        NO_SUCH_FILE,
        NEWER_VERSION,
        NOT_A_JOURNAL,
        CORRUPT,
        UNWRITABLE,
        UNREACHABLE,
        IN_USE
    }

    private final Reason reason;

    public JournalUnusable(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    public JournalUnusable(Reason reason, String sentence) {
        this(reason, sentence, null);
    }

    public Reason reason() {
        return reason;
    }
}
