package dev.parley.persistence.entity;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.ROOM;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.access.Composition;
import dev.parley.core.history.Node;
import dev.parley.core.id.RoomId;
import dev.parley.core.session.Input;
import dev.parley.persistence.journal.StoredSnapshot;
import dev.parley.persistence.room.CorruptRoom;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.PolicyBounds;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomMeters;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoomLifeTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    private final RoomLedger ledger = new RoomLedger(1_000_000);
    private final List<String> meters = new ArrayList<>();
    private final RecoverySource source = new RecoverySource(ROOM);

    private RoomLife life(RoomSettings settings, RoomLedger ledger) {
        RoomMeters counting = new RoomMeters() {
            @Override
            public void roomStarted(RoomId room) {
                meters.add("started");
            }

            @Override
            public void roomStopped(RoomId room) {
                meters.add("stopped");
            }

            @Override
            public void openRoomMade(RoomId room) {
                meters.add("open");
            }
        };
        RoomContext context = new RoomContext(
                settings,
                Fixtures.SERVER,
                Fixtures.TRUSTING,
                () -> NOW_MS,
                counting,
                Composition.OFF,
                PolicyBounds.DEFAULT,
                ledger);
        return new RoomLife(ROOM, context, source, 7, NOW_MS);
    }

    /** What a room that got these nodes from a relay wrote. */
    private List<RoomEvent> written(List<Node> nodes) {
        RoomLife life = life(RoomSettings.DEFAULT, RoomLedger.unbounded());
        RoomState state = RoomState.empty(ROOM);
        life.recovered(state, 0);
        life.receive(state, attach(R1), NOW_MS);
        List<RoomEvent> written = new ArrayList<>();
        long number = 1;
        for (Node node : nodes) {
            life.receive(state, new ToRoom.Submits(R1, number++, List.of(submit(S1, 1, node))), NOW_MS);
            for (RoomEffect effect : life.flush(state, NOW_MS)) {
                if (effect instanceof RoomEffect.Persist write) {
                    for (RoomEvent event : write.events()) {
                        state = life.applied(state, event);
                    }
                    written.addAll(write.events());
                    life.persisted(state, write.events(), NOW_MS);
                }
            }
        }
        meters.clear();
        return written;
    }

    private static RoomState replayed(RoomLife life, RoomState from, List<RoomEvent> events) {
        RoomState state = from;
        for (RoomEvent event : events) {
            state = life.applied(state, event);
        }
        return state;
    }

    @Test
    void aRecoveredRoomIsInMemoryUntilItEnds() {
        List<RoomEvent> events = written(chain(1, 3, 1));
        RoomLife life = life(RoomSettings.DEFAULT, ledger);

        RoomState state = replayed(life, RoomState.empty(ROOM), events);
        life.recovered(state, 3);

        assertThat(life.isRecovered()).isTrue();
        assertThat(life.eventsReplayed()).isEqualTo(3);
        assertThat(ledger.residentBytes(ROOM)).isPresent();
        life.end();
        assertThat(ledger.residentBytes(ROOM)).isEmpty();
        assertThat(meters).containsExactly("started", "stopped");
    }

    @Test
    void whatTheRoomWritesItselfIsNotReplayed() {
        RoomLife life = life(RoomSettings.DEFAULT, ledger);
        life.recovered(RoomState.empty(ROOM), 0);

        replayed(life, RoomState.empty(ROOM), written(chain(1, 3, 1)));

        assertThat(life.eventsReplayed()).isZero();
    }

    @Test
    void aRoomThatLacksTheJournalsLastEventDoesNotStart() {
        RoomLife life = life(RoomSettings.DEFAULT, ledger);
        RoomState state = replayed(life, RoomState.empty(ROOM), written(chain(1, 2, 1)));

        assertThatThrownBy(() -> life.recovered(state, 3)).isInstanceOf(CorruptRoom.class);

        assertThat(life.isRecovered()).isFalse();
        life.end();
        assertThat(meters).isEmpty();
        assertThat(ledger.residentBytes(ROOM)).isEmpty();
    }

    @Test
    void damageRestsTheRoomOnceAndAJournalThatIsAwayNever() {
        assertThat(life(RoomSettings.DEFAULT, ledger).notRecovered(true, NOW_MS))
                .isTrue();
        assertThat(ledger.restOf(ROOM, NOW_MS)).isEmpty();

        RoomLife damaged = life(RoomSettings.DEFAULT, ledger);
        assertThat(damaged.notRecovered(false, NOW_MS)).isTrue();
        assertThat(damaged.notRecovered(false, NOW_MS)).isFalse();

        assertThat(ledger.restOf(ROOM, NOW_MS)).contains(Duration.ofSeconds(1));
        life(RoomSettings.DEFAULT, ledger).recovered(RoomState.empty(ROOM), 0);
        assertThat(ledger.restOf(ROOM, NOW_MS)).isEmpty();
    }

    @Test
    void aSnapshotIsDueWhenTheRoomHasGrownAndNotAgainAfterRecoveringFromIt() {
        RoomSettings often = RoomSettings.DEFAULT.with(new RoomSettings.Snapshots(500, 10));
        RoomLife life = life(often, ledger);
        List<RoomEvent> events = written(chain(1, 20, 1));
        RoomState state = RoomState.empty(ROOM);
        life.recovered(state, 0);
        List<Long> made = new ArrayList<>();
        StoredSnapshot stored = null;
        for (RoomEvent event : events) {
            state = life.applied(state, event);
            if (life.snapshotDue(state)) {
                assertThat(life.snapshotDue(state)).isFalse();
                life.snapshotEnded();
                made.add(state.seq());
                RoomSnapshot snapshot = RoomSnapshot.of(state);
                stored = new StoredSnapshot(snapshot.manifest(), List.of());
            }
        }
        assertThat(made).hasSizeBetween(2, 10);

        RoomLife next = life(often, ledger);
        RoomState restored = next.restored(stored).orElseThrow();

        assertThat(restored.seq()).isEqualTo(made.getLast());
        assertThat(next.snapshotDue(restored)).isFalse();
        RoomState whole = replayed(next, restored, events.subList(made.getLast().intValue(), events.size()));
        assertThat(RoomSnapshot.of(whole).manifest())
                .isEqualTo(RoomSnapshot.of(state).manifest());
    }

    @Test
    void oneSnapshotIsSavedAtATime() {
        RoomLife life = life(RoomSettings.DEFAULT.with(new RoomSettings.Snapshots(1, 0)), ledger);
        RoomState state = RoomState.empty(ROOM);
        life.recovered(state, 0);
        List<RoomEvent> events = written(chain(1, 3, 1));
        state = life.applied(state, events.get(0));
        assertThat(life.snapshotDue(state)).isTrue();

        state = life.applied(state, events.get(1));
        assertThat(life.snapshotDue(state)).isFalse();
        life.snapshotEnded();

        assertThat(life.snapshotDue(state)).isTrue();
    }

    @Test
    void aSnapshotOfNoUseIsTriedOnceForAllLivesOfThisStart() {
        RoomLife first = life(RoomSettings.DEFAULT, ledger);
        assertThat(first.usesSnapshots()).isTrue();

        assertThat(first.restored(new StoredSnapshot(new byte[] {99}, List.of())))
                .isEmpty();

        assertThat(first.unusable()).isPresent();
        assertThat(life(RoomSettings.DEFAULT, ledger).usesSnapshots()).isFalse();
    }

    @Test
    void anUnusedRoomGoesWhenMemoryIsShortAndAUsedOneStays() {
        RoomLedger full = new RoomLedger(1);
        RoomLife life = life(RoomSettings.DEFAULT, full);
        RoomState state = RoomState.empty(ROOM);
        life.recovered(state, 0);

        assertThat(life.tick(state, NOW_MS)).containsExactly(new RoomEffect.Passivate());
        life.receive(state, attach(R1), NOW_MS);

        assertThat(life.tick(state, NOW_MS)).doesNotContain(new RoomEffect.Passivate());
    }

    @Test
    void aRoomOfWhichNothingIsStoredCountsAsMadeOpen() {
        life(RoomSettings.DEFAULT, ledger).recovered(RoomState.empty(ROOM), 0);

        assertThat(meters).containsExactly("started", "open");
    }

    @Test
    void relaysAreToldInPiecesThatTwoLivesDoNotShare() {
        List<String> heard = new ArrayList<>();
        RelayLinks<String> links =
                new RelayLinks<>(40, (relay, piece) -> heard.add(relay + " " + ((ToRelay.Fragment) piece).transfer()));
        ToRelay large = new ToRelay.Step(1, List.of(), Fixtures.node(1, 1, "a").id());
        links.link(R1, "first");
        links.link(Fixtures.R2, "second");
        List<ToRelay> whole = new ArrayList<>();
        links.to(R1).by((relay, piece) -> whole.add(piece)).tell(large);
        assertThat(whole).containsExactly(large);

        ToRelay.Pulled chunk =
                new ToRelay.Pulled(S1, 1, new Input.Chunk(new byte[300_000], 1, 0, true, 1, 1, Optional.empty()));
        links.tell(List.of(R1, Fixtures.R2), chunk);

        assertThat(heard).containsExactly("first 41", "first 41", "second 41", "second 41");
        links.forget(R1);
        assertThatThrownBy(() -> links.tell(R1, large)).isInstanceOf(IllegalStateException.class);
    }
}
