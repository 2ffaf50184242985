package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.pekko.persistence.query.EventEnvelope;
import org.apache.pekko.stream.javadsl.Sink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a journal promises to rooms, whatever database is under it; asserts what Pekko's own journal TCK does, and more.
 */
abstract class JournalContract {
    private static final String ROOM = "room|alpha";
    private static final String OTHER = "room|beta";

    private JournalSettings settings;
    PluginProbe journal;

    /** An empty journal, never given out before. */
    abstract JournalSettings fresh();

    @BeforeEach
    void open() {
        settings = fresh();
        journal = new PluginProbe(settings);
    }

    @AfterEach
    void close() {
        if (journal != null) {
            journal.close();
        }
    }

    private void reopen(String overrides) {
        journal.close();
        journal = new PluginProbe(settings, overrides);
    }

    private void change(String statement) throws SQLException {
        try (Connection connection = journal.database.openForWriting();
                Statement change = connection.createStatement()) {
            journal.database.transaction(connection, () -> change.executeUpdate(statement));
        }
    }

    private void writeFive() {
        journal.write(ROOM, "w", 1, "a-1", "a-2");
        journal.write(ROOM, "w", 3, "a-3");
        journal.write(ROOM, "w", 4, "a-4", "a-5");
    }

    @Test
    void eventsComeBackInOrderWithAllThatWasWritten() {
        writeFive();

        PluginProbe.Replayed back = journal.replay(ROOM);

        assertThat(back.payloads()).containsExactly("a-1", "a-2", "a-3", "a-4", "a-5");
        assertThat(back.seqs()).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(back.highestSeq()).isEqualTo(5);
        assertThat(back.events()).allSatisfy(event -> {
            assertThat(event.persistenceId()).isEqualTo(ROOM);
            assertThat(event.writerUuid()).isEqualTo("w");
            assertThat(event.timestamp()).isPositive();
        });
    }

    @ParameterizedTest(name = "from {0} to {1}, at most {2}: {3} to {4}")
    @CsvSource({
        "1, 9, 9, 1, 5",
        "3, 9, 9, 3, 5",
        "1, 3, 9, 1, 3",
        "2, 4, 9, 2, 4",
        "2, 4, 2, 2, 3",
        "2, 2, 9, 2, 2",
        "1, 0, 9, 1, 0",
        "3, 2, 9, 1, 0",
        "1, 9, 0, 1, 0",
        "6, 9, 9, 1, 0",
        "1, 9223372036854775807, 9223372036854775807, 1, 5",
    })
    void replayGivesTheRangeAndNoMore(long from, long to, long max, long first, long last) {
        writeFive();

        List<Long> seqs = journal.replay(ROOM, from, to, max).seqs();

        assertThat(seqs)
                .isEqualTo(IntStream.rangeClosed((int) first, (int) last)
                        .mapToObj(seq -> (long) seq)
                        .toList());
    }

    @Test
    void roomsDoNotSeeEachOther() {
        journal.write(ROOM, "w", 1, "a-1");
        journal.write(OTHER, "v", 1, "b-1", "b-2");

        assertThat(journal.replay(ROOM).payloads()).containsExactly("a-1");
        assertThat(journal.replay(OTHER).payloads()).containsExactly("b-1", "b-2");
        assertThat(journal.replay("room|none").highestSeq()).isZero();
    }

    static List<String> roomIds() {
        return List.of("room|a|b", "room|a/b%2F", "room|" + "x".repeat(256), "room|\uD83D\uDE00 \u00e9", "room|' --");
    }

    @ParameterizedTest
    @MethodSource("roomIds")
    void everyRoomIdIsKeptVerbatim(String pid) {
        journal.write(pid, "w", 1, "e");

        assertThat(journal.replay(pid).payloads()).containsExactly("e");
        try (JournalReader reader = JournalReader.open(settings)) {
            assertThat(reader.rooms()).extracting(RoomSummary::persistenceId).containsExactly(pid);
        }
    }

    @Test
    void anEventThatNobodyCanSerializeIsRejectedAndTheOthersAreStored() {
        PluginProbe.Written written = journal.beginAll(
                        ROOM, "w", 1, List.of(List.of("1"), List.of(PluginProbe.UNSERIALIZABLE), List.of("3")))
                .await();

        assertThat(written.failure()).isEmpty();
        assertThat(written.events().get(0)).isEmpty();
        assertThat(written.events().get(1)).isPresent();
        assertThat(written.events().get(2)).isEmpty();
        assertThat(journal.replay(ROOM).seqs()).containsExactly(1L, 3L);
        assertThat(journal.write(ROOM, "w", 4, "4").isStored()).isTrue();
    }

    @Test
    void anAtomicWriteIsRejectedAsAWhole() {
        PluginProbe.Written written = journal.write(ROOM, "w", 1, "1", PluginProbe.UNSERIALIZABLE);

        assertThat(written.events())
                .allSatisfy(rejection -> assertThat(rejection).isPresent());
        assertThat(journal.replay(ROOM).events()).isEmpty();
    }

    @Test
    void deletedEventsAreGoneAndTheHighestSeqStays() {
        writeFive();

        journal.deleteTo(ROOM, 3);
        assertThat(journal.replay(ROOM).seqs()).containsExactly(4L, 5L);
        journal.deleteTo(ROOM, Long.MAX_VALUE);

        assertThat(journal.replay(ROOM).events()).isEmpty();
        assertThat(journal.replay(ROOM).highestSeq()).isEqualTo(5);
        reopen("");
        assertThat(journal.replay(ROOM).highestSeq()).isEqualTo(5);
        assertThat(journal.write(ROOM, "v", 6, "a-6").isStored()).isTrue();
    }

    @Test
    void whatWasAnsweredIsThereAfterReopening() {
        writeFive();

        reopen("");

        assertThat(journal.replay(ROOM).payloads()).containsExactly("a-1", "a-2", "a-3", "a-4", "a-5");
        assertThat(journal.write(ROOM, "v", 6, "a-6").isStored()).isTrue();
    }

    @Test
    void aSeqIsWrittenOnceWhoeverComesSecondFails() {
        journal.write(ROOM, "first", 1, "1");

        PluginProbe.Written second = journal.write(ROOM, "second", 1, "one");

        assertThat(second.why()).isEqualTo(Why.SEQ_TAKEN);
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1");
    }

    @Test
    void anotherMemberIsFencedByTheUniqueKeyAndNothingOfItsAtomicWriteStays() {
        journal.write(ROOM, "here", 1, "1");
        try (PluginProbe elsewhere = new PluginProbe(settings)) {
            elsewhere.write(ROOM, "there", 2, "2 there", "3 there");
        }

        // This member remembers that the room ends at 1, so only the key stands in its way.
        PluginProbe.Written late = journal.write(ROOM, "here", 2, "2 here", "3 here", "4 here");

        assertThat(late.why()).isEqualTo(Why.SEQ_TAKEN);
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1", "2 there", "3 there");
    }

    @Test
    void aRoomThatWasElsewhereIsWrittenOnHere() {
        journal.write(ROOM, "here", 1, "1");
        try (PluginProbe elsewhere = new PluginProbe(settings)) {
            elsewhere.write(ROOM, "there", 2, "2");
        }

        assertThat(journal.write(ROOM, "back", 3, "3").isStored()).isTrue();
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1", "2", "3");
    }

    @Test
    void aWriteThatWouldLeaveAHoleFails() {
        journal.write(ROOM, "w", 1, "1");

        assertThat(journal.write(ROOM, "v", 3, "3").why()).isEqualTo(Why.HOLE);
        assertThat(journal.replay(ROOM).seqs()).containsExactly(1L);
    }

    @Test
    void manyRoomsShareOneCommit() throws InterruptedException {
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending first = journal.begin("room|0", "w0", 1, "e");
        held.awaitReached();
        List<PluginProbe.Pending> others = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            others.add(journal.begin("room|" + i, "w" + i, 1, "e"));
        }
        journal.begin("room|x", "wx", 1, PluginProbe.UNSERIALIZABLE).await(); // Behind the others in the mailbox.
        held.release();

        assertThat(first.await().isStored()).isTrue();
        assertThat(others)
                .allSatisfy(write -> assertThat(write.await().isStored()).isTrue());
        assertThat(journal.meters.writesPerCommit).containsExactly(1, 20);
    }

    @Test
    void aCulpritInAMergedBatchLeavesTheOthersUnharmed() throws InterruptedException {
        journal.write(ROOM, "here", 1, "1");
        try (PluginProbe elsewhere = new PluginProbe(settings)) {
            elsewhere.write(ROOM, "there", 2, "2");
        }
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending before = journal.begin("room|before", "w", 1, "e");
        held.awaitReached();
        PluginProbe.Pending one = journal.begin("room|one", "w1", 1, "e");
        PluginProbe.Pending culprit = journal.begin(ROOM, "here", 2, "2 here");
        PluginProbe.Pending two = journal.begin("room|two", "w2", 1, "e", "f");
        journal.begin("room|x", "wx", 1, PluginProbe.UNSERIALIZABLE).await();
        held.release();

        assertThat(before.await().isStored()).isTrue();
        assertThat(one.await().isStored()).isTrue();
        assertThat(culprit.await().why()).isEqualTo(Why.SEQ_TAKEN);
        assertThat(two.await().isStored()).isTrue();
        assertThat(journal.meters.splitUps).hasValue(1);
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1", "2");
        assertThat(journal.replay("room|two").payloads()).containsExactly("e", "f");
    }

    @Test
    void afterAFailedWriteNothingMoreOfThatIncarnationIsWritten() {
        journal.write(ROOM, "w", 1, "1");
        journal.faults.onNextCommit((real, connection) -> {
            throw new SQLException("refused", "40001", 5); // SQLite's BUSY, PostgreSQL's serialization failure.
        });
        assertThat(journal.write(ROOM, "w", 2, "2").why()).isEqualTo(Why.DATABASE);

        assertThat(journal.write(ROOM, "w", 3, "3").why()).isEqualTo(Why.EARLIER_WRITE_FAILED);
        assertThat(journal.write(ROOM, "w", 2, "2").why()).isEqualTo(Why.EARLIER_WRITE_FAILED);

        assertThat(journal.write(ROOM, "next", 2, "two").isStored()).isTrue();
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1", "two");
    }

    @Test
    void writesOfOneRoomKeepTheirOrder() throws InterruptedException {
        Faults.Held held = journal.faults.holdNextCommit();
        List<PluginProbe.Pending> writes = new ArrayList<>();
        for (int seq = 1; seq <= 30; seq++) {
            writes.add(journal.begin(ROOM, "w", seq, "event " + seq));
        }
        held.awaitReached();
        held.release();

        assertThat(writes)
                .allSatisfy(write -> assertThat(write.await().isStored()).isTrue());
        assertThat(journal.replay(ROOM).payloads())
                .isEqualTo(IntStream.rangeClosed(1, 30)
                        .mapToObj(seq -> "event " + seq)
                        .toList());
    }

    @Test
    void whenTheFirstOfSeveralWaitingWritesFailsThoseBehindItFailToo() throws InterruptedException {
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending before = journal.begin("room|before", "w0", 1, "e");
        held.awaitReached();
        PluginProbe.Pending first = journal.begin(ROOM, "w", 1, "1");
        PluginProbe.Pending second = journal.begin(ROOM, "w", 2, "2");
        PluginProbe.Pending other = journal.begin(OTHER, "v", 1, "e");
        journal.begin("room|x", "wx", 1, PluginProbe.UNSERIALIZABLE).await();
        int[] refused = {0};
        journal.faults.onCommit((real, connection) -> {
            if (++refused[0] <= 2) { // The merged one, then the first alone.
                throw new SQLException("refused", "40001", 5);
            }
            real.run();
        });
        held.release();

        assertThat(before.await().isStored()).isTrue();
        assertThat(first.await().why()).isEqualTo(Why.DATABASE);
        assertThat(second.await().why()).isEqualTo(Why.EARLIER_WRITE_FAILED);
        assertThat(other.await().isStored()).isTrue();
        assertThat(journal.replay(ROOM).highestSeq()).isZero();
    }

    @Test
    void aRoomThatFailsAgainAndAgainHarmsNoOther() {
        journal.write(ROOM, "w", 1, "1");
        for (int i = 0; i < 100; i++) {
            assertThat(journal.write(ROOM, "stale " + i, 1, "1").why()).isEqualTo(Why.SEQ_TAKEN);
        }

        assertThat(journal.write(OTHER, "v", 1, "e").isStored()).isTrue();
    }

    @Test
    void aCommitThatIsNotAnsweredFailsAndTheNextIncarnationSeesWhatIsThere() {
        journal.faults.onNextCommit((real, connection) -> {
            real.run();
            throw new SQLException("connection lost", "08006");
        });

        PluginProbe.Written written = journal.write(ROOM, "w", 1, "1");

        assertThat(written.why()).isEqualTo(Why.OUTCOME_UNKNOWN);
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1");
        assertThat(journal.write(ROOM, "next", 2, "2").isStored()).isTrue();
    }

    @Test
    void aConnectionLostBeforeTheCommitFailsAndIsReplaced() {
        journal.faults.onNextCommit((real, connection) -> {
            connection.close();
            throw new SQLException("connection lost", "08006");
        });

        assertThat(journal.write(ROOM, "w", 1, "1").why()).isEqualTo(Why.OUTCOME_UNKNOWN);
        assertThat(journal.replay(ROOM).highestSeq()).isZero();
        assertThat(journal.write(ROOM, "next", 1, "1").isStored()).isTrue();
    }

    @Test
    void aWriteThatHangsFailsAndRecoveryWaitsForItsEnd() throws InterruptedException {
        reopen("parley.journal-plugin.circuit-breaker.call-timeout = 1s");
        journal.replay(ROOM);
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending hanging = journal.begin(ROOM, "w", 1, "1");
        held.awaitReached();

        assertThat(hanging.await().failure()).isPresent();
        held.release();

        assertThat(journal.replay(ROOM).highestSeq()).isEqualTo(1);
        assertThat(journal.write(ROOM, "next", 2, "2").isStored()).isTrue();
        assertThat(journal.replay(ROOM).payloads()).containsExactly("1", "2");
    }

    @Test
    void aFullQueueAnswersAtOnce() throws InterruptedException {
        journal.close();
        settings = Settings.queueOf(settings, 2);
        journal = new PluginProbe(settings);
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending first = journal.begin("room|0", "w0", 1, "e");
        held.awaitReached();
        PluginProbe.Pending second = journal.begin("room|1", "w1", 1, "e");
        PluginProbe.Pending third = journal.begin("room|2", "w2", 1, "e");

        assertThat(journal.write("room|3", "w3", 1, "e").why()).isEqualTo(Why.QUEUE_FULL);

        held.release();
        assertThat(List.of(first.await(), second.await(), third.await()))
                .allSatisfy(written -> assertThat(written.isStored()).isTrue());
    }

    @Test
    void whatWaitedTooLongIsNotTriedAnyMore() throws InterruptedException {
        journal.close();
        settings = Settings.writeTimeout(settings, 1_000);
        journal = new PluginProbe(settings, "parley.journal-plugin.circuit-breaker.call-timeout = 1200ms");
        journal.replay(ROOM);
        Faults.Held held = journal.faults.holdNextCommit();
        PluginProbe.Pending first = journal.begin("room|0", "w0", 1, "e");
        held.awaitReached();
        PluginProbe.Pending late = journal.begin(ROOM, "w", 1, "e");

        assertThat(first.await().failure()).isPresent();
        assertThat(late.await().failure()).isPresent();
        held.release();

        assertThat(journal.replay(ROOM).highestSeq()).isZero();
        assertThat(journal.meters.failures).containsExactly(Why.EXPIRED);
    }

    @Test
    void aDamagedEventStopsTheReplayWithASentence() throws SQLException {
        writeFive();
        change("UPDATE parley_event SET checksum = checksum + 1 WHERE room_seq = " + RoomSeq.key(1, 3));

        PluginProbe.Replayed back = journal.replay(ROOM);

        assertThat(back.failure())
                .hasValueSatisfying(cause -> assertThat(cause)
                        .isInstanceOf(JournalReadFailed.class)
                        .hasMessageContaining("damaged")
                        .hasMessageContaining("seq 3"));
    }

    @Test
    void longRoomsAreReadPageByPage() {
        List<Object> events = new ArrayList<>(
                IntStream.rangeClosed(1, 1_300).mapToObj(i -> "event " + i).toList());
        journal.beginAll(ROOM, "w", 1, List.of(events)).await();

        assertThat(journal.replay(ROOM).payloads()).isEqualTo(events);
        List<EventEnvelope> queried = journal.queries()
                .currentEventsByPersistenceId(ROOM, 3, 1_250)
                .runWith(Sink.seq(), journal.system)
                .toCompletableFuture()
                .join();

        assertThat(queried).extracting(EventEnvelope::event).isEqualTo(events.subList(2, 1_250));
        assertThat(queried).extracting(EventEnvelope::sequenceNr).startsWith(3L).endsWith(1_250L);
        assertThat(journal.meters.eventsPerPageMost.get()).isLessThanOrEqualTo(EventTable.PAGE_EVENTS_MAX);
    }

    @Test
    void largeEventsMakeSmallPages() {
        String megabyte = String.join("", Collections.nCopies(1 << 20, "x"));
        for (int seq = 1; seq <= 9; seq++) {
            journal.write(ROOM, "w", seq, megabyte);
        }

        assertThat(journal.replay(ROOM).payloads()).hasSize(9).containsOnly(megabyte);
        assertThat(journal.meters.eventsPerPageMost.get()).isLessThanOrEqualTo(4);
    }

    @Test
    void queriesListTheRoomsThatAreThere() {
        journal.write(ROOM, "w", 1, "e");
        journal.write(OTHER, "v", 1, "e");

        List<String> ids = journal.queries()
                .currentPersistenceIds()
                .runWith(Sink.seq(), journal.system)
                .toCompletableFuture()
                .join();

        assertThat(ids).containsExactly(ROOM, OTHER);
        assertThat(journal.queries()
                        .currentEventsByPersistenceId("room|none", 0, Long.MAX_VALUE)
                        .runWith(Sink.seq(), journal.system)
                        .toCompletableFuture()
                        .join())
                .isEmpty();
    }

    @Test
    void aReaderBesideTheWriterSeesWhatWasAnswered() {
        journal.write(ROOM, "w", 1, "1", "22");
        try (JournalReader reader = JournalReader.open(settings)) {
            assertThat(reader.highestSeq(ROOM)).hasValue(2);
            assertThat(reader.highestSeq(OTHER)).isEmpty();

            journal.write(ROOM, "w", 3, "333");
            journal.write(OTHER, "v", 1, "e");

            assertThat(reader.rooms())
                    .satisfiesExactly(
                            room -> {
                                assertThat(room.persistenceId()).isEqualTo(ROOM);
                                assertThat(room.highestSeq()).isEqualTo(3);
                                assertThat(room.events()).isEqualTo(3);
                                assertThat(room.payloadBytes()).isEqualTo(6);
                                assertThat(room.lastWrittenAtMs()).isPositive();
                            },
                            room -> assertThat(room.persistenceId()).isEqualTo(OTHER));
            List<String> read = new ArrayList<>();
            reader.events(ROOM, 2, 3, event -> read.add(event.seq() + " " + new String(event.bytes())));
            assertThat(read).containsExactly("2 22", "3 333");
        }
    }

    @Test
    void aJournalOfANewerVersionIsRefusedUntouched() throws SQLException {
        journal.write(ROOM, "w", 1, "1");
        change("UPDATE parley_journal SET value = '7' WHERE name = 'version'");
        journal.close();
        journal = null;

        assertThat(Settings.refusal(() -> JournalDatabase.open(settings))).satisfies(refusal -> {
            assertThat(refusal.reason()).isEqualTo(JournalUnusable.Reason.NEWER_VERSION);
            assertThat(refusal).hasMessageContaining("newer Parley (journal version 7, this one reads up to 1)");
        });
        assertThat(Settings.refusal(() -> JournalReader.open(settings)).reason())
                .isEqualTo(JournalUnusable.Reason.NEWER_VERSION);
    }
}
