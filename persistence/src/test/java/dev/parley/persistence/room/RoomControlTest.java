package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.R2;
import static dev.parley.persistence.room.Fixtures.ROOM;
import static dev.parley.persistence.room.Fixtures.S1;
import static dev.parley.persistence.room.Fixtures.S2;
import static dev.parley.persistence.room.Fixtures.attach;
import static dev.parley.persistence.room.Fixtures.node;
import static dev.parley.persistence.room.Fixtures.peer;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.PolicyTimeline;
import dev.parley.core.access.WritePolicy;
import dev.parley.core.access.WritePolicy.Fallback;
import dev.parley.core.access.WritePolicy.Rule;
import dev.parley.core.history.Node;
import dev.parley.core.session.Input;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Locks and policies as a room decides them, also when it moves between doing so and saying so (spec 04 §§4–5). */
class RoomControlTest {
    private static final WritePolicy ONLY_PEER_1 =
            new WritePolicy(List.of(new Rule("world/**", List.of(peer(1)))), Fallback.DENY_ALL);
    private static final WritePolicy NOBODY = new WritePolicy(List.of(), Fallback.DENY_ALL);

    private final DeskDriver room = DeskDriver.empty().tell(attach(R1), attach(R2));
    private long submits;

    private Input.PackAnswer write(int author, String key) {
        Node node = node(author, ++submits, key);
        room.heard(R1);
        room.tell(new ToRoom.Submits(R1, submits, List.of(submit(S1, author, node))));
        return room.heard(R1, ToRelay.Answered.class).getFirst().answers().getFirst();
    }

    private List<ToRelay.PolicyAnswered> set(WritePolicy policy, long number) {
        room.heard(R1);
        room.tell(new ToRoom.SetPolicy(R1, S1, number, policy));
        return room.heard(R1, ToRelay.PolicyAnswered.class);
    }

    private void move() {
        room.startAgain();
        room.tell(attach(R1), attach(R2));
        submits = 0;
    }

    private static ToRelay.PolicyAnswered done(long number) {
        return new ToRelay.PolicyAnswered(S1, number, Optional.empty());
    }

    @Test
    void aPolicyIsAnEventAnAnswerAndAnEmptyStepInThisOrder() {
        write(1, "k");
        room.heard(R2);

        room.tell(new ToRoom.SetPolicy(R1, S1, 4, ONLY_PEER_1));

        assertThat(room.journal.getLast())
                .isEqualTo(new RoomEvent.PolicySet(
                        ONLY_PEER_1,
                        1,
                        new ControlRequest(S1, 4),
                        room.state.view().root()));
        ToRelay step = new ToRelay.Step(2, List.of(), room.state.view().root());
        assertThat(room.heard(R1)).containsExactly(done(4), step);
        assertThat(room.heard(R2)).containsExactly(step);
    }

    @Test
    void nodesFromNowOnAreJudgedByItAndStoredOnesAreNot() {
        assertThat(write(2, "world/before").stored()).isEqualTo(1);
        assertThat(set(ONLY_PEER_1, 1)).containsExactly(done(1));

        Input.PackAnswer refused = write(2, "world/after");
        assertThat(refused.stored()).isZero();
        assertThat(refused.errors().orElseThrow())
                .startsWith("policy violation: author [2, 2, 2")
                .endsWith(", 2] not permitted to write key 'world/after'");
        assertThat(write(1, "world/after").stored()).isEqualTo(1);
        assertThat(write(1, "elsewhere").stored()).isZero();
        assertThat(room.state.view().count()).isEqualTo(2);
    }

    @Test
    void aPackThatWaitsIsJudgedByThePolicyInForceWhenItIsDecided() {
        room.heard(R1);

        room.tellWithoutFlush(
                        new ToRoom.Submits(R1, 1, List.of(submit(S1, 2, node(2, 1, "world/a")))),
                        new ToRoom.SetPolicy(R1, S1, 1, NOBODY))
                .flush();

        assertThat(room.heard(R1, ToRelay.Answered.class).getFirst().answers())
                .extracting(Input.PackAnswer::rejected)
                .containsExactly(1);
    }

    @Test
    void theTimelineCountsPolicies() {
        set(ONLY_PEER_1, 1);
        set(NOBODY, 2);
        set(NOBODY, 3);

        assertThat(room.state.policies())
                .isEqualTo(new PolicyTimeline(List.of(
                        new PolicyTimeline.Entry(0, WritePolicy.ALLOW_ALL),
                        new PolicyTimeline.Entry(1, ONLY_PEER_1),
                        new PolicyTimeline.Entry(2, NOBODY),
                        new PolicyTimeline.Entry(3, NOBODY))));
    }

    @Test
    void aPolicyWhoseAnswerWasLostInAMoveIsAnsweredAndSetOnce() {
        set(ONLY_PEER_1, 4);
        room.tell(new ToRoom.SetPolicy(R2, S2, 4, NOBODY));
        PolicyTimeline timeline = room.state.policies();
        move();

        assertThat(set(ONLY_PEER_1, 4)).containsExactly(done(4));
        assertThat(room.state.policies()).isEqualTo(timeline);
        assertThat(room.state.policies().current()).isEqualTo(NOBODY);
        assertThat(set(ONLY_PEER_1, 5)).containsExactly(done(5));
        assertThat(room.state.policies().current()).isEqualTo(ONLY_PEER_1);
    }

    @Test
    void aRequestSaidTwiceToOneRoomIsDoneOnce() {
        set(ONLY_PEER_1, 4);

        assertThat(set(ONLY_PEER_1, 4)).containsExactly(done(4));
        assertThat(room.journal).hasSize(1);
    }

    @Test
    void aLockWhoseAnswerWasLostInAMoveIsAnsweredLocked() {
        room.tell(new ToRoom.Lock(R1, S1, 4, peer(7)));
        move();
        room.heard(R1);

        room.tell(new ToRoom.Lock(R1, S1, 4, peer(7)));

        assertThat(room.heard(R1, ToRelay.LockAnswered.class)).containsExactly(new ToRelay.LockAnswered(S1, 4, true));
        assertThat(room.journal).hasSize(1);
    }

    @Test
    void aLockedRoomRefusesEveryOtherRequestAlsoWithTheSameKey() {
        room.tell(new ToRoom.Lock(R1, S1, 4, peer(7)));
        move();
        room.heard(R1);

        room.tell(
                new ToRoom.Lock(R1, S1, 5, peer(7)),
                new ToRoom.Lock(R1, S2, 4, peer(7)),
                new ToRoom.Lock(R1, S1, 6, peer(8)));

        assertThat(room.heard(R1, ToRelay.LockAnswered.class))
                .extracting(ToRelay.LockAnswered::locked)
                .containsExactly(false, false, false);
        assertThat(room.state.lockKey()).contains(peer(7));
    }

    @Test
    void whatWasLockedByTheOperatorIsLockedForSessionsToo() {
        room.desk.lock(room.state, peer(7)).forEach(effect -> {
            if (effect instanceof RoomEffect.Persist(List<RoomEvent> events, int submits, int nodes)) {
                events.forEach(event -> {
                    room.journal.add(event);
                    room.state = RoomRules.evolve(room.state, event);
                });
            }
        });
        room.desk.persisted(room.state, room.nowMs);

        room.tell(new ToRoom.Lock(R1, S1, 4, peer(7)));

        assertThat(room.journal)
                .containsExactly(new RoomEvent.RoomLocked(
                        peer(7), Optional.empty(), room.state.view().root()));
        assertThat(room.heard(R1, ToRelay.LockAnswered.class)).containsExactly(new ToRelay.LockAnswered(S1, 4, false));
    }

    @Test
    void aPolicyBeyondTheBoundsIsRefusedAndTheOneInForceStays() {
        RoomRules rules = new RoomRules(
                RoomSettings.DEFAULT, Fixtures.SERVER, Fixtures.TRUSTING, new PolicyBounds(100, 100, 100));
        RoomState state = RoomState.empty(ROOM);
        WritePolicy large = new WritePolicy(
                List.of(new Rule("x", List.of(peer(1), peer(2), peer(3), peer(4)))), Fallback.ALLOW_ALL);

        assertThat(rules.decidePolicy(state, large, new ControlRequest(S1, 1)))
                .isEqualTo(new ControlDecision.Refused("reject.protocol_message_too_large: set-policy"));
        int set = 0;
        while (rules.decidePolicy(state, ONLY_PEER_1, new ControlRequest(S1, set + 2))
                instanceof ControlDecision.Do(List<RoomEvent> events)) {
            state = RoomRules.evolve(state, events.getFirst());
            set++;
        }
        assertThat(set).isEqualTo(2);
        assertThat(rules.decidePolicy(state, ONLY_PEER_1, new ControlRequest(S1, 9)))
                .isEqualTo(new ControlDecision.Refused("set-policy: the room's policy timeline is full"));
        assertThat(rules.decidePolicy(state, ONLY_PEER_1, new ControlRequest(S1, 2)))
                .isEqualTo(new ControlDecision.DoneBefore());
    }

    @Test
    void aPolicyOfStarsIsRefusedBeforeItCostsAnything() {
        WritePolicy stars =
                new WritePolicy(Collections.nCopies(17, new Rule("*a".repeat(500), List.of())), Fallback.ALLOW_ALL);
        WritePolicy plain = new WritePolicy(
                Collections.nCopies(200, new Rule("a".repeat(1_000) + "/**", List.of())), Fallback.ALLOW_ALL);

        assertThat(set(stars, 1))
                .containsExactly(new ToRelay.PolicyAnswered(
                        S1, 1, Optional.of("reject.protocol_message_too_large: set-policy")));
        assertThat(set(plain, 2)).containsExactly(done(2));
    }

    @Test
    void aSnapshotKeepsPoliciesAndWhatWasDone() {
        set(ONLY_PEER_1, 4);
        set(NOBODY, 5);
        room.tell(new ToRoom.Lock(R1, S1, 6, peer(7)));

        RoomState restored = SnapshotForm.restore(ROOM, SnapshotForm.manifest(room.state, new int[0]), List.of());

        assertThat(restored.policies()).isEqualTo(room.state.policies());
        assertThat(restored.lockKey()).contains(peer(7));
        assertThat(restored.controls().oldestFirst())
                .containsExactly(new ControlRequest(S1, 4), new ControlRequest(S1, 5), new ControlRequest(S1, 6));
    }

    @Test
    void aSnapshotOfTheFirstVersionIsReadStill() {
        byte[] second = SnapshotForm.manifest(room.state, new int[0]);
        byte[] first = Arrays.copyOf(second, second.length - 1); // The empty list of requests.
        first[0] = 1;

        RoomState restored = SnapshotForm.restore(ROOM, first, List.of());

        assertThat(restored.controls().oldestFirst()).isEmpty();
        assertThat(restored.policies()).isEqualTo(PolicyTimeline.START);
    }

    @Test
    void aPolicyWithTooMuchBehindStarsIsRefused() {
        RoomRules rules = new RoomRules(
                RoomSettings.DEFAULT, Fixtures.SERVER, Fixtures.TRUSTING, new PolicyBounds(1_000, 1_000, 6));
        WritePolicy within = new WritePolicy(List.of(new Rule("docs/a*bcdef", List.of())), Fallback.ALLOW_ALL);
        WritePolicy beyond =
                new WritePolicy(List.of(new Rule("a*bc", List.of()), new Rule("d*efg", List.of())), Fallback.ALLOW_ALL);

        assertThat(rules.decidePolicy(RoomState.empty(ROOM), within, new ControlRequest(S1, 1)))
                .isInstanceOf(ControlDecision.Do.class);
        assertThat(rules.decidePolicy(RoomState.empty(ROOM), beyond, new ControlRequest(S1, 1)))
                .isEqualTo(new ControlDecision.Refused("reject.protocol_message_too_large: set-policy"));
    }

    @Test
    void whatIsRememberedOfDoneCommandsIsBounded() {
        ControlRequests requests = new ControlRequests(List.of());
        List<ControlRequest> all = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            all.add(new ControlRequest(S1, i));
            requests.add(all.getLast());
        }

        assertThat(requests.oldestFirst()).isEqualTo(all.subList(1_000 - ControlRequests.KEPT_MAX, 1_000));
        assertThat(requests.has(all.getFirst())).isFalse();
        assertThat(requests.has(all.getLast())).isTrue();
    }
}
