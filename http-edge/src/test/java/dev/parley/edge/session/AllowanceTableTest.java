package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.RoomId;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class AllowanceTableTest {
    private static final RoomId ROOM = new RoomId("room");
    private static final long MINUTE_MS = 60_000;

    @Test
    void bothAmountsAreTakenOrNeither() {
        AllowanceTable table = new AllowanceTable(100, 1_000, 10);

        assertThat(table.draw(ROOM, "a", 60, 1_001, 0)).isFalse();
        assertThat(table.draw(ROOM, "a", 100, 1_000, 0)).isTrue(); // The refusal took nothing.
        assertThat(table.draw(ROOM, "a", 1, 0, 0)).isFalse();
        assertThat(table.draw(ROOM, "a", 0, 1, 0)).isFalse();
        assertThat(table.draw(ROOM, "a", 0, 0, 0)).isTrue();
    }

    @Test
    void itRefillsEvenlyOverTenMinutesAndNoFurther() {
        AllowanceTable table = new AllowanceTable(100, 1_000, 10);
        table.draw(ROOM, "a", 100, 1_000, 0);

        assertThat(table.draw(ROOM, "a", 11, 0, MINUTE_MS)).isFalse();
        assertThat(table.draw(ROOM, "a", 10, 100, MINUTE_MS)).isTrue();
        assertThat(table.draw(ROOM, "a", 100, 1_000, 100 * MINUTE_MS)).isTrue();
        assertThat(table.draw(ROOM, "a", 1, 0, 100 * MINUTE_MS)).isFalse();
        assertThat(table.draw(ROOM, "a", 1, 0, 0)).isFalse(); // The clock went back.
    }

    @Test
    void aClockThatWasAheadForAWhileStopsNoRefill() {
        AllowanceTable table = new AllowanceTable(100, 1_000, 10);
        table.draw(ROOM, "a", 100, 1_000, 600 * MINUTE_MS);

        assertThat(table.draw(ROOM, "a", 1, 0, 0)).isFalse(); // Set right: nothing is given for it.
        assertThat(table.draw(ROOM, "a", 50, 500, 5 * MINUTE_MS)).isTrue();
        assertThat(table.draw(ROOM, "a", 1, 0, 5 * MINUTE_MS)).isFalse();
    }

    @Test
    void manySmallRefillsAreWorthOneLargeOne() {
        AllowanceTable table = new AllowanceTable(100, 1_000, 10);
        table.draw(ROOM, "a", 100, 1_000, 0);

        for (long now = 0; now <= 10 * MINUTE_MS; now += 100) {
            table.draw(ROOM, "a", 0, 0, now);
        }

        assertThat(table.draw(ROOM, "a", 99, 999, 10 * MINUTE_MS)).isTrue();
    }

    @Test
    void aHundredThousandAddressesTakeNoMoreEntriesThanThereMayBe() {
        AllowanceTable table = new AllowanceTable(1, 1, 1_000);
        for (int i = 0; i < 100_000; i++) {
            assertThat(table.draw(ROOM, "address " + i, 1, 1, 0)).isTrue();
        }

        assertThat(table.entries()).isEqualTo(1_000);
        assertThat(table.draw(ROOM, "address 99999", 1, 1, 0)).isFalse();
    }

    @Test
    void hugeAmountsAreRefusedAndTakeNothing() {
        AllowanceTable table = new AllowanceTable(1L << 40, 1L << 50, 10);

        assertThat(table.draw(ROOM, "a", Long.MAX_VALUE, Long.MAX_VALUE, 0)).isFalse();
        assertThat(table.draw(ROOM, "a", 1L << 40, 1L << 50, 0)).isTrue();
    }

    @Test
    void roomsAndAddressesHaveTheirOwn() {
        AllowanceTable table = new AllowanceTable(1, 1, 10);

        assertThat(table.draw(ROOM, "a", 1, 1, 0)).isTrue();
        assertThat(table.draw(ROOM, "b", 1, 1, 0)).isTrue();
        assertThat(table.draw(new RoomId("other"), "a", 1, 1, 0)).isTrue();
        assertThat(table.draw(ROOM, "a", 1, 1, 0)).isFalse();
    }

    @Test
    void noneIsGivenWhenTheAllowanceIsZero() {
        AllowanceTable table = new AllowanceTable(0, 0, 10);

        assertThat(table.draw(ROOM, "a", 1, 1, 0)).isFalse();
        assertThat(table.draw(ROOM, "a", 1, 1, 1_000 * MINUTE_MS)).isFalse();
    }

    @Test
    void theEntryUnusedLongestIsForgottenFirst() {
        AllowanceTable table = new AllowanceTable(1, 1, 2);
        table.draw(ROOM, "a", 1, 1, 0);
        table.draw(ROOM, "b", 1, 1, 0);
        table.draw(ROOM, "c", 1, 1, 0);

        assertThat(table.draw(ROOM, "b", 1, 1, 0)).isFalse();
        assertThat(table.draw(ROOM, "c", 1, 1, 0)).isFalse();
        assertThat(table.draw(ROOM, "a", 1, 1, 0)).isTrue();
    }

    @Test
    void sessionIdsFitAJsonNumberAndDoNotRepeat() {
        SessionIds ids = new SessionIds(RandomGenerator.of("L64X128MixRandom"));

        assertThat(java.util.stream.Stream.generate(ids::next).limit(10_000))
                .allMatch(id -> id.value() >= 0 && id.value() < 1L << 53)
                .doesNotHaveDuplicates();
    }
}
