package dev.parley.persistence.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.CorruptRoom;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.pattern.CircuitBreakerOpenException;
import org.apache.pekko.persistence.RecoveryTimedOut;
import org.junit.jupiter.api.Test;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import scala.concurrent.duration.FiniteDuration;

class RoomLedgerTest {
    private static final RoomId BROKEN = new RoomId("broken");
    private static final RoomId WELL = new RoomId("well");
    private final RoomLedger ledger = new RoomLedger(1_000);

    @Test
    void aDamagedRoomRestsLongerEachTimeUpToHalfAMinute() {
        List<Long> rests = new ArrayList<>();
        long nowMs = 5_000;
        for (int i = 0; i < 8; i++) {
            ledger.damaged(BROKEN, nowMs);
            rests.add(ledger.restMs(BROKEN, nowMs));
            nowMs += ledger.restMs(BROKEN, nowMs);
            assertThat(ledger.restMs(BROKEN, nowMs)).isZero();
        }

        assertThat(rests).containsExactly(1_000L, 2_000L, 4_000L, 8_000L, 16_000L, 30_000L, 30_000L, 30_000L);
        assertThat(ledger.restMs(WELL, nowMs)).isZero();
    }

    @Test
    void aRoomThatRecoversIsForgottenAndAClockThatGoesBackRestsNobodyForLong() {
        ledger.damaged(BROKEN, 1_000_000);
        assertThat(ledger.restMs(BROKEN, 0)).isEqualTo(30_000);

        ledger.recovered(BROKEN);

        assertThat(ledger.restMs(BROKEN, 1_000_000)).isZero();
        assertThat(ledger.damaged()).isZero();
    }

    @Test
    void aJournalThatIsAwayIsNoDamage() {
        List<Throwable> away = List.of(
                new SQLTransientConnectionException("no connection was free in time"),
                new SQLException("connection refused", "08001"),
                new SQLException("the database starts up", "57P03"),
                new SQLiteException("busy", SQLiteErrorCode.SQLITE_BUSY),
                new SQLiteException("i/o", SQLiteErrorCode.SQLITE_IOERR_READ),
                new SQLiteException("cannot open", SQLiteErrorCode.SQLITE_CANTOPEN),
                new SQLiteException("full", SQLiteErrorCode.SQLITE_FULL),
                new TimeoutException("circuit breaker"),
                new CircuitBreakerOpenException(FiniteDuration.Zero(), "open"),
                new RecoveryTimedOut("no event in time"),
                new RejectedExecutionException("the member ends"),
                new IOException("input/output error"));
        for (Throwable cause : away) {
            assertThat(Damage.isAway(cause)).as("%s", cause).isTrue();
            assertThat(Damage.isAway(new CompletionException(new IllegalStateException("not read", cause))))
                    .as("%s", cause)
                    .isTrue();
        }
    }

    @Test
    void whatTryingAgainDoesNotMendIsDamage() {
        List<Throwable> damage = List.of(
                new CorruptRoom(BROKEN, 3, "root"),
                new IllegalStateException("event is damaged"),
                new SQLiteException("malformed", SQLiteErrorCode.SQLITE_CORRUPT),
                new SQLiteException("malformed index", SQLiteErrorCode.SQLITE_CORRUPT_INDEX),
                new SQLiteException("no database", SQLiteErrorCode.SQLITE_NOTADB),
                new SQLException("invalid page in block 3", "XX001"));
        for (Throwable cause : damage) {
            assertThat(Damage.isAway(cause)).as("%s", cause).isFalse();
            assertThat(Damage.isAway(new CompletionException(new IllegalStateException("not read", cause))))
                    .as("%s", cause)
                    .isFalse();
        }
    }

    @Test
    void whenRoomsTakeAllTheyMayNoFurtherOneComesIn() {
        ledger.holds(WELL, 600);
        assertThat(ledger.mayEnter(BROKEN)).isTrue();
        ledger.holds(WELL, 1_000);

        assertThat(ledger.crowded()).isTrue();
        assertThat(ledger.mayEnter(BROKEN)).isFalse();
        assertThat(ledger.mayEnter(WELL)).isTrue();

        ledger.gone(WELL);
        assertThat(ledger.residentBytes()).isZero();
        assertThat(ledger.mayEnter(BROKEN)).isTrue();
    }
}
