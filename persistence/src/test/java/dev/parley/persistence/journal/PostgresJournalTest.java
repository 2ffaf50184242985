package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** The contract on a real PostgreSQL server, where the machine has one to start. */
class PostgresJournalTest extends JournalContract {
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

    @Test
    void aServerThatDroppedTheIdleConnectionFailsNoWrite() throws SQLException {
        AtomicInteger backend = new AtomicInteger();
        journal.faults.onNextCommit((real, connection) -> {
            backend.set(connection.unwrap(PGConnection.class).getBackendPID());
            real.run();
        });
        journal.write("room|alpha", "w", 1, "1");
        terminate(backend.get());

        assertThat(journal.write("room|alpha", "w", 2, "2").isStored()).isTrue();
        assertThat(journal.meters.splitUps).hasValue(1);
    }

    @Test
    void aServerThatDropsTheConnectionAtTheCommitFailsTheWrite() {
        journal.faults.onNextCommit((real, connection) -> {
            terminate(connection.unwrap(PGConnection.class).getBackendPID());
            real.run();
        });

        assertThat(journal.write("room|alpha", "w", 1, "1").why()).isEqualTo(JournalWriteFailed.Why.OUTCOME_UNKNOWN);
        assertThat(journal.write("room|alpha", "next", 1, "1").isStored()).isTrue();
    }

    @Test
    void aKeyThatSomebodyElseHasLockedDelaysTheOthersAndFailsAlone() throws SQLException, InterruptedException {
        journal.write("room|alpha", "w", 1, "1");
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending first = journal.begin("room|first", "w0", 1, "e");
        held.awaitReached();
        PluginProbe.Pending locked = journal.begin("room|alpha", "w", 2, "2");
        PluginProbe.Pending other = journal.begin("room|other", "w1", 1, "e");
        journal.begin("room|x", "wx", 1, PluginProbe.UNSERIALIZABLE).await();
        try (Connection elsewhere = journal.database.openForWriting();
                Statement insert = elsewhere.createStatement()) {
            elsewhere.setAutoCommit(false);
            insert.executeUpdate("INSERT INTO parley_event SELECT room_seq + 1, manifest, serializer, adapter, writer,"
                    + " written_at, checksum, payload FROM parley_event WHERE room_seq = " + RoomSeq.key(1, 1));
            held.release();

            assertThat(first.await().isStored()).isTrue();
            assertThat(locked.await().why()).isEqualTo(JournalWriteFailed.Why.DATABASE);
            assertThat(other.await().isStored()).isTrue();
            elsewhere.rollback();
        }
    }

    private void terminate(int backend) throws SQLException {
        try (Connection connection = journal.database.openForWriting();
                Statement end = connection.createStatement()) {
            end.execute("SELECT pg_terminate_backend(" + backend + ", 5000)");
        }
    }
}
