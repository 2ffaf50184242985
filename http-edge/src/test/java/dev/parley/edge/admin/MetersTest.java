package dev.parley.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.failure.CloseCode;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.RoomId;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How sessions end, under the names of spec 04 §10. */
class MetersTest {
    private static final Optional<RoomId> ROOM = Optional.of(new RoomId("demo"));
    private static final Optional<PeerId> PEER = PeerId.parse("1f".repeat(32));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final Meters meters = new Meters(registry);

    @Test
    void aTokenThatEndsASessionIsCountedByItsRoom() {
        meters.ended(Optional.of(CloseCode.TOKEN_EXPIRED), ROOM, PEER);

        assertThat(count("nodalmerge_token_expired_disconnects_total", "room", "demo"))
                .isEqualTo(1);
    }

    @Test
    void aMessageThatDoesNotLeaveInTimeIsCountedByItsRoom() {
        meters.failed(new SyncFailure.SendStalled(Duration.ofSeconds(5)), ROOM);

        assertThat(count("nodalmerge_ws_send_timeout_total", "room", "demo")).isEqualTo(1);
    }

    @Test
    void aPeerOverItsQuotaIsCountedByTwelveDigitsOfItsKey() {
        meters.ended(Optional.of(CloseCode.RATE_LIMITED), ROOM, PEER);

        assertThat(count("nodalmerge_rate_limit_drops_total", "peer", "1f1f1f1f1f1f"))
                .isEqualTo(1);
    }

    private double count(String name, String label, String value) {
        return registry.get(name).tag(label, value).counter().count();
    }
}
