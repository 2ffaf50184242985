package dev.parley.persistence.journal;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;

/** The snapshot contract on a real PostgreSQL server, where the machine has one to start. */
class PostgresSnapshotTest extends SnapshotContract {
    @BeforeAll
    static void server() {
        Assumptions.assumeTrue(
                PostgresServer.started().url().isPresent(),
                PostgresServer.started().what());
    }

    @Override
    JournalSettings fresh() {
        return PostgresServer.freshSchema();
    }
}
