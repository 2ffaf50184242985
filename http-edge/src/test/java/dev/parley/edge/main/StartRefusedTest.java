package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What an operator did wrong is one sentence, and nothing that was there is touched. */
class StartRefusedTest {
    @TempDir
    private Path directory;

    private record Ran(int code, String err) {}

    private Ran serve(String... more) {
        CommandLine line = Parley.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));
        line.setOut(new PrintWriter(new StringWriter()));
        String[] arguments = new String[7 + more.length];
        System.arraycopy(
                new String[] {"serve", "--port", "0", "--admin-port", "0", "--data", directory.toString()},
                0,
                arguments,
                0,
                7);
        System.arraycopy(more, 0, arguments, 7, more.length);
        return new Ran(line.execute(arguments), err.toString());
    }

    @Test
    void aBusyPort() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Ran ran = refused("edge.port=" + other.getLocalPort());

            assertThat(ran.err())
                    .isEqualTo("port " + other.getLocalPort() + " on 127.0.0.1 is in use; choose another with --port");
        }
    }

    @Test
    void aDirectoryThatIsAFile() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "text");

        Ran ran = refused("journal.directory=" + file);

        assertThat(ran.err()).startsWith("the data directory " + file + " cannot be written");
        assertThat(file).hasContent("text");
    }

    @Test
    void aDirectoryThatAnotherServerHolds() {
        try (Server first = Server.start(ServerTest.settings(directory))) {
            assertThat(first.port()).isPositive();
            assertThat(refused().err()).startsWith("the data directory " + directory + " is in use by another server");
        }
    }

    @Test
    void aJournalThatIsNone() throws IOException {
        Path journal =
                Files.writeString(directory.resolve("journal.db"), "no database, whatever its name says".repeat(99));
        byte[] before = Files.readAllBytes(journal);

        Ran ran = refused();

        assertThat(ran.err()).contains(journal.toString()).doesNotContain("\n");
        assertThat(journal).hasBinaryContent(before);
    }

    @Test
    void aServerKeyOfTheWrongLength() throws IOException {
        Path key = Files.write(directory.resolve("server.key"), new byte[31]);

        Ran ran = refused();

        assertThat(ran.err())
                .isEqualTo(
                        "the server key " + key + " must hold 32 bytes, but holds 31; put the right file back, or move"
                                + " it away to get a new identity");
        assertThat(key).hasBinaryContent(new byte[31]);
    }

    @Test
    void aServerKeyThatIsADirectory() throws IOException {
        Path key = Files.createDirectory(directory.resolve("server.key"));

        assertThat(refused().err()).startsWith("the server key " + key + " cannot be read or made: ");
    }

    @Test
    void theKeyIsMadeOnceForItsOwnerOnly() throws IOException {
        byte[] made;
        try (Server first = Server.start(ServerTest.settings(directory))) {
            made = Files.readAllBytes(directory.resolve("server.key"));
            assertThat(first.key()).isNotNull();
        }
        Set<PosixFilePermission> permissions =
                Files.getPosixFilePermissions(directory.resolve("server.key"), LinkOption.NOFOLLOW_LINKS);

        assertThat(made).hasSize(32);
        assertThat(PosixFilePermissions.toString(permissions)).isEqualTo("rw-------");
        assertThat(ServerKey.isOpenToOthers(directory.resolve("server.key"))).isFalse();
        try (Server second = Server.start(ServerTest.settings(directory))) {
            assertThat(second.key()).isNotNull();
            assertThat(directory.resolve("server.key")).hasBinaryContent(made);
        }
    }

    @Test
    void badSettingsOnTheCommandLine() {
        Ran ran = serve("--set", "edge.prt=1", "--set", "room.wait=soon");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err())
                .contains("the settings are not usable:")
                .contains("  unknown setting parley.edge.prt")
                .contains("  parley.room.wait has a value that does not fit: soon")
                .doesNotContain("Exception");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void aCommandThatIsNone() {
        CommandLine line = Parley.commandLine();
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));

        assertThat(line.execute("serv")).isEqualTo(2);
        assertThat(err.toString()).contains("Did you mean: parley serve");
    }

    @Test
    void aBadOptionIsASentenceThatStaysInSight() {
        Ran ran = serve("--port", "ninety");

        assertThat(ran.code()).isEqualTo(2);
        assertThat(ran.err().lines())
                .containsExactly(
                        "parley: Invalid value for option '--port': 'ninety' is not an int",
                        "Try: parley serve --help");
    }

    private Ran refused(String... assignments) {
        StringWriter sentence = new StringWriter();
        assertThatThrownBy(() -> Server.start(ServerTest.settings(directory, assignments)))
                .satisfies(refused -> sentence.write(refused.getMessage()));
        return new Ran(1, sentence.toString());
    }
}
