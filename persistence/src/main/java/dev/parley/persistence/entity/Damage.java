package dev.parley.persistence.entity;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.pattern.CircuitBreakerOpenException;
import org.apache.pekko.persistence.RecoveryTimedOut;

/**
 * Tells a journal that is away from one that holds what cannot be.
 *
 * <p>Away: the database or its disk gave an error, was busy, took too long or had no connection to give. Damage: an event
 * that does not have its checksum or cannot be read, a row of them that is no past of the room, and a database that says
 * itself that its file is damaged. Whatever is not known to be away counts as damage: it would be tried for every message of
 * a peer that insists.
 */
public final class Damage {
    private static final int CAUSES_MAX = 16;

    /** SQLITE_CORRUPT and SQLITE_NOTADB; the driver of PostgreSQL has no such numbers. */
    private static final Set<Integer> DAMAGED_FILE = Set.of(11, 26);

    /** What PostgreSQL calls data_corrupted and index_corrupted. */
    private static final Set<String> DAMAGED_DATA = Set.of("XX001", "XX002");

    private Damage() {}

    /** True if the journal could not be asked: trying again soon is worth it. */
    public static boolean isAway(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SQLException answer) {
                return !saysDamaged(answer);
            }
            if (cause instanceof TimeoutException
                    || cause instanceof RecoveryTimedOut
                    || cause instanceof CircuitBreakerOpenException
                    || cause instanceof RejectedExecutionException
                    || cause instanceof IOException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean saysDamaged(SQLException answer) {
        return DAMAGED_FILE.contains(answer.getErrorCode())
                || answer.getSQLState() != null && DAMAGED_DATA.contains(answer.getSQLState());
    }
}
