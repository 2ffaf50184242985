package dev.parley.persistence.journal;

import java.util.Optional;
import org.apache.pekko.actor.setup.Setup;

/**
 * What an actor system's journal is given at the system's start, besides its settings: pass it with the bootstrap setup
 * to {@code ActorSystemSetup.create}. Without it the journal opens {@code parley.journal} by itself and reports to
 * nobody.
 */
public final class JournalSetup extends Setup {
    private final Optional<JournalDatabase> database;
    private final JournalMeters meters;

    private JournalSetup(Optional<JournalDatabase> database, JournalMeters meters) {
        this.database = database;
        this.meters = meters;
    }

    /** The journal opens its database from the system's settings and closes it when the system has terminated. */
    public static JournalSetup metered(JournalMeters meters) {
        return new JournalSetup(Optional.empty(), meters);
    }

    /** The caller has opened {@code database}, and closes it after the system has terminated. */
    public static JournalSetup opened(JournalDatabase database, JournalMeters meters) {
        return new JournalSetup(Optional.of(database), meters);
    }

    Optional<JournalDatabase> database() {
        return database;
    }

    JournalMeters meters() {
        return meters;
    }
}
