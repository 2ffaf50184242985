package dev.parley.persistence.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.parley.core.access.Subscription;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.fuzz.Corpus;
import dev.parley.core.fuzz.InputRandom;
import dev.parley.core.id.SessionId;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A relay between sessions that come, ask and go, and a room that loses, repeats, moves and answers out of turn, with
 * every decision taken by the fuzzer: a step never throws, live sessions see one dense row, and what waits is bounded.
 */
class RelayRulesFuzzTest {
    private static final int STEPS_MAX = 250;
    private static final int SESSIONS = 4;

    static Stream<byte[]> seeds() {
        return Stream.concat(Corpus.of(RelayRulesFuzzTest.class, "relay"), Corpus.random(12, 600));
    }

    @MethodSource("seeds")
    @FuzzTest
    void relay(byte[] bytes) {
        InputRandom input = new InputRandom(bytes);
        Play play = new Play(input);
        for (int steps = 0; steps < STEPS_MAX && !input.exhausted(); steps++) {
            play.move();
        }
    }

    private static final class Play {
        private final InputRandom input;
        private final RelayBench bench = new RelayBench();
        /** The next {@code seq} that each live session must be told. */
        private final Map<Long, Long> due = new HashMap<>();

        private final Map<Long, Integer> numbers = new HashMap<>();
        private final List<ToRoom> asked = new ArrayList<>();
        private long head = 3;
        private long incarnation = 1;

        Play(InputRandom input) {
            this.input = input;
        }

        void move() {
            switch (input.nextInt(8)) {
                case 0, 1 -> session(1 + input.nextInt(SESSIONS));
                case 2, 3, 4 -> {
                    if (!asked.isEmpty()) {
                        answer(asked.remove(input.nextInt(asked.size())));
                    }
                }
                case 5 -> {
                    head++;
                    if (input.nextInt(4) > 0) {
                        told(bench.room(RelayBench.step(head)));
                    }
                }
                case 6 -> told(bench.after(input.nextInt(3_000)));
                default -> unasked();
            }
        }

        private void session(int session) {
            long number = 1_000L * session + numbers.merge((long) session, 1, Integer::sum);
            switch (input.nextInt(10)) {
                case 0, 1 -> {
                    due.remove((long) session);
                    told(bench.enter(session, 1 + input.nextInt(3), subscription()));
                }
                case 2 -> told(bench.session(session, new Effect.GoLive(number, input.nextInt((int) head + 1))));
                case 3, 4 -> told(bench.submit(session, number, 1 + input.nextInt(1 << 20)));
                case 5 -> told(bench.session(session, new Effect.AskMst(number, List.of("", "a"))));
                case 6 -> told(bench.session(session, new Effect.AskLacking(number, List.of(RelayBench.ROOT))));
                case 7 -> told(bench.session(session, new Effect.Resubscribe(subscription())));
                case 8 -> told(bench.session(session, new Effect.Lock(number, RelayBench.peer(9))));
                default -> {
                    due.remove((long) session);
                    told(bench.session(session, new Effect.Leave()));
                }
            }
        }

        private Subscription subscription() {
            return input.nextBoolean() ? Subscription.EVERYTHING : new Subscription(List.of("k", "a/**"));
        }

        /** What an honest room would say to it, though perhaps of another time. */
        private void answer(ToRoom message) {
            switch (message) {
                case ToRoom.Attach attach -> {
                    long expects = Math.max(1, attach.nextSubmit() + input.nextInt(3) - 1);
                    told(bench.room(RelayBench.head(incarnation, head, expects)));
                }
                case ToRoom.Enter enter -> {
                    SessionId session = enter.entry().session();
                    told(bench.room(
                            input.nextInt(6) == 0
                                    ? new ToRelay.NotAdmitted(
                                            session, enter.number(), new SyncFailure.Unauthorized("auth: no"))
                                    : new ToRelay.Admitted(
                                            session,
                                            enter.number(),
                                            RelayBench.admission((int) session.value(), head)
                                                    .admission())));
                }
                case ToRoom.Submits submits -> {
                    long first = submits.first() + (input.nextInt(8) == 0 ? input.nextInt(3) - 1 : 0);
                    told(bench.room(
                            input.nextInt(8) == 0
                                    ? new ToRelay.ResendFrom(Math.max(1, first))
                                    : new ToRelay.Answered(
                                            first,
                                            IntStream.range(0, submits.submits().size())
                                                    .mapToObj(i -> RelayBench.stored(1))
                                                    .toList())));
                }
                case ToRoom.Repair repair -> {
                    for (long seq = repair.afterSeq() + 1; seq <= head; seq++) {
                        if (input.nextInt(5) > 0) {
                            told(bench.room(RelayBench.step(seq)));
                        }
                    }
                    if (input.nextInt(9) == 0) {
                        told(bench.room(new ToRelay.CannotRepair(head)));
                    }
                }
                case ToRoom.AskMst(var relay, var session, var number, var paths) ->
                    told(bench.room(new ToRelay.MstAnswer(session, number, List.of())));
                case ToRoom.AskLacking(var relay, var session, var number, var ids) ->
                    told(bench.room(new ToRelay.Lacking(session, number, ids)));
                case ToRoom.Lock(var relay, var session, var number, var key) ->
                    told(bench.room(new ToRelay.LockAnswered(session, number, input.nextBoolean())));
                default -> {}
            }
        }

        /** What a room says by itself, or said long ago. */
        private void unasked() {
            SessionId session = new SessionId(1 + input.nextInt(SESSIONS));
            told(bench.room(
                    switch (input.nextInt(9)) {
                        case 0 -> new ToRelay.WhoAreYou(++incarnation);
                        case 1 -> new ToRelay.WhoAreYou(incarnation);
                        case 2 -> new ToRelay.RosterWanted();
                        case 3 -> RelayBench.step(input.nextInt((int) head + 1));
                        case 4 -> new ToRelay.OrphansDropped(session, 1 + input.nextInt(3));
                        case 5 -> new ToRelay.MstAnswer(session, input.nextInt(5_000), List.of());
                        case 6 ->
                            new ToRelay.RosterChange(
                                    input.nextInt(9), List.of(RelayBench.entry(50, input.nextInt(4))), List.of());
                        case 7 -> RelayBench.head(1 + input.nextInt((int) incarnation), head, 1);
                        default -> new ToRelay.Answered(1 + input.nextInt(9), List.of(RelayBench.stored(1)));
                    }));
        }

        private void told(RelayBench bench) {
            if (asked.size() < 64) {
                asked.addAll(bench.toRoom);
            }
            assertThat(bench.toSessions).hasSizeLessThan(4_000);
            for (RelayEffect.TellSession tell : bench.toSessions) {
                long session = tell.session().value();
                switch (tell.input()) {
                    case Input.FeedJoined joined -> due.put(session, joined.afterSeq() + 1);
                    case Input.Relayed relayed -> {
                        assertThat(due).as("told before it joined the feed").containsKey(session);
                        assertThat(relayed.seq()).isEqualTo(due.get(session));
                        due.put(session, relayed.seq() + 1);
                    }
                    case Input.Failed failed -> due.remove(session);
                    default -> {}
                }
            }
            assertThat(bench.rules.sessionCount()).isLessThanOrEqualTo(SESSIONS);
        }
    }
}
