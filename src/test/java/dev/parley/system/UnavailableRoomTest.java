package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that fails for longer than a room may take: peers are told, nothing is acknowledged, all heals. */
class UnavailableRoomTest {
    private static final String ROOM = "unavailable";
    private static final String TRY_AGAIN = "room is not available, try again";
    private static final int PACKS = 3;

    @TempDir
    Path data;

    @Test
    void peersAreToldWhileNothingCanBeReadOrWrittenAndNothingIsLostOrDoubled() throws Exception {
        try (LocalServer server = LocalServer.start(data, "room.wait=2s");
                WirePeer author = WirePeer.join(server.room(ROOM), 1);
                WirePeer reader = WirePeer.join(server.room(ROOM), 2)) {
            author.expect("peer-joined");
            List<Node> nodes = new ArrayList<>();
            acknowledged(author, reader, nodes);

            try (JournalIntruder journal = new JournalIntruder(data);
                    WirePeer late = WirePeer.connect(server.room(ROOM), 3)) { // Later the upgrade would get 503.
                journal.takeAway();
                List<Node> refused = refusedPacks(author);
                nodes.addAll(refused);
                late.send(late.hello());
                late.expectError(TRY_AGAIN);
                assertThat(late.expectClose()).isEqualTo(new Seen.Closed(1011, "server overload"));
                journal.giveBack();

                sendAgain(author, refused);
            }
            acknowledged(author, reader, nodes);
            everythingIsThereOnce(server, author, reader, nodes);
        }
    }

    @Test
    void senderIsToldWhileNothingCanBeWrittenAndOthersStillComeIn() throws Exception {
        try (LocalServer server = LocalServer.start(data, "room.wait=2s");
                WirePeer author = WirePeer.join(server.room(ROOM), 1);
                WirePeer reader = WirePeer.join(server.room(ROOM), 2)) {
            author.expect("peer-joined");
            List<Node> nodes = new ArrayList<>();
            acknowledged(author, reader, nodes);

            try (JournalIntruder journal = new JournalIntruder(data);
                    WirePeer late = WirePeer.connect(server.room(ROOM), 1)) { // Later the upgrade would get 503.
                journal.refuseWrites();
                List<Node> refused = refusedPacks(author);
                late.send(late.hello());
                late.expect("welcome");
                assertThat(WirePeer.ids(late.expect("pack")))
                        .containsExactly(nodes.getFirst().id());
                nodes.addAll(refused);
                journal.acceptWrites();

                sendAgain(author, refused);
            }
            acknowledged(author, reader, nodes);
            everythingIsThereOnce(server, author, reader, nodes);
        }
    }

    private static void acknowledged(WirePeer author, WirePeer reader, List<Node> nodes) throws Exception {
        Node node = author.write("k" + nodes.size(), "v");
        nodes.add(node);
        author.sendPack(node);
        assertThat(author.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
        List<Node> seen = new ArrayList<>();
        while (seen.isEmpty() || !seen.getLast().id().equals(node.id())) {
            seen.addAll(WirePeer.nodes(reader.expect("pack")));
        }
    }

    /** Each of several packs is answered by the error alone. */
    private static List<Node> refusedPacks(WirePeer author) throws Exception {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < PACKS; i++) {
            Node node = author.write("refused" + i, "v");
            nodes.add(node);
            author.sendPack(node);
        }
        for (int i = 0; i < PACKS; i++) {
            author.expectError(TRY_AGAIN);
        }
        author.expectQuiet();
        return nodes;
    }

    /** As peers do: until it is acknowledged. */
    private static void sendAgain(WirePeer author, List<Node> nodes) throws Exception {
        while (true) {
            author.sendPack(nodes);
            Seen answer = author.next();
            if (answer instanceof Seen.Message(var json)
                    && json.path("type").asText().equals("pack-ack")) {
                assertThat(json.path("accepted_count").asInt()).isEqualTo(nodes.size());
                return;
            }
            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Seen.Message.class,
                            message -> assertThat(message.json().path("msg").asText())
                                    .isEqualTo(TRY_AGAIN));
        }
    }

    private void everythingIsThereOnce(LocalServer server, WirePeer author, WirePeer reader, List<Node> nodes)
            throws Exception {
        author.expectQuiet();
        reader.expectQuiet();
        try (JournalIntruder journal = new JournalIntruder(data);
                ReadingPeer late = new ReadingPeer(4)) {
            HistoryView stored = journal.read(ROOM);
            assertThat(stored.count()).isEqualTo(nodes.size());
            assertThat(nodes).allMatch(node -> stored.contains(node.id()));
            late.join(server.room(ROOM));
            late.readUntil(nodes.size());
            assertThat(late.view().root()).isEqualTo(stored.root());
        }
    }
}
