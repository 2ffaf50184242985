package dev.parley.persistence.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepairWalkTest {
    private static final RoomEvent LOCKED = new RoomEvent.RoomLocked(
            Fixtures.peer(7), Optional.empty(), Fixtures.node(1, 1, "a").id());

    @Test
    void allThatWasAskedForIsTold() {
        RepairWalk walk = new RepairWalk(5, 6);

        assertThat(walk.read(5, LOCKED)).isEqualTo(new ToRelay.Step(5, List.of(), LOCKED.rootAfter()));
        assertThat(walk.read(6, LOCKED).seq()).isEqualTo(6);

        assertThat(walk.end()).isEmpty();
    }

    @Test
    void anEndBeforeTheLastEventIsSaid() {
        RepairWalk walk = new RepairWalk(5, 6);
        walk.read(5, LOCKED);

        assertThat(walk.end()).contains(new ToRelay.CannotRepair(6));
    }

    @Test
    void nothingReadIsSaid() {
        assertThat(new RepairWalk(5, 5).end()).contains(new ToRelay.CannotRepair(5));
    }

    @Test
    void aHoleIsNoStep() {
        RepairWalk walk = new RepairWalk(5, 9);
        walk.read(5, LOCKED);

        assertThatThrownBy(() -> walk.read(7, LOCKED)).isInstanceOf(IllegalStateException.class);
        assertThat(walk.end()).contains(new ToRelay.CannotRepair(9));
    }
}
