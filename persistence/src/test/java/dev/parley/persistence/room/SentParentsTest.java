package dev.parley.persistence.room;

import static dev.parley.persistence.room.Fixtures.R1;
import static dev.parley.persistence.room.Fixtures.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.access.Subscription;
import dev.parley.core.history.History;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.SessionId;
import dev.parley.core.reconcile.PeerLacks;
import dev.parley.core.session.Input;
import dev.parley.core.session.PullPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** What a filtered session must be sent besides what passes its filter. */
class SentParentsTest {
    private static final Subscription WORLD = new Subscription(List.of("world/**"));

    private final List<Node> nodes = new ArrayList<>();
    private long lamport;

    @Test
    void aChainIsLackedDownToWhatPassed() {
        Node passing = add("world/a");
        Node first = add("chat/1", passing);
        Node second = add("chat/2", first);
        Node next = add("world/b", second);

        assertThat(answer(next, WORLD, second).nodes()).containsExactly(first, second);
    }

    @Test
    void ancestorsOfWhatPassedElsewhereAreHad() {
        Node root = add("chat/0");
        Node branch = add("chat/1", root);
        Node other = add("world/a", root);
        Node next = add("world/b", branch, other);

        assertThat(answer(next, WORLD, branch).nodes()).containsExactly(branch);
    }

    @Test
    void whatComesLaterIsNotHad() {
        Node root = add("chat/0");
        Node next = add("world/b", root);
        add("world/c", root);

        assertThat(answer(next, WORLD, root).nodes()).containsExactly(root);
    }

    @Test
    void eachNodeIsJudgedByTheFilterOfItsTime() {
        Node chat = add("chat/0");
        Node between = add("chat/1", chat);
        Node world = add("world/0", between);
        Node later = add("chat/2", world);
        Node next = add("world/1", later);
        List<FilterPeriod> periods = List.of(
                new FilterPeriod(new Subscription(List.of("chat/0")), Optional.of(world.id())),
                new FilterPeriod(WORLD, Optional.empty()));

        assertThat(ask(next, periods, 1 << 20, later).nodes()).containsExactly(later);
        assertThat(ask(world, periods, 1 << 20, between).nodes()).containsExactly(between);
    }

    @Test
    void whoSawEverythingBeforeLacksNothingOfIt() {
        Node root = add("chat/0");
        Node next = add("world/1", root);
        List<FilterPeriod> periods = List.of(
                new FilterPeriod(Subscription.EVERYTHING, Optional.of(next.id())),
                new FilterPeriod(WORLD, Optional.empty()));

        assertThat(ask(next, periods, 1 << 20, root).nodes()).isEmpty();
    }

    @Test
    void moreThanTheBoundIsTooMany() {
        Node first = add("chat/1");
        Node second = add("chat/2", first);
        Node next = add("world/b", second);

        ToRelay.Parents answer =
                ask(next, List.of(new FilterPeriod(WORLD, Optional.empty())), first.sizeBytes(), second);

        assertThat(answer.tooMany()).isTrue();
        assertThat(answer.nodes()).isEmpty();
    }

    @Test
    void aStepThatTheRoomDoesNotHaveIsOfAnotherLife() {
        Node first = add("chat/1");

        assertThat(answer(node(3, 9, "world/x"), WORLD, first).tooMany()).isTrue();
    }

    /** Catch-up, a second plan, then live steps: at each moment the peer can place what it has, and has all that passes. */
    @Property(tries = 200)
    void aFilteredPeerHasWhatPassesWithAllItsAncestors(@ForAll long seed) {
        nodes.clear();
        Random chance = new Random(seed);
        int count = 4 + chance.nextInt(60);
        for (int i = 0; i < count; i++) {
            Set<Node> parents = new HashSet<>();
            for (int k = chance.nextInt(3); k >= 0 && i > 0; k--) {
                parents.add(nodes.get(Math.max(0, i - 1 - chance.nextInt(6))));
            }
            add((chance.nextInt(4) == 0 ? "world/" : "chat/") + i, parents.toArray(Node[]::new));
        }
        int joined = chance.nextInt(count);
        int again = joined + chance.nextInt(count - joined);
        Peer peer = new Peer();
        peer.takes(plan(new PeerLacks.Everything(), joined, chance.nextInt(300) + 1));
        peer.takes(plan(new PeerLacks.Since(joined), again, chance.nextInt(300) + 1));
        for (int i = again; i < count; i++) {
            Node next = nodes.get(i);
            if (WORLD.wants(next)) {
                NodeId[] wanted = next.transaction().parents().toArray(NodeId[]::new);
                peer.takes(answer(next, List.of(wanted)).nodes());
                peer.takes(List.of(next));
            }
        }

        assertThat(peer.has)
                .containsAll(nodes.stream().filter(WORLD::wants).map(Node::id).toList());
    }

    private static final class Peer {
        final Set<NodeId> has = new HashSet<>();

        void takes(List<Node> sent) {
            for (Node node : sent) {
                assertThat(has)
                        .as("parents first")
                        .containsAll(node.transaction().parents());
                has.add(node.id());
            }
        }
    }

    /** The nodes of a closed plan, chunk by chunk. */
    private List<Node> plan(PeerLacks lacks, int asOfNodes, int bytesMax) {
        ChunkReader reader = new ChunkReader(4, 1 << 20);
        HistoryView view = view().first(asOfNodes);
        List<Node> sent = new ArrayList<>();
        int position = 0;
        while (true) {
            PullPlan pull = new PullPlan(new SessionId(1), 1, Optional.of(lacks), asOfNodes, WORLD, position, bytesMax);
            Input.Chunk chunk = ((ChunkReader.Answer.Made) reader.read(pull, true, view, 1)).chunk();
            sent.addAll(ChunkReaderTest.nodes(chunk));
            if (chunk.last()) {
                return sent;
            }
            position = chunk.nextPosition();
        }
    }

    private Node add(String key, Node... parents) {
        NodeId[] ids = List.of(parents).stream().map(Node::id).sorted().toArray(NodeId[]::new);
        Node node = node(1, ++lamport, key, ids);
        nodes.add(node);
        return node;
    }

    private HistoryView view() {
        History history = new History();
        nodes.forEach(history::append);
        return history.view();
    }

    private ToRelay.Parents answer(Node before, Subscription subscription, Node... wanted) {
        return ask(before, List.of(new FilterPeriod(subscription, Optional.empty())), 1 << 20, wanted);
    }

    private ToRelay.Parents answer(Node before, List<NodeId> wanted) {
        return SentParents.answer(
                new ToRoom.AskParents(
                        R1, 1, List.of(new FilterPeriod(WORLD, Optional.empty())), before.id(), wanted, 1 << 20),
                view());
    }

    private ToRelay.Parents ask(Node before, List<FilterPeriod> periods, long bytesMax, Node... wanted) {
        List<NodeId> ids = List.of(wanted).stream().map(Node::id).toList();
        return SentParents.answer(new ToRoom.AskParents(R1, 1, periods, before.id(), ids, bytesMax), view());
    }
}
