package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.system.WirePeer.Seen;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bad disk does to the journal costs the room it hits, or the last writes of a torn log, and nothing else. */
class CrashDamageTest {
    private static final int NODES = 120;

    @TempDir
    Path folder;

    @Test
    void aDamagedEventClosesItsRoomOnly() throws Exception {
        Path data = folder.resolve("data");
        try (LocalServer server = LocalServer.start(data);
                WirePeer unlucky = WirePeer.join(server.room("unlucky"), 1);
                WirePeer lucky = WirePeer.join(server.room("lucky"), 2)) {
            write(unlucky, 5);
            write(lucky, 5);
        }
        try (JournalIntruder journal = new JournalIntruder(data)) {
            journal.damage("unlucky", 3);
        }

        try (LocalServer server = LocalServer.start(data, "room.wait=1s");
                WirePeer refused = WirePeer.connect(server.room("unlucky"), 1);
                ReadingPeer welcome = new ReadingPeer(2)) {
            refused.send(refused.hello());
            welcome.join(server.room("lucky"));
            welcome.readUntil(5);

            refused.expectError("room is not available, try again");
            assertThat(refused.expectClose()).isEqualTo(new Seen.Closed(1011, "server overload"));
            write(welcome.wire(), 1);
        }
        var replay = Commands.run(Duration.ofSeconds(60), "replay", "unlucky", "--verify", "--data", data.toString());
        assertThat(replay.exitCode()).isEqualTo(1);
        assertThat(replay.errors()).contains("seq 3").doesNotContain("Exception");
    }

    @Test
    void aTornLogLeavesWhatWasWrittenBefore() throws Exception {
        Path data = folder.resolve("data");
        List<Node> written;
        try (ServerProcess server = ServerProcess.start(data)) {
            try (WirePeer author = WirePeer.join(server.room("torn"), 1)) {
                written = write(author, NODES);
            }
            server.kill();
        }
        History history = new History();
        written.forEach(history::append);

        for (int eighths : List.of(8, 6, 3)) {
            Path torn = Files.createDirectory(folder.resolve("torn" + eighths));
            Files.copy(data.resolve("journal.db"), torn.resolve("journal.db"));
            Path log = Files.copy(data.resolve("journal.db-wal"), torn.resolve("journal.db-wal"));
            try (RandomAccessFile bytes = new RandomAccessFile(log.toFile(), "rw")) {
                bytes.setLength(bytes.length() / 8 * eighths);
            }

            var replay = Commands.run(
                    Duration.ofSeconds(60), "replay", "torn", "--verify", "--json", "--data", torn.toString());

            assertThat(replay.exitCode()).as(replay.errors()).isZero();
            JsonNode room = new ObjectMapper().readTree(replay.output());
            int nodes = room.path("nodes").asInt();
            assertThat(nodes).isBetween(1, NODES);
            assertThat(nodes == NODES).isEqualTo(eighths == 8);
            assertThat(room.path("root").asText())
                    .isEqualTo(history.view().first(nodes).root().toHex());
        }
    }

    /** One node a pack, each acknowledged before the next. */
    private static List<Node> write(WirePeer author, int count) throws Exception {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Node node = author.write("k" + i, "v".repeat(100));
            author.sendPack(node);
            assertThat(author.expect("pack-ack").path("accepted_count").asInt()).isEqualTo(1);
            nodes.add(node);
        }
        return nodes;
    }
}
