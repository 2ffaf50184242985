package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.RoomId;
import java.time.Duration;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerSmallPartsTest {
    @ParameterizedTest
    @CsvSource({
        "ws://h:1, r, ws://h:1/ws/r",
        "ws://h:1/, r, ws://h:1/ws/r",
        "ws://h:1/ws, r, ws://h:1/ws/r",
        "wss://h/ws/r, r, wss://h/ws/r",
        "ws://h:1/ws/a%20b, a b, ws://h:1/ws/a%20b",
        "ws://h:1, a/b|c+d, ws://h:1/ws/a%2Fb%7Cc%2Bd",
        "ws://h:1, ü, ws://h:1/ws/%C3%BC",
        "ws://h:1/ws/runtime, r, ws://h:1/ws/runtime",
        "ws://h:1, runtime, ws://h:1/ws/runtime",
        "ws://[::1]:1, r, ws://[::1]:1/ws/r"
    })
    void anAddressLeadsToTheRoom(String url, String room, String address) {
        assertThat(PeerAddress.of(url, new RoomId(room))).hasToString(address);
    }

    @Test
    void waitsGrowToHalfAMinuteAndStartAnewAfterAWelcome() {
        BackOff backOff = new BackOff(new Random(1));

        long[] waits = LongStream.generate(backOff::nextMs).limit(8).toArray();
        backOff.reset();

        long[] nominal = {1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000};
        for (int i = 0; i < waits.length; i++) {
            assertThat(waits[i]).isBetween(nominal[i] / 2, nominal[i]);
        }
        assertThat(backOff.nextMs()).isBetween(500L, 1_000L);
    }

    @Test
    void aPaceAllowsItsBurstThenItsRate() {
        Pace pace = new Pace(100, 10);

        assertThat(pace.allowed(0)).isEqualTo(10);
        pace.sent(10, 0);
        assertThat(pace.allowed(0)).isZero();
        assertThat(pace.waitMs(0)).isEqualTo(10);
        assertThat(pace.allowed(50)).isEqualTo(5);
        assertThat(pace.allowed(1_000_000)).isEqualTo(25); // Never more than a quarter of a second at once.
        pace.sent(1, 10 * (18 << 10)); // A large node counts as ten.
        assertThat(pace.allowed(1_000_000)).isEqualTo(15);
    }

    @Test
    void aPeerThatWasTooFastSlowsDown() {
        Pace unpaced = new Pace(0, 0);
        assertThat(unpaced.allowed(0)).isEqualTo(Integer.MAX_VALUE);

        unpaced.slowDown(100);
        assertThat(unpaced.allowed(1_000)).isEqualTo(25);
        unpaced.slowDown(100);
        assertThat(unpaced.allowed(1_000)).isZero();
        assertThat(unpaced.waitMs(1_000)).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "5m, 300000", "2h, 7200000", "7, 7000"})
    void durationsReadAsPeopleWriteThem(String text, long ms) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(ms));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "soon", "-1s", "1d", "99999999999"})
    void otherTextsAreNoDurations(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aReportHoldsTheWholeState() {
        Replica replica = new Replica(
                new RoomId("r"),
                dev.parley.core.history.Ed25519.signer(new byte[32]),
                dev.parley.core.history.Ed25519.best(),
                ReplicaSettings.DEFAULT);
        replica.set("a", "ä\"".getBytes(java.nio.charset.StandardCharsets.UTF_8), 0);
        replica.set("b", new byte[] {(byte) 0xff}, 0);
        replica.type("t", 0, "hi", 0);

        assertThat(StateReport.of(replica))
                .startsWith("{\"room\":\"r\",\"nodes\":4,\"root\":\""
                        + replica.view().root() + "\",\"mst_root\":\""
                        + replica.mstRoot() + "\",\"state_hash\":\""
                        + replica.state().hash() + "\"")
                .endsWith(
                        ",\"map\":{\"a\":\"\\u00E4\\\"\",\"b\":{\"hex\":\"ff\"}},\"texts\":{\"t\":\"hi\"},\"lists\":{}}");
    }
}
