package dev.parley.persistence.journal;

import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.persistence.query.ReadJournalProvider;
import org.apache.pekko.persistence.query.scaladsl.CurrentEventsByPersistenceIdQuery;
import org.apache.pekko.persistence.query.scaladsl.CurrentPersistenceIdsQuery;
import org.apache.pekko.stream.scaladsl.Source;

/** How Pekko finds {@link JdbcReadJournal}: the class named in the settings. */
public final class JdbcReadJournalProvider implements ReadJournalProvider {
    private final JdbcReadJournal journal;

    public JdbcReadJournalProvider(ExtendedActorSystem system) {
        this.journal = new JdbcReadJournal(system);
    }

    @Override
    public JdbcReadJournal javadslReadJournal() {
        return journal;
    }

    @Override
    public ScalaView scaladslReadJournal() {
        return new ScalaView(journal);
    }

    /** The same queries for callers in Scala. */
    public record ScalaView(JdbcReadJournal journal)
            implements CurrentEventsByPersistenceIdQuery, CurrentPersistenceIdsQuery {
        @Override
        public Source<EventEnvelope, NotUsed> currentEventsByPersistenceId(
                String persistenceId, long fromSequenceNr, long toSequenceNr) {
            return journal.currentEventsByPersistenceId(persistenceId, fromSequenceNr, toSequenceNr)
                    .asScala();
        }

        @Override
        public Source<String, NotUsed> currentPersistenceIds() {
            return journal.currentPersistenceIds().asScala();
        }
    }
}
