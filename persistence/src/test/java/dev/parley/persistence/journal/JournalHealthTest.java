package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.journal.JournalHealth.Problem;
import dev.parley.persistence.journal.JournalHealth.Trouble;
import dev.parley.persistence.journal.JournalWriteFailed.Why;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalHealthTest {
    private static final long START = Long.MAX_VALUE - 1_000_000_000L; // The clock may run over.
    private final JournalHealth health = new JournalHealth(Duration.ofSeconds(5));

    private static long at(long ms) {
        return START + ms * 1_000_000;
    }

    @Test
    void aFailedWriteIsNoTroubleUntilOneThatIsTriedFailsToo() {
        health.writeFailed(Why.DISK_FULL, at(0));

        assertThat(health.troubles(at(0))).isEmpty();
        assertThat(health.wantsProbe(at(0))).isTrue();

        health.probeFailed(Why.DISK_FULL, "full", at(1));
        assertThat(health.troubles(at(1))).containsExactly(new Trouble(Problem.DISK_FULL, "full"));

        health.probed();
        assertThat(health.troubles(at(2))).isEmpty();
        assertThat(health.wantsProbe(at(100_000))).isFalse();
    }

    @ParameterizedTest
    @EnumSource(
            value = Why.class,
            names = {"SEQ_TAKEN", "HOLE", "EARLIER_WRITE_FAILED", "CLOSED"})
    void aRoomThatLostARaceSaysNothingAboutTheJournal(Why why) {
        health.writeFailed(why, at(0));

        assertThat(health.wantsProbe(at(0))).isFalse();
    }

    @Test
    void writesAreTriedWithABackOffThatEndsAtFiveSeconds() {
        health.writeFailed(Why.UNREACHABLE, at(0));
        long now = 0;
        for (long waitMs : new long[] {250, 500, 1_000, 2_000, 4_000, 5_000, 5_000}) {
            assertThat(health.wantsProbe(at(now))).isTrue();
            health.probeFailed(Why.UNREACHABLE, "gone", at(now));
            assertThat(health.wantsProbe(at(now + waitMs - 1))).isFalse();
            now += waitMs;
        }
        assertThat(health.troubles(at(now))).containsExactly(new Trouble(Problem.UNREACHABLE, "gone"));
    }

    @Test
    void aWriteThatDoesNotEndIsTroubleWithoutAnyFailure() {
        health.writeBegins(at(0));

        assertThat(health.troubles(at(5_000))).isEmpty();
        assertThat(health.troubles(at(5_001))).extracting(Trouble::problem).containsExactly(Problem.STALLED);
        health.writeEnds();
        assertThat(health.wantsProbe(at(5_002))).isTrue();
        health.probed();
        assertThat(health.troubles(at(5_003))).isEmpty();
    }

    @Test
    void aRoomsWriteThatIsDurableEndsTheTrouble() {
        health.writeFailed(Why.UNREACHABLE, at(0));
        health.probeFailed(Why.UNREACHABLE, "gone", at(0));

        health.committed(at(1));

        assertThat(health.troubles(at(1))).isEmpty();
        assertThat(health.wantsProbe(at(10_000))).isFalse();
    }

    @Test
    void onAFullDiskASmallWriteMayFitSoALargerOneIsTriedAtOnce() {
        health.writeFailed(Why.DISK_FULL, at(0));
        health.probeFailed(Why.DISK_FULL, "full", at(0));

        health.committed(at(1));

        assertThat(health.troubles(at(1))).extracting(Trouble::problem).containsExactly(Problem.DISK_FULL);
        assertThat(health.wantsProbe(at(1))).isTrue();
    }

    @Test
    void whatIsSeenFromOutsideStaysThoughWritesGoWell() {
        health.looked(Problem.LOW_SPACE, "3 bytes free");
        health.probed();

        assertThat(health.troubles(at(0))).extracting(Trouble::problem).containsExactly(Problem.LOW_SPACE);

        health.looked(Problem.LOW_SPACE, "");
        assertThat(health.troubles(at(0))).isEmpty();
    }
}
