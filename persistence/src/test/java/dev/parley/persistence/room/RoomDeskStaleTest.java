package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.enter;
import static dev.parley.persistence.room.Fixtures.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.PullPlan;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What lost messages and a second incarnation make of a room, as the simulator found it. */
class RoomDeskStaleTest {
    private final DeskDriver room = DeskDriver.empty();

    @Test
    void aPlanOfALaterStateEndsThisIncarnation() {
        room.tell(attach(R1), enter(R1, 1, entry(S1, 1)));

        room.tell(pull(Optional.of(new PeerLacks.Everything()), 1));
        room.tell(pull(Optional.of(new PeerLacks.Since(1)), PullPlan.NOW));

        assertThat(room.others).containsExactly(new RoomEffect.Superseded(0, 1), new RoomEffect.Superseded(0, 1));
    }

    @Test
    void aPlanOfThisStateIsRead() {
        room.tell(attach(R1), enter(R1, 1, entry(S1, 1)));

        room.tell(pull(Optional.of(new PeerLacks.Everything()), 0));
        room.tell(pull(Optional.of(new PeerLacks.Everything()), PullPlan.NOW));

        assertThat(room.others).hasSize(2).allMatch(RoomEffect.MakeChunk.class::isInstance);
    }

    @Test
    void aListLearnedChangeByChangeIsKnown() {
        // The first attach, with an empty list, was lost; so is the answer to the wish for the whole.
        room.tell(new ToRoom.Attach(R1, -1, 1, 1, -1, Set.of()));
        room.tell(enter(R1, 1, entry(S1, 1)));
        room.heard(R1);

        room.tell(new ToRoom.Attach(R1, 0, 1, 1, -1, Set.of()));

        assertThat(room.heard(R1, ToRelay.RosterIs.class))
                .singleElement()
                .satisfies(whole -> assertThat(whole.present()).containsExactly(entry(S1, 1)));
    }

    @Test
    void twoIncarnationsThatFollowOneNumberTheirRostersApart() {
        long one = RosterPublication.beyond(6, 2);
        long other = RosterPublication.beyond(6, 3);

        assertThat(one).isGreaterThan(6);
        assertThat(other).isGreaterThan(6);
        assertThat(Math.abs(one - other)).isGreaterThan(1_000_000);
        assertThat(RosterPublication.beyond(Math.max(one, other) + 9, 4)).isGreaterThan(Math.max(one, other));
    }

    private static ToRoom.Pull pull(Optional<PeerLacks> lacks, int asOfNodes) {
        return new ToRoom.Pull(R1, 8, new PullPlan(S1, 2, lacks, asOfNodes, Subscription.EVERYTHING, 0, 1 << 19));
    }
}
