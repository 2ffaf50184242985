package dev.parley.persistence.journal;

import java.sql.SQLException;

/**
 * Why a write was not, or perhaps not, committed. For a room's events the plugin answers it as a failed write, never as
 * a rejection, so that the room stops and its next incarnation reads what is really there.
 */
public final class JournalWriteFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The cause, by what is known about the outcome. All but {@link #OUTCOME_UNKNOWN} are surely not committed. */
    public enum Why {
        /** Another incarnation wrote that {@code seq}: this one lost the race. */
        SEQ_TAKEN,
        /** The write would leave a hole: something before it is missing. */
        HOLE,
        /** An earlier write of the same incarnation failed; what it decided since then stands on nothing. */
        EARLIER_WRITE_FAILED,
        /** The bound on waiting writes, in number or bytes, is reached. */
        QUEUE_FULL,
        /** It waited longer than its caller does, and was not tried. */
        EXPIRED,
        /** The disk or the table space is full; later writes succeed when there is space again. */
        DISK_FULL,
        /** The database refused it. */
        DATABASE,
        /** There was no connection, or it was lost before the commit. */
        UNREACHABLE,
        /** The commit was sent and its answer did not come. */
        OUTCOME_UNKNOWN,
        /** The journal is closing. */
        CLOSED
    }

    private final Why why;

    JournalWriteFailed(Why why, String message, Throwable cause) {
        super(message, cause);
        this.why = why;
    }

    JournalWriteFailed(Why why, String message) {
        this(why, message, null);
    }

    /** Nothing was committed. */
    static JournalWriteFailed of(Dialect.Trouble trouble, SQLException e) {
        Why why = switch (trouble) {
            case KEY_TAKEN -> Why.SEQ_TAKEN;
            case DISK_FULL -> Why.DISK_FULL;
            case CONNECTION_LOST -> Why.UNREACHABLE;
            case OTHER -> Why.DATABASE;
        };
        return new JournalWriteFailed(why, reason(e), e);
    }

    static JournalWriteFailed unanswered(SQLException e) {
        return new JournalWriteFailed(Why.OUTCOME_UNKNOWN, "commit was not answered: " + reason(e), e);
    }

    /** The database's own first line; drivers put whole statements, payloads included, in front of it. */
    static String reason(SQLException e) {
        SQLException last = e;
        while (last.getNextException() != null) {
            last = last.getNextException();
        }
        return String.valueOf(last.getMessage()).lines().findFirst().orElse("");
    }

    public Why why() {
        return why;
    }
}
