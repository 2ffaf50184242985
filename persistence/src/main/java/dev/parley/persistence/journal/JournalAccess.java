package dev.parley.persistence.journal;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.AbstractExtensionId;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.Extension;

/** The one database and the meters that journal, snapshot store and read journal of an actor system share. */
final class JournalAccess implements Extension {
    private final JournalDatabase database;
    private final JournalMeters meters;

    private JournalAccess(JournalDatabase database, JournalMeters meters) {
        this.database = database;
        this.meters = meters;
    }

    /**
     * Opened at first use.
     *
     * <p>Errors: {@link JournalUnusable}; {@link IllegalArgumentException} with all bad settings.
     */
    static JournalAccess of(org.apache.pekko.actor.ActorSystem system) {
        return Id.ID.get(system);
    }

    JournalDatabase database() {
        return database;
    }

    JournalMeters meters() {
        return meters;
    }

    private static final class Id extends AbstractExtensionId<JournalAccess> {
        private static final Id ID = new Id();

        @Override
        public JournalAccess createExtension(ExtendedActorSystem system) {
            JournalSetup setup = system.settings()
                    .setup()
                    .get(JournalSetup.class)
                    .orElseGet(() -> JournalSetup.metered(JournalMeters.NONE));
            JournalDatabase database = setup.database().orElseGet(() -> open(system));
            return new JournalAccess(database, setup.meters());
        }

        private static JournalDatabase open(ExtendedActorSystem system) {
            List<String> problems = new ArrayList<>();
            JournalSettings settings =
                    JournalSettings.read(system.settings().config().getConfig("parley.journal"), problems::add);
            if (!problems.isEmpty()) {
                throw new IllegalArgumentException(String.join("; ", problems));
            }
            JournalDatabase database = JournalDatabase.open(settings);
            system.registerOnTermination(database::close);
            return database;
        }
    }
}
