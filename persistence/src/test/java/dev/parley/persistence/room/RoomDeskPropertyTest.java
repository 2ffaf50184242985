package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.chain;
import static dev.parley.persistence.room.Fixtures.entry;
import static dev.parley.persistence.room.Fixtures.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever relays say, in whatever order: the desk never throws, and its promises hold. */
class RoomDeskPropertyTest {
    private static final List<Node> FIRST = chain(1, 40, 1);
    private static final List<Node> SECOND = chain(2, 40, 1, FIRST.get(5).id());

    /** Bounds that a short play reaches. */
    static final RoomSettings TIGHT = RoomSettings.DEFAULT
            .with(new RoomSettings.Intake(256, 1 << 20, 6, 1 << 20, 64L << 20))
            .with(new RoomSettings.Repair(4, 8L << 20, 16_384, 4))
            .with(new RoomSettings.Orphans(10, 64L << 20, Duration.ofSeconds(60)));

    @Property(tries = 150)
    void promisesHoldWhateverRelaysSay(@ForAll long seed) {
        Random random = new Random(seed);
        DeskDriver room = new DeskDriver(TIGHT);
        Map<RelayId, Long> lastStep = new HashMap<>();
        for (int i = 0; i < 120; i++) {
            if (random.nextInt(40) == 0) {
                room.startAgain();
                lastStep.clear();
            } else if (random.nextInt(8) == 0) {
                room.passMs(random.nextInt(6_000));
            } else {
                room.tellWithoutFlush(something(random, room));
            }
            if (random.nextInt(3) > 0) {
                room.flush();
            }
            stepsAreDenseAndStored(room, R1, lastStep);
            stepsAreDenseAndStored(room, R2, lastStep);
        }
        RoomState replayed = room.replay(room.journal.size());
        assertThat(replayed.view().root()).isEqualTo(room.state.view().root());
        assertThat(replayed.index().mst().root())
                .isEqualTo(room.state.index().mst().root());
        assertThat(room.desk.orphans()).isLessThanOrEqualTo(10);
        nodesAreStoredOnce(room);
    }

    static void stepsAreDenseAndStored(DeskDriver room, RelayId relay, Map<RelayId, Long> lastStep) {
        for (ToRelay message : room.heard(relay)) {
            if (message instanceof ToRelay.Step step) {
                assertThat(step.seq()).isLessThanOrEqualTo(room.journal.size());
                assertThat(step).isEqualTo(RoomRules.step(step.seq(), room.journal.get((int) step.seq() - 1)));
                // Repairs tell old steps again; what is new follows what was told last.
                Long last = lastStep.get(relay);
                assertThat(last == null || step.seq() <= last + 1).isTrue();
                lastStep.merge(relay, step.seq(), Math::max);
            } else if (message instanceof ToRelay.WhoAreYou) {
                lastStep.remove(relay);
            }
        }
        if (!room.desk.knows(relay)) {
            lastStep.remove(relay);
        }
    }

    static void nodesAreStoredOnce(DeskDriver room) {
        Set<NodeId> seen = new HashSet<>();
        for (RoomEvent event : room.journal) {
            if (event instanceof RoomEvent.NodesAppended appended) {
                appended.runs()
                        .forEach(run -> run.nodes()
                                .forEach(node -> assertThat(seen.add(node.id())).isTrue()));
            }
        }
        assertThat(room.state.view().count()).isEqualTo(seen.size());
    }

    static ToRoom something(Random random, DeskDriver room) {
        RelayId relay = random.nextInt(3) > 0 ? R1 : R2;
        SessionId session = new SessionId(relay.value() * 10 + random.nextInt(3));
        long version = random.nextInt(6);
        return switch (random.nextInt(12)) {
            case 0, 1 ->
                new ToRoom.Attach(
                        relay,
                        random.nextInt(room.journal.size() + 1) - 1,
                        1 + random.nextInt(3),
                        version,
                        random.nextInt(5) - 1,
                        random.nextBoolean() ? Set.of(R1) : Set.of(R1, R2));
            case 2 -> new ToRoom.Roster(relay, version, List.of(entry(session, random.nextInt(3))));
            case 3 -> new ToRoom.SessionLeft(relay, version, session);
            case 4 -> Fixtures.enter(relay, version, entry(session, random.nextInt(3)));
            case 5 -> new ToRoom.Repair(relay, random.nextInt(room.journal.size() + 2) - 1);
            case 6 -> new ToRoom.Announce(relay, session, peer(1), Optional.empty(), "{}");
            case 7 ->
                random.nextInt(5) == 0
                        ? new ToRoom.Detach(relay)
                        : new ToRoom.Fragment(relay, 1, random.nextInt(3), 3, new byte[] {(byte) random.nextInt()});
            case 8 -> new ToRoom.AskMst(relay, session, 1, List.of("", "zz", "0"));
            default -> submits(random, relay, session);
        };
    }

    private static ToRoom submits(Random random, RelayId relay, SessionId session) {
        List<ToRoom.Submit> submits = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            List<Candidate> candidates = new ArrayList<>();
            for (int k = random.nextInt(6); k > 0; k--) {
                candidates.add(Fixtures.valid((random.nextBoolean() ? FIRST : SECOND).get(random.nextInt(12))));
            }
            submits.add(new ToRoom.Submit(session, peer(1), candidates));
        }
        return new ToRoom.Submits(relay, 1 + random.nextInt(8), submits);
    }
}
