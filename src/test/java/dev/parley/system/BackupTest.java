package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup that is made while peers write is a journal of its own: whole, verified, and a server runs on it. */
class BackupTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ROOM = "backed-up";

    @TempDir
    Path folder;

    @Test
    void aBackupUnderLoadIsWholeAndAServerRunsOnIt() throws Exception {
        Path data = folder.resolve("data");
        Path copy = folder.resolve("copy");
        int before;
        try (ServerProcess server = ServerProcess.start(data, "parley.limits.nodes-per-second=0");
                WirePeer author = WirePeer.join(server.room(ROOM), 1)) {
            AtomicBoolean enough = new AtomicBoolean();
            AtomicInteger acknowledged = new AtomicInteger();
            CompletableFuture<Void> load = CompletableFuture.runAsync(
                    () -> writeUntil(enough, author, acknowledged),
                    Thread.ofPlatform().daemon()::start);
            LocalServer.await("some nodes", () -> acknowledged.get() >= 50);
            before = acknowledged.get();

            var backup = Commands.run(LIMIT, "backup", "--data", data.toString(), "--to", copy.toString());

            enough.set(true);
            load.get();
            assertThat(backup.exitCode()).as(backup.errors()).isZero();
            assertThat(backup.output()).startsWith("copied 1 rooms, ").contains("and the server's key to ");
            var again = Commands.run(LIMIT, "backup", "--data", data.toString(), "--to", copy.toString());
            assertThat(again.exitCode()).isEqualTo(1);
            assertThat(again.errors()).contains("is there already; a backup replaces nothing");
        }
        assertThat(copy.resolve("server.key")).hasSameBinaryContentAs(data.resolve("server.key"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy.resolve("server.key"))))
                .isEqualTo("rw-------");

        var replay = Commands.run(LIMIT, "replay", ROOM, "--data", copy.toString(), "--verify", "--json");
        assertThat(replay.exitCode()).as(replay.errors()).isZero();
        JsonNode replayed = new ObjectMapper().readTree(replay.output());
        assertThat(replayed.path("nodes").asInt()).isGreaterThanOrEqualTo(before);

        try (LocalServer restored = LocalServer.start(copy);
                ReadingPeer reader = new ReadingPeer(2)) {
            reader.join(restored.room(ROOM));
            reader.readUntil(replayed.path("nodes").asInt());
            assertThat(reader.view().root().toHex())
                    .isEqualTo(replayed.path("root").asText());
        }
    }

    private static void writeUntil(AtomicBoolean enough, WirePeer author, AtomicInteger acknowledged) {
        try {
            for (int i = 0; !enough.get(); i++) {
                author.sendPack(author.write("k" + i, "v"));
                acknowledged.addAndGet(
                        author.expect("pack-ack").path("accepted_count").asInt());
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
