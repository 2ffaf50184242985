package dev.parley.persistence.room;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTimeTest {
    @Test
    void aClockSetBackStopsNoDeadlineAndIsStillTheClockOfTokens() {
        RoomTime time = new RoomTime(10_000);

        assertThat(time.at(12_000)).isEqualTo(12_000);
        assertThat(time.at(2_000)).isEqualTo(12_000);
        assertThat(time.wallMs()).isEqualTo(2_000);
        assertThat(time.at(3_500)).isEqualTo(13_500);
    }

    @Test
    void aClockSetForwardIsFollowed() {
        RoomTime time = new RoomTime(10_000);

        assertThat(time.at(100_000)).isEqualTo(100_000);
        assertThat(time.at(99_000)).isEqualTo(100_000);
        assertThat(time.at(99_001)).isEqualTo(100_001);
    }
}
