package dev.parley.sim.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import dev.parley.core.reconcile.IndexRule;
import dev.parley.core.state.Materialized;
import dev.parley.edge.peer.stock.DocClient;
import dev.parley.edge.peer.stock.DocSettings;
import dev.parley.edge.peer.stock.NpmClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From any two states, stock clients and our own peer have the same room after two reconnects at most. */
class StockMeetingTest {
    private static final Scenario QUIET = new Scenario("meeting", 1, 0, 0, 30_000, List.of());
    private static final long SETTLE_MS = 4_000;

    private static final int RECONNECTS_MAX = 2;

    /** {@code -Dparley.long=true}: every pair from every two states, with many histories; else from every other two. */
    private static final boolean LONG = Boolean.getBoolean("parley.long");

    enum Kind {
        DOC_32,
        DOC_64,
        NPM,
        OURS
    }

    /**
     * How many nodes the room has at first, how many both peers have, of the same history, and how many each wrote
     * alone.
     */
    record States(int room, int shared, int onlyFirst, int onlySecond) {}

    record Meeting(Kind first, Kind second, States states, long seed) {}

    private static final List<States> STATES = List.of(
            new States(0, 0, 0, 0),
            new States(0, 0, 0, 1),
            new States(0, 0, 3, 0),
            new States(0, 0, 3, 4),
            new States(5, 5, 0, 0),
            new States(0, 5, 0, 0),
            new States(5, 5, 1, 0),
            new States(30, 30, 2, 0),
            new States(30, 30, 0, 2),
            new States(100, 100, 0, 1),
            new States(100, 100, 1, 0),
            new States(100, 100, 3, 4),
            new States(100, 50, 5, 5),
            new States(100, 100, 20, 20),
            new States(300, 300, 60, 0),
            new States(300, 300, 70, 80),
            new States(300, 0, 60, 60),
            new States(0, 0, 120, 100),
            new States(400, 300, 200, 250));

    static List<Meeting> meetings() {
        List<Meeting> meetings = new ArrayList<>();
        for (Kind first : Kind.values()) {
            for (Kind second : Kind.values()) {
                for (int i = LONG ? 0 : (first.ordinal() + second.ordinal()) % 2;
                        i < STATES.size();
                        i += LONG ? 1 : 2) {
                    for (long seed = 0; seed < (LONG ? 20 : 1); seed++) {
                        meetings.add(new Meeting(first, second, STATES.get(i), seed));
                    }
                }
            }
        }
        return meetings;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("meetings")
    void everybodyHasTheSameAfterTwoReconnectsAtMost(Meeting meeting) {
        List<PeerMind> minds = new ArrayList<>();

        boolean together = meet(meeting, minds);

        assertThat(together)
                .as(
                        "together, with %s nodes",
                        minds.stream().map(mind -> mind.view().count()).toList())
                .isTrue();
    }

    /**
     * A second client never sends a pack of more than 61,440 characters, so what it brings from elsewhere stays with it,
     * whatever a server says; its own edits of this run come one by one, and wait for parents that never come.
     */
    @Test
    void secondClientCannotBringAGraphAboveItsOwnLimitToARoomThatLacksIt() {
        List<PeerMind> minds = new ArrayList<>();

        boolean together = meet(new Meeting(Kind.NPM, Kind.OURS, new States(0, 400, 1, 0), 1), new ArrayList<>());
        boolean withAnother = meet(new Meeting(Kind.NPM, Kind.DOC_32, new States(400, 400, 1, 0), 1), minds);

        assertThat(together).as("our own peer has the same graph and brings it").isTrue();
        assertThat(withAnother).as("the room has it").isTrue();
        assertThat(meetAlone(400)).as("nobody else has it").isZero();
    }

    /** Lets two meet in a room; true when all have the same in the end. */
    private static boolean meet(Meeting meeting, List<PeerMind> minds) {
        World world = World.empty(meeting.seed(), QUIET);
        Chance chance = new Chance(meeting.seed() + 1_000);
        States states = meeting.states();
        List<Node> common = history(Math.max(states.room(), states.shared()), chance);
        List<Node> shared = common.subList(0, states.shared());
        List<SimPeer> peers = new ArrayList<>();
        if (states.room() > 0) {
            peers.add(join(world, Kind.OURS, common.subList(0, states.room()), 0, minds));
            run(world);
        }
        peers.add(join(world, meeting.first(), shared, states.onlyFirst(), minds));
        run(world);
        peers.add(join(world, meeting.second(), shared, states.onlySecond(), minds));
        run(world);
        for (int reconnects = 0; reconnects < RECONNECTS_MAX && !together(minds); reconnects++) {
            for (SimPeer peer : peers) {
                peer.cut();
                run(world);
            }
        }
        return together(minds);
    }

    /** How many nodes a room gets of a second client that comes with so many. */
    private static int meetAlone(int nodes) {
        World world = World.empty(1, QUIET);
        List<PeerMind> minds = new ArrayList<>();
        SimPeer npm = join(world, Kind.NPM, history(nodes, new Chance(1)), 1, minds);
        run(world);
        npm.cut();
        run(world);
        return world.room(World.ROOM).journal().replay().view().count();
    }

    private static void run(World world) {
        long until = world.agenda().nowMs() + SETTLE_MS;
        boolean more = true;
        while (more) {
            more = world.agenda().step(until);
        }
    }

    private static boolean together(List<PeerMind> minds) {
        NodeId root = minds.get(0).view().root();
        NodeId state = Materialized.of(minds.get(0).view()).hash();
        return minds.stream()
                .allMatch(mind -> mind.view().root().equals(root)
                        && Materialized.of(mind.view()).hash().equals(state));
    }

    private static SimPeer join(World world, Kind kind, List<Node> had, int offline, List<PeerMind> minds) {
        return world.join((w, chance) -> {
            PeerMind mind = mind(kind, w, chance, had);
            mind.edit(offline);
            minds.add(mind);
            return mind;
        });
    }

    private static PeerMind mind(Kind kind, World world, Chance chance, List<Node> had) {
        return switch (kind) {
            case OURS ->
                new ReplicaPeer(
                                world,
                                chance,
                                World.ROOM,
                                key(chance),
                                new Tokens(world, new Plan.Peer(0, PeerKind.REPLICA, 0, 0), chance.split()))
                        .with(had);
            case NPM -> {
                NpmClient npm = new NpmClient(World.ROOM, key(chance), CheapSignatures.INSTANCE, Optional.empty());
                npm.graph().load(had);
                yield new StockMind(world, chance, npm);
            }
            case DOC_32 -> doc(IndexRule.NARROW_32, world, chance, had);
            case DOC_64 -> doc(IndexRule.WIDE_64, world, chance, had);
        };
    }

    private static PeerMind doc(IndexRule rule, World world, Chance chance, List<Node> had) {
        DocClient doc =
                new DocClient(World.ROOM, key(chance), CheapSignatures.INSTANCE, DocSettings.BROWSER.withRule(rule));
        doc.graph().load(had);
        return new StockMind(world, chance, doc);
    }

    private static Signer key(Chance chance) {
        return CheapSignatures.signer(PeerId.of(chance.bytes(PeerId.SIZE_BYTES)));
    }

    /** So many nodes of one author, now and then side by side. */
    private static List<Node> history(int count, Chance chance) {
        Signer signer = key(chance);
        History history = new History();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            HistoryView view = history.view();
            List<NodeId> parents = view.count() > 3 && chance.percent(20)
                    ? List.of(view.id((int) chance.between(view.count() - 3, view.count() - 1)))
                    : view.heads();
            Node node = Nodes.sign(
                    new Transaction(signer.peer(), view.clock() + 1, 0, Edits.draw(chance), parents), signer);
            history.append(node);
            nodes.add(node);
        }
        return nodes;
    }
}
