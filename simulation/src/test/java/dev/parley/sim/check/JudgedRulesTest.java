package dev.parley.sim.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Ed25519;
import dev.parley.core.id.PeerId;
import dev.parley.core.id.SessionId;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** As many packs may wait in a room as its settings say, or one batch that met no other. */
class JudgedRulesTest {
    private static final PeerId PEER = PeerId.of(new byte[PeerId.SIZE_BYTES]);

    private final RoomSettings settings = RoomSettings.DEFAULT
            .with(new RoomSettings.Intake(256, 1 << 20, 5, 1 << 20, 1 << 20))
            .with(new RoomSettings.Orphans(0, 0, Duration.ofSeconds(60)));
    private final JudgedRules rules =
            new JudgedRules(settings, PEER, Ed25519.best(), PolicyBounds.DEFAULT, new Invariants());

    @Test
    void oneBatchAloneMayBeLarger() {
        rules.heard(batch(1, 7), 0, 7);

        assertThatCode(() -> rules.looked(waiting(7))).doesNotThrowAnyException();
    }

    @Test
    void whatMeetsAnotherStaysWithinTheBound() {
        rules.heard(batch(1, 2), 0, 2);
        rules.heard(batch(2, 4), 2, 6);

        assertThatThrownBy(() -> rules.looked(waiting(6)))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("packs that wait grew to 6, beyond 5");
    }

    @Test
    void aLargeBatchOfLongAgoAllowsNothing() {
        rules.heard(batch(1, 7), 0, 7);
        rules.heard(batch(1, 1), 0, 1);

        assertThatThrownBy(() -> rules.looked(waiting(6))).isInstanceOf(Violation.class);
    }

    private static ToRoom batch(long relay, int packs) {
        return new ToRoom.Submits(
                new RelayId(relay),
                1,
                Collections.nCopies(packs, new ToRoom.Submit(new SessionId(relay), PEER, Collections.emptyList())));
    }

    private static RoomDesk.Held waiting(int packs) {
        return new RoomDesk.Held(packs, 1, 0, 0, 0, 0, 0, 0, 0);
    }
}
