package dev.parley.sim.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Ed25519;
import dev.parley.core.id.RoomId;
import dev.parley.persistence.entity.RoomContext;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.sim.check.Invariants;
import dev.parley.sim.check.Violation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A life of a room is looked at when it decides for the first time. */
class CheckedRulesTest {
    private final Invariants invariants = new Invariants();
    private final CheckedRules rules = new CheckedRules(
            new RoomContext(RoomSettings.DEFAULT, ActorMember.SERVER, Ed25519.best(), () -> 0, RoomMeters.NONE),
            invariants);
    private final RoomState empty = RoomState.empty(new RoomId("checked"));
    private final RoomEvent lock = new RoomEvent.RoomLocked(
            ActorMember.SERVER, Optional.empty(), empty.view().root());

    @Test
    void aLifeThatBeganWithWhatTheJournalHasMayDecide() {
        invariants.committed(1, lock);

        assertThat(rules.decide(RoomRules.evolve(empty, lock), List.of(), 0).events())
                .isEmpty();
    }

    @Test
    void aLifeThatBeganWithMoreThanTheJournalHasIsFound() {
        RoomState ahead = RoomRules.evolve(empty, lock);

        assertThatThrownBy(() -> rules.decide(ahead, List.of(), 0))
                .isInstanceOf(Violation.class)
                .hasMessageContaining("recovered to 1, after its journal");
    }
}
