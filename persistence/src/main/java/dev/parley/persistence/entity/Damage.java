package dev.parley.persistence.entity;

import java.sql.SQLException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.pattern.CircuitBreakerOpenException;
import org.apache.pekko.persistence.RecoveryTimedOut;

/** Tells a journal that is away from one that holds what cannot be. */
final class Damage {
    private static final int CAUSES_MAX = 16;

    private Damage() {}

    /** True if the journal could not be asked: trying again soon is worth it. */
    static boolean isAway(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (cause instanceof SQLException
                    || cause instanceof TimeoutException
                    || cause instanceof RecoveryTimedOut
                    || cause instanceof CircuitBreakerOpenException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
