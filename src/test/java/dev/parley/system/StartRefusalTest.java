package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator got wrong is one clear sentence and an exit code; nothing is damaged. */
class StartRefusalTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void everyBadSettingIsNamedAtOnce() throws Exception {
        var ended = serve(
                "--set",
                "parley.edge.ping-interval=soon",
                "--set",
                "parley.room.wait=-3s",
                "--set",
                "parley.edge.prot=1");

        assertRefused(ended, "parley.edge.ping-interval", "parley.room.wait", "parley.edge.prot");
    }

    @Test
    void unknownCommandAndUnknownOptionAreNamed() throws Exception {
        assertRefused(Commands.run(LIMIT, "swerve"), "swerve");
        assertRefused(Commands.run(LIMIT, "serve", "--prot", "1"), "--prot");
        assertRefused(Commands.run(LIMIT, "serve", "--port", "ninety"), "ninety");
    }

    @Test
    void busyPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var ended = Commands.run(
                    LIMIT,
                    "serve",
                    "--data",
                    folder.resolve("data").toString(),
                    "--admin-port",
                    Integer.toString(ServerProcess.freePort()),
                    "--port",
                    Integer.toString(taken.getLocalPort()));

            assertRefused(ended, Integer.toString(taken.getLocalPort()));
        }
    }

    @Test
    void dataDirectoryThatIsAFileIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "I am a file");

        assertRefused(serve(), file.toString());
        assertThat(file).hasContent("I am a file");
    }

    @Test
    void secondServerOnOneDirectoryIsRefusedAndTheFirstGoesOn() throws Exception {
        try (ServerProcess first = ServerProcess.start(folder.resolve("data"));
                WirePeer peer = WirePeer.join(first.room("r"), 1)) {
            assertRefused(serve(), folder.resolve("data").toString());

            peer.sendPack(peer.write("k", "v"));
            peer.expect("pack-ack");
        }
    }

    @Test
    void journalOfANewerVersionIsRefusedAndLeftAlone() throws Exception {
        Path journal = journalOf(folder.resolve("data"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + journal)) {
            connection.createStatement().executeUpdate("UPDATE parley_journal SET value = '99' WHERE name = 'version'");
        }

        assertRefused(serve(), "99");
        var replay = Commands.run(
                LIMIT, "replay", "r", "--data", folder.resolve("data").toString());
        assertThat(replay.exitCode()).isEqualTo(2);
        assertThat(replay.errors()).contains("99");
    }

    @Test
    void corruptJournalIsRefusedAndLeftAsItIs() throws Exception {
        Path journal = journalOf(folder.resolve("data"));
        try (RandomAccessFile file = new RandomAccessFile(journal.toFile(), "rw")) {
            file.write("this was a journal once".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        }
        byte[] before = Files.readAllBytes(journal);

        assertRefused(serve(), journal.getFileName().toString());
        assertThat(Files.readAllBytes(journal)).isEqualTo(before);
    }

    @Test
    void serverKeyOfAWrongLengthIsRefusedAndKept() throws Exception {
        Path data = Files.createDirectories(folder.resolve("data"));
        Path key = Files.write(data.resolve("server.key"), new byte[] {1, 2, 3});

        assertRefused(serve(), "server.key");
        assertThat(Files.readAllBytes(key)).containsExactly(1, 2, 3);
    }

    @Test
    void replayOfNoRoomOrNoJournalEndsWithTwo() throws Exception {
        journalOf(folder.resolve("data"));

        var noRoom = Commands.run(
                LIMIT, "replay", "nobody", "--data", folder.resolve("data").toString());
        var noJournal = Commands.run(
                LIMIT, "replay", "r", "--data", folder.resolve("empty").toString());

        assertThat(noRoom.exitCode()).isEqualTo(2);
        assertThat(noRoom.errors()).contains("nobody");
        assertThat(noJournal.exitCode()).isEqualTo(2);
        assertThat(noJournal.errors().strip().lines()).hasSize(1);
        assertThat(folder.resolve("empty")).doesNotExist();
    }

    /** A data directory in which a server has run; returns its journal file. */
    private static Path journalOf(Path data) throws Exception {
        try (ServerProcess server = ServerProcess.start(data);
                WirePeer peer = WirePeer.join(server.room("r"), 1)) {
            peer.sendPack(peer.write("k", "v"));
            peer.expect("pack-ack");
            server.terminate(Duration.ofSeconds(25));
        }
        try (Stream<Path> files = Files.list(data)) {
            return files.filter(file -> isDatabase(file)).findFirst().orElseThrow();
        }
    }

    private static boolean isDatabase(Path file) {
        try {
            byte[] head = new byte[15];
            try (var in = Files.newInputStream(file)) {
                return in.readNBytes(head, 0, 15) == 15
                        && new String(head, java.nio.charset.StandardCharsets.US_ASCII).equals("SQLite format 3");
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private Commands.Ended serve(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "serve",
                "--port",
                Integer.toString(ServerProcess.freePort()),
                "--admin-port",
                Integer.toString(ServerProcess.freePort()),
                "--data",
                folder.resolve("data").toString()));
        arguments.addAll(List.of(more));
        return Commands.run(LIMIT, arguments.toArray(String[]::new));
    }

    private static void assertRefused(Commands.Ended ended, String... named) {
        assertThat(ended.exitCode()).isNotZero();
        assertThat(ended.errors()).contains(named).doesNotContain("\tat ").doesNotContain("Exception");
    }
}
