package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.FromPeer.PackContent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadingPaceTest {
    private static final ReadingPace.Limit LIMIT = new ReadingPace.Limit(50, 200);
    private static final FromPeer NOOP = new FromPeer.Noop();
    private static final long NOW = 1_000_000;

    @Test
    void aBurstIsReadAtOnceAndThenOneMessageInTwentyMilliseconds() {
        ReadingPace pace = ReadingPace.rested(LIMIT, NOW);
        for (int i = 0; i < 200; i++) {
            assertThat(pace.delay(NOW)).isZero();
            pace = pace.after(NOOP, NOW);
        }

        assertThat(pace.delay(NOW)).isEqualTo(Duration.ofMillis(20));
        assertThat(pace.delay(NOW + 19)).isEqualTo(Duration.ofMillis(1));
        assertThat(pace.delay(NOW + 20)).isZero();
        pace = pace.after(NOOP, NOW + 20);
        assertThat(pace.delay(NOW + 20)).isEqualTo(Duration.ofMillis(20));
    }

    @Test
    void thePaceHoldsOverALongTime() {
        ReadingPace pace = ReadingPace.rested(LIMIT, NOW);
        long now = NOW;
        int read = 0;
        while (now < NOW + 60_000) {
            now += pace.delay(now).toMillis();
            pace = pace.after(NOOP, now);
            read++;
        }

        assertThat(read).isBetween(200 + 60 * 50 - 1, 200 + 60 * 50 + 1);
    }

    @Test
    void aRestFillsTheBurstAndNoMore() {
        ReadingPace pace = spent(NOW);

        for (int i = 0; i < 200; i++) {
            assertThat(pace.delay(NOW + Duration.ofDays(365).toMillis())).isZero();
            pace = pace.after(NOOP, NOW + Duration.ofDays(365).toMillis());
        }

        assertThat(pace.delay(NOW + Duration.ofDays(365).toMillis())).isPositive();
    }

    @Test
    void packsWithNodesCountNothingAndAllOthersOne() {
        FromPeer nodes = new FromPeer.Pack(new PackContent.Nodes(Talk.nodes(1, 2), 100));
        FromPeer empty = new FromPeer.Pack(new PackContent.Nodes(List.of(), 1));
        FromPeer bad = new FromPeer.Pack(new PackContent.BadBase64());
        ReadingPace rested = ReadingPace.rested(LIMIT, NOW);

        assertThat(rested.after(nodes, NOW)).isEqualTo(rested);
        assertThat(rested.after(empty, NOW).levelMilli()).isEqualTo(199_000);
        assertThat(rested.after(bad, NOW).levelMilli()).isEqualTo(199_000);
        assertThat(rested.after(new FromPeer.NotJson(), NOW).levelMilli()).isEqualTo(199_000);
    }

    @Test
    void aClockThatGoesBackDelaysNoMessageLongerThanItsShare() {
        ReadingPace pace = spent(NOW);
        long before = NOW - Duration.ofHours(5).toMillis();

        assertThat(pace.delay(before)).isEqualTo(Duration.ofMillis(20));
        pace = pace.after(NOOP, before);
        assertThat(pace.delay(before)).isLessThanOrEqualTo(Duration.ofMillis(40));
        assertThat(pace.delay(before + 1_000)).isZero();
    }

    @Test
    void noLimitIsNoDelay() {
        ReadingPace pace = ReadingPace.rested(new ReadingPace.Limit(0, 1), NOW);
        for (int i = 0; i < 1_000; i++) {
            pace = pace.after(NOOP, NOW);
        }

        assertThat(pace.delay(NOW)).isZero();
    }

    @Test
    void oneMessageASecondWaitsASecond() {
        ReadingPace pace = ReadingPace.rested(new ReadingPace.Limit(1, 1), NOW).after(NOOP, NOW);

        assertThat(pace.delay(NOW)).isEqualTo(Duration.ofSeconds(1));
        assertThat(pace.delay(NOW + 1_000)).isZero();
    }

    private static ReadingPace spent(long nowMs) {
        ReadingPace pace = ReadingPace.rested(LIMIT, nowMs);
        for (int i = 0; i < 200; i++) {
            pace = pace.after(NOOP, nowMs);
        }
        return pace;
    }
}
