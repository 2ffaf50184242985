package dev.parley.persistence.relay;

import static dev.parley.persistence.room.Fixtures.peer;
import static dev.parley.persistence.room.Fixtures.submit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.reconcile.StandardReconciler;
import dev.parley.core.reconcile.Summary;
import dev.parley.core.session.Effect;
import dev.parley.core.session.Input;
import dev.parley.core.session.PullPlan;
import dev.parley.persistence.room.ChunkReader;
import dev.parley.persistence.room.Fixtures;
import dev.parley.persistence.room.Frontdesk;
import dev.parley.persistence.room.RelayId;
import dev.parley.persistence.room.RoomDesk;
import dev.parley.persistence.room.RoomEffect;
import dev.parley.persistence.room.RoomEvent;
import dev.parley.persistence.room.RoomRules;
import dev.parley.persistence.room.RoomSettings;
import dev.parley.persistence.room.RoomState;
import dev.parley.persistence.room.SentParents;
import dev.parley.persistence.room.ToRelay;
import dev.parley.persistence.room.ToRoom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/**
 * Filtered peers of a room that grows and moves, over a link that loses: each can place every node it is sent, and has
 * in the end all that passed its filter while it was there.
 */
class ClosedFeedPropertyTest {
    private static final List<Subscription> FILTERS =
            List.of(new Subscription(List.of("a/**")), new Subscription(List.of("b/**")), Subscription.EVERYTHING);

    /** A peer that drops nodes whose parents it lacks. */
    private static final class Peer {
        final Set<NodeId> has = new HashSet<>();
        final Set<NodeId> owed = new HashSet<>();
        Subscription subscription;
        boolean live;
        boolean pullsNow;
        int changes;
        boolean gaveUp;
        int asOfNodes;
        long asOfSeq;

        void takes(List<Node> nodes) {
            for (Node node : nodes) {
                assertThat(has)
                        .as("parents first")
                        .containsAll(node.transaction().parents());
                has.add(node.id());
            }
        }
    }

    private static final class World {
        final Random chance;
        final int lossPercent;
        final RelayRules relay;
        final Queue<ToRoom> up = new ArrayDeque<>();
        final Queue<ToRelay> down = new ArrayDeque<>();
        final Map<Long, Peer> peers = new TreeMap<>();
        final List<Node> nodes = new ArrayList<>();
        final List<RoomEvent> journal = new ArrayList<>();
        RoomState state = RoomState.empty(Fixtures.ROOM);
        RoomDesk desk;
        ChunkReader reader;
        long nowMs = 1_000_000;
        long incarnation;
        long submits;
        boolean flush;
        boolean quiet;

        World(long seed, int lossPercent) {
            this.chance = new Random(seed);
            this.lossPercent = lossPercent;
            RelaySettings closed = RelaySettings.DEFAULT.with(
                    RelaySettings.Presence.DEFAULT, new RelaySettings.Parents(true, 1 << 20));
            this.relay = new RelayRules(new RelayId(1), Fixtures.ROOM, closed, seed);
            move();
        }

        void move() {
            incarnation++;
            desk = new RoomDesk(
                    incarnation,
                    RoomSettings.DEFAULT,
                    new RoomRules(RoomSettings.DEFAULT, Fixtures.SERVER, Fixtures.TRUSTING),
                    new Frontdesk(Fixtures.SERVER, Fixtures.TRUSTING, new StandardReconciler()),
                    nowMs);
            reader = new ChunkReader(4, 1 << 20);
            flush = false;
            submits = 0;
        }

        private boolean lost() {
            return !quiet && chance.nextInt(100) < lossPercent;
        }

        void input(RelayInput input) {
            for (RelayEffect effect : relay.step(input, nowMs)) {
                switch (effect) {
                    case RelayEffect.TellRoom(var message) -> {
                        if (!lost()) {
                            up.add(message);
                        }
                    }
                    case RelayEffect.TellSession(var session, var news) -> told(session, news);
                    case RelayEffect.Stop() -> {}
                }
            }
        }

        void session(SessionId session, Effect.ForRoom wish) {
            input(new RelayInput.FromSession(session, wish));
        }

        private void told(SessionId session, Input news) {
            Peer peer = peers.get(session.value());
            switch (news) {
                case Input.Admitted(var number, var admission) -> {
                    peer.asOfNodes = admission.asOfNodes();
                    peer.asOfSeq = admission.asOfSeq();
                    pull(session, peer, new PeerLacks.Everything(), 0, 2);
                }
                case Input.Pulled(var number, var chunk) -> {
                    peer.takes(Packed.nodes(chunk.pack()));
                    if (peer.pullsNow) {
                        peer.asOfNodes = chunk.asOfNodes();
                        peer.asOfSeq = chunk.asOfSeq();
                    }
                    session(session, new Effect.GoLive(number + 1, peer.asOfSeq));
                }
                case Input.FeedBehind(var number) ->
                    pull(session, peer, new PeerLacks.Since(peer.asOfNodes), PullPlan.NOW, number + 1);
                case Input.FeedJoined(var number, var afterSeq) -> {
                    peer.live = true;
                    for (Node node : nodes.subList(0, peer.asOfNodes)) {
                        if (peer.subscription.wants(node)) {
                            peer.owed.add(node.id());
                        }
                    }
                }
                case Input.Relayed(var seq, var packs) ->
                    packs.forEach(pack -> peer.takes(Packed.nodes(pack.message().json())));
                case Input.Unanswered u -> peer.gaveUp = true; // The room was away for too long.
                case Input.Failed(var why) -> throw new AssertionError(why.toString());
                default -> {}
            }
        }

        private void pull(SessionId session, Peer peer, PeerLacks lacks, int asOf, long number) {
            peer.pullsNow = asOf == PullPlan.NOW;
            session(
                    session,
                    new Effect.Pull(
                            number,
                            new PullPlan(
                                    session,
                                    number,
                                    Optional.of(lacks),
                                    asOf == PullPlan.NOW ? asOf : peer.asOfNodes,
                                    peer.subscription,
                                    0,
                                    1 << 30)));
        }

        void enter() {
            long id = peers.size() + 1;
            Peer peer = new Peer();
            peer.subscription = FILTERS.get(chance.nextInt(2));
            peers.put(id, peer);
            session(
                    new SessionId(id),
                    new Effect.Enter(
                            1,
                            Fixtures.ROOM,
                            peer((int) id),
                            "p",
                            "ui",
                            new Summary(List.of(), new Summary.TheirSketch.Absent(), true),
                            peer.subscription,
                            true,
                            Optional.empty()));
        }

        private void run(List<RoomEffect> effects) {
            for (RoomEffect effect : effects) {
                switch (effect) {
                    case RoomEffect.Reply(var to, var message) -> say(to, message);
                    case RoomEffect.Broadcast(var all, var message) -> all.forEach(to -> say(to, message));
                    case RoomEffect.FlushLater f -> flush = true;
                    case RoomEffect.Persist write -> {
                        for (RoomEvent event : write.events()) {
                            state = RoomRules.evolve(state, event);
                            journal.add(event);
                        }
                        run(desk.persisted(state, nowMs));
                    }
                    case RoomEffect.MakeChunk(var to, var number, var plan, var closed, var view, var seq) -> {
                        var made = (ChunkReader.Answer.Made) reader.read(plan, closed, view, seq);
                        say(to, new ToRelay.Pulled(plan.session(), number, made.chunk()));
                    }
                    case RoomEffect.RepairFromJournal(var to, var fromSeq, var toSeq) -> {
                        for (long seq = fromSeq; seq <= toSeq; seq++) {
                            say(to, RoomRules.step(seq, journal.get((int) seq - 1)));
                        }
                        desk.repaired(to);
                    }
                    case RoomEffect.FindParents(var ask, var view) -> say(ask.relay(), SentParents.answer(ask, view));
                    default -> {}
                }
            }
        }

        private void say(RelayId to, ToRelay message) {
            if (to.value() == 1 && !lost()) {
                down.add(message);
            }
        }

        /** Another member's peers write one step, of nodes with parents anywhere. */
        void write() {
            RelayId other = new RelayId(2);
            if (!desk.knows(other)) {
                run(desk.receive(state, new ToRoom.Attach(other, -1, submits + 1, 0, -1, Set.of()), nowMs));
            }
            List<Node> made = new ArrayList<>();
            for (int i = chance.nextInt(3); i >= 0; i--) {
                Set<NodeId> parents = new java.util.TreeSet<>();
                for (int k = chance.nextInt(3); k >= 0 && !nodes.isEmpty(); k--) {
                    parents.add(nodes.get(Math.max(0, nodes.size() - 1 - chance.nextInt(6)))
                            .id());
                }
                String key = "abc".charAt(chance.nextInt(3)) + "/x";
                Node node = Fixtures.node(9, nodes.size() + 1, key, parents.toArray(NodeId[]::new));
                nodes.add(node);
                made.add(node);
            }
            peers.values().stream()
                    .filter(peer -> peer.live)
                    .forEach(peer ->
                            made.stream().filter(peer.subscription::wants).forEach(node -> peer.owed.add(node.id())));
            run(desk.receive(
                    state,
                    new ToRoom.Submits(
                            other, ++submits, List.of(submit(new SessionId(999), 9, made.toArray(Node[]::new)))),
                    nowMs));
            while (flush) {
                flush = false;
                run(desk.flush(state, nowMs));
            }
        }

        void turn() {
            nowMs += 50;
            for (int n = chance.nextInt(6); n > 0 || quiet; n--) {
                ToRoom message = up.poll();
                if (message == null) {
                    break;
                }
                run(desk.receive(state, message, nowMs));
            }
            for (int n = chance.nextInt(6); n > 0 || quiet; n--) {
                ToRelay message = down.poll();
                if (message == null) {
                    break;
                }
                input(new RelayInput.FromRoom(message));
            }
            input(new RelayInput.Tick());
            run(desk.tick(state, nowMs));
        }
    }

    @Property(tries = 25)
    void everyFilteredPeerCanPlaceWhatItIsSentAndLacksNothingThatPasses(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 30) int lossPercent) {
        World world = new World(seed, lossPercent);
        world.enter();
        for (int turn = 0; turn < 200; turn++) {
            int what = world.chance.nextInt(20);
            if (what < 8) {
                world.write();
            } else if (what == 8 && world.peers.size() < 4) {
                world.enter();
            } else if (what == 9 && world.chance.nextInt(3) == 0) {
                world.move();
            } else if (what == 10) {
                settle(world);
                long session = 1 + world.chance.nextInt(world.peers.size());
                Peer peer = world.peers.get(session);
                if (peer.live && ++peer.changes < ClosedFeed.PERIODS_MAX) {
                    peer.subscription = FILTERS.get(world.chance.nextInt(3));
                    world.session(new SessionId(session), new Effect.Resubscribe(peer.subscription));
                }
            }
            world.turn();
        }
        settle(world);

        world.peers.forEach((session, peer) -> {
            assertThat(peer.live || peer.gaveUp)
                    .as("session %s is live", session)
                    .isTrue();
            assertThat(peer.has).as("session %s", session).containsAll(peer.owed);
        });
    }

    private static void settle(World world) {
        world.quiet = true;
        for (int turn = 0; turn < 200; turn++) {
            world.turn();
        }
        world.quiet = false;
    }
}
