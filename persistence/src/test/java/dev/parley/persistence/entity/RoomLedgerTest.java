package dev.parley.persistence.entity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.RoomId;
import dev.parley.persistence.room.CorruptRoom;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

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
        assertThat(Damage.isAway(new IllegalStateException(new SQLTransientConnectionException("no"))))
                .isTrue();
        assertThat(Damage.isAway(new TimeoutException())).isTrue();
        assertThat(Damage.isAway(new IllegalStateException(new CorruptRoom(BROKEN, 3, "root"))))
                .isFalse();
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
