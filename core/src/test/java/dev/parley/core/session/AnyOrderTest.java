package dev.parley.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.WritePolicy;
import dev.parley.core.failure.SyncFailure;
import dev.parley.core.history.Candidate;
import dev.parley.core.history.Node;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.wire.Encoded;
import dev.parley.core.wire.FromPeer;
import dev.parley.core.wire.FromPeer.PackContent;
import dev.parley.core.wire.ToPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A peer that says anything at any time, a room and a shell that answer in any order, late, twice or not at all: a step
 * never throws, and replies keep the order of the messages.
 */
class AnyOrderTest {
    private static final int STEPS = 300;

    @Property(tries = 400)
    void noOrderOfInputsMakesAStepThrow(@ForAll long seed) {
        new Play(seed, true).run(STEPS);
    }

    @Property(tries = 300)
    void everyPackOfAnHonestRunIsAcknowledgedOnceAndInOrder(@ForAll long seed) {
        Play play = new Play(seed, false);
        play.run(STEPS);
        play.finish();

        assertThat(play.acknowledged).isEqualTo(play.packs);
        assertThat(play.submitted).isSorted();
        assertThat(play.talk.phase).isInstanceOfSatisfying(Phase.Live.class, live -> {
            assertThat(live.pipeline()).isEmpty();
            assertThat(live.readsNext()).isTrue();
        });
    }

    @Example
    void theFirstMessageOfASessionIsItsWelcome() {
        for (long seed = 0; seed < 50; seed++) {
            Play play = new Play(seed, false);
            play.run(40);
            assertThat(play.sent.get(0)).as("seed " + seed).isInstanceOf(ToPeer.Welcome.class);
        }
    }

    /** One run from one seed. A {@code wild} one has peers and rooms that misbehave. */
    static class Play {
        final Random random;
        private final boolean wild;
        final Talk talk;
        private final List<Effect> open = new ArrayList<>();
        private final List<Effect.StartTimer> timers = new ArrayList<>();
        private final List<ToPeer> sent = new ArrayList<>();
        private final List<Integer> packs = new ArrayList<>();
        private final List<Integer> acknowledged = new ArrayList<>();
        private final List<Long> submitted = new ArrayList<>();
        private boolean draining;
        private long seq = 10;

        Play(long seed, boolean wild) {
            this(new Random(seed), wild);
        }

        /** Every decision is drawn from {@code random}. */
        Play(Random random, boolean wild) {
            this.random = random;
            this.wild = wild;
            SessionSettings settings = wild && random.nextBoolean() ? limited() : Talk.UNLIMITED;
            talk = random.nextBoolean() || !wild ? Talk.opened(settings) : Talk.openedWithoutRoom();
            if (!wild) {
                feed(new Input.FromPeer(Talk.hello()));
            }
        }

        private static SessionSettings limited() {
            SessionSettings d = Talk.UNLIMITED;
            return new SessionSettings(d.helloTimeout(), d.roomWait(), 9, 2, 3, 900, d.chunkBytes(), d.mstPathsMax());
        }

        void run(int steps) {
            for (int i = 0; i < steps; i++) {
                talk.nowMs += random.nextInt(300);
                move();
            }
        }

        /** Answers everything until nothing is open. */
        void finish() {
            while (!open.isEmpty() || draining || !timers.isEmpty()) {
                if (draining) {
                    drain();
                } else if (!open.isEmpty()) {
                    feed(answer(open.remove(0)));
                } else {
                    fire(timers.remove(0));
                }
            }
        }

        private void move() {
            switch (random.nextInt(wild ? 12 : 8)) {
                case 0, 1, 2 -> {
                    if (wild || talk.phase.readsNext()) {
                        feed(new Input.FromPeer(message()));
                    }
                }
                case 3, 4, 5 -> {
                    if (!open.isEmpty()) {
                        feed(answer(open.remove(random.nextInt(open.size()))));
                    }
                }
                case 6 -> {
                    if (draining) {
                        drain();
                    } else if (talk.phase instanceof Phase.Live live && live.lastSeq() == seq) {
                        feed(new Input.Relayed(
                                ++seq, List.of(new Input.RelayedPack(new SessionId(random.nextInt(2) * 42), news()))));
                    }
                }
                case 7 -> {
                    if (!(talk.phase instanceof Phase.Handshaking)) {
                        feed(roomNews());
                    }
                }
                case 8 -> {
                    if (!timers.isEmpty()) {
                        fire(timers.remove(random.nextInt(timers.size())));
                    }
                }
                case 9 -> {
                    if (!(talk.phase instanceof Phase.Handshaking)) {
                        feed(stale(random.nextInt(30)));
                    }
                }
                case 10 ->
                    feed(new Input.TimerFired(Effect.Timer.values()[random.nextInt(4)], 1000 + random.nextInt(9)));
                default -> {
                    if (random.nextInt(60) == 0) {
                        feed(
                                random.nextBoolean()
                                        ? new Input.PeerGone()
                                        : new Input.Failed(new SyncFailure.PeerDead()));
                    }
                }
            }
        }

        private void drain() {
            draining = false;
            feed(new Input.Drained());
        }

        private void fire(Effect.StartTimer timer) {
            feed(new Input.TimerFired(timer.timer(), timer.number()));
        }

        void feed(Input input) {
            if (input instanceof Input.FromPeer(FromPeer.Pack(PackContent.Nodes(var nodes, var size))) && !wild) {
                packs.add(nodes.size());
            }
            talk.step(input).forEach(this::perform);
        }

        void perform(Effect effect) {
            switch (effect) {
                case Effect.Send(var message) -> note(message);
                case Effect.SendThenTell(var message) -> {
                    note(message);
                    assertThat(draining).as("one chunk at a time").isFalse();
                    draining = true;
                }
                case Effect.SendEncoded shared -> {}
                case Effect.SendDroppable news -> {}
                case Effect.HangUp end -> {}
                case Effect.StartTimer timer -> {
                    if (wild || timer.timer() == Effect.Timer.DELAYED_ACK) {
                        timers.add(timer);
                    }
                }
                case Effect.StopTimer stop ->
                    timers.removeIf(
                            t -> t.timer() == stop.timer() && t.number() == stop.number() && random.nextInt(8) > 0);
                case Effect.Submit submit -> {
                    submitted.add((long) packNumber(submit.candidates()));
                    open.add(submit);
                }
                case Effect.Resubscribe r -> {}
                case Effect.Announce a -> {}
                case Effect.Leave l -> {}
                case Effect request -> open.add(request);
            }
        }

        private static int packNumber(List<Candidate> candidates) {
            return (int) candidates.get(0).node().transaction().lamport();
        }

        private void note(ToPeer message) {
            sent.add(message);
            if (message instanceof ToPeer.PackAck ack) {
                acknowledged.add(ack.incoming());
            }
        }

        FromPeer message() {
            return switch (random.nextInt(wild ? 20 : 9)) {
                case 0, 1, 2 -> somePack();
                case 3 -> new FromPeer.Request(List.of());
                case 4 -> new FromPeer.MstRequest(random.nextBoolean() ? List.of() : List.of("", "a"));
                case 5 -> new FromPeer.MstDone(random.nextBoolean() ? List.of() : List.of(Talk.ROOT));
                case 6 -> new FromPeer.Noop();
                case 7 -> new FromPeer.Subscribe(List.of("a"));
                case 8 -> new FromPeer.Pack(new PackContent.BadBase64());
                case 9, 10 -> Talk.hello();
                case 11 -> new FromPeer.Binary();
                case 12 -> new FromPeer.TooLarge(3);
                case 13 -> new FromPeer.Presence("1", Optional.of("1"), Optional.empty());
                case 14 -> random.nextInt(20) == 0 ? new FromPeer.CloseSession() : new FromPeer.NotJson();
                case 17 -> new FromPeer.PresenceSet("1", OptionalLong.of(1), OptionalLong.of(2));
                case 18 -> new FromPeer.PresenceGet();
                case 19 -> new FromPeer.PresenceSweep(random.nextBoolean() ? OptionalLong.of(3) : OptionalLong.empty());
                case 15 -> new FromPeer.SetPolicy(new FromPeer.PolicyContent.Whole(WritePolicy.ALLOW_ALL));
                default -> new FromPeer.SetRoomKey(Optional.of(Talk.PEER.toHex()));
            };
        }

        /** In an honest run every pack starts one node later than the one before, so that their order can be seen. */
        private FromPeer.Pack somePack() {
            if (wild) {
                int first = random.nextInt(9);
                return Talk.pack(first, first + random.nextInt(11));
            }
            int first = Math.min(packs.size(), 10);
            return Talk.pack(first, first + (random.nextBoolean() ? 1 : 9));
        }

        Input answer(Effect request) {
            boolean silent = wild && random.nextInt(8) == 0;
            return switch (request) {
                case Effect.Enter e ->
                    silent
                            ? new Input.NotAdmitted(e.number(), new SyncFailure.Unauthorized("auth: no"))
                            : new Input.Admitted(
                                    e.number(),
                                    Talk.admission(
                                            random.nextBoolean() ? new PeerLacks.Nothing() : new PeerLacks.Everything(),
                                            Set.of("room.admin", "policy.admin"),
                                            wild ? OptionalLong.of(Talk.START_MS / 1000 + 30) : OptionalLong.empty()));
                case Effect.AskLacking e ->
                    silent ? new Input.Unanswered(e.number()) : new Input.Lacking(e.number(), some(e.ids()));
                case Effect.Verify e -> new Input.Verified(e.number(), candidates(e.nodes()));
                case Effect.DrawAllowance e -> new Input.AllowanceDrawn(e.number(), !silent);
                case Effect.Submit e ->
                    silent
                            ? new Input.Unanswered(e.number())
                            : new Input.Answered(
                                    e.number(), decided(e.candidates().size()));
                case Effect.Pull e -> pulled(e, silent);
                case Effect.AskMst e -> new Input.MstAnswer(e.number(), List.of());
                case Effect.GoLive e -> live(e);
                case Effect.AskPresence e ->
                    silent
                            ? new Input.Unanswered(e.number())
                            : new Input.PresenceAnswered(e.number(), new PresenceReply.Kept());
                case Effect.Lock e -> new Input.LockAnswered(e.number(), random.nextBoolean());
                case Effect.SetPolicy e ->
                    silent ? new Input.Unanswered(e.number()) : new Input.PolicyAnswered(e.number(), Optional.empty());
                default -> throw new AssertionError(request);
            };
        }

        private Input live(Effect.GoLive e) {
            if (random.nextInt(4) == 0) {
                return new Input.FeedBehind(e.number());
            }
            boolean awaited = talk.phase instanceof Phase.CatchingUp;
            seq = awaited ? e.afterSeq() : seq;
            return new Input.FeedJoined(e.number(), e.afterSeq());
        }

        private Input pulled(Effect.Pull e, boolean silent) {
            if (silent) {
                return random.nextBoolean() ? new Input.Unanswered(e.number()) : new Input.PlanUnknown(e.number());
            }
            boolean last = random.nextInt(3) == 0;
            return new Input.Pulled(
                    e.number(), Talk.chunk(random.nextInt(3), e.plan().position() + 2, last));
        }

        private Input.PackAnswer decided(int nodes) {
            int rejected = wild && random.nextBoolean() ? nodes : 0;
            int known = random.nextInt(nodes - rejected + 1);
            return new Input.PackAnswer(
                    nodes, nodes - rejected - known, known, 0, rejected, known * 150L, Optional.empty());
        }

        private List<NodeId> some(List<NodeId> ids) {
            return ids.stream().filter(id -> random.nextBoolean()).toList();
        }

        private static List<Candidate> candidates(List<Node> nodes) {
            return nodes.stream()
                    .map(node -> new Candidate(node, new Verdict.Unchecked()))
                    .toList();
        }

        private Input roomNews() {
            return switch (random.nextInt(4)) {
                case 0 -> new Input.PeerJoined(Talk.OTHER, "p", "ui");
                case 1 -> new Input.PeerLeft(Talk.OTHER, "p", "ui");
                case 2 -> new Input.OrphansDropped(2);
                default -> new Input.Announced(Talk.OTHER, news());
            };
        }

        private static Encoded news() {
            return new Encoded("{}", 2);
        }

        /** An answer that comes late or twice. It may hit a number that is waited for, as a doubled message could. */
        private Input stale(long number) {
            return switch (random.nextInt(8)) {
                case 0 -> new Input.Lacking(number, List.of());
                case 1 -> new Input.Verified(number, candidates(Talk.nodes(0, 1)));
                case 2 -> new Input.Answered(number, decided(1));
                case 3 -> new Input.Unanswered(number);
                case 4 -> new Input.PlanUnknown(number);
                case 5 -> new Input.MstAnswer(number, List.of());
                case 6 -> new Input.LockAnswered(number, true);
                default -> new Input.FeedBehind(number);
            };
        }
    }
}
