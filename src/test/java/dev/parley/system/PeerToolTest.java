package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.edge.main.Parley;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A developer's day with {@code ./parley peer} at a real server. */
class PeerToolTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    static Path data;

    @TempDir
    Path folder;

    private static ServerProcess server;

    /** What a command in this process printed and how it ended. */
    private record Ended(int exitCode, String output, String errors) {}

    @BeforeAll
    static void startServer() throws Exception {
        server = ServerProcess.start(data);
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @Test
    void whatWasWrittenOfflineIsSentByTheNextRun() {
        String store = folder.resolve("notes.peer").toString();
        assertThat(peer("offline", "--type", "notes=online", "--push", "todo=milk")
                        .exitCode())
                .isZero();

        Ended offline = peer("offline", "--store", store, "--offline", "--set", "by=train", "--push", "todo=bread");
        Ended early = peer("offline", "--show", "map");
        Ended joined = peer("offline", "--store", store, "--show", "text", "notes");
        Ended later = peer("offline", "--get", "by", "--show", "list", "todo");

        assertThat(offline.exitCode()).as(offline.errors()).isZero();
        assertThat(early.output()).doesNotContain("train");
        assertThat(joined.output()).isEqualTo("online\n");
        assertThat(later.output()).startsWith("train\n").contains("milk", "bread");
    }

    @Test
    void aPipeIsAShell() throws Exception {
        Path output = folder.resolve("out");
        Process shell = Commands.builder(List.of("peer", server.base(), "piped", "--presence", "{\"c\":1}"))
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        shell.getOutputStream()
                .write("push l=a\npush l=b\nmove l@0=1\nshow list l\nwho\nsync\nset =\n"
                        .getBytes(StandardCharsets.UTF_8));
        shell.getOutputStream().close();

        assertThat(shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

        assertThat(shell.exitValue()).isEqualTo(1);
        assertThat(Files.readString(output)).startsWith("0  b\n1  a\n").contains("(you) shows {\"c\":1}");
        assertThat(Files.readString(folder.resolve("err")))
                .contains("Everything is acknowledged: 3 nodes.", "Line 7: A name is wanted.");
    }

    @Test
    void aTailSaysWhoDidWhatAndLeavesAtCtrlC() throws Exception {
        Path output = folder.resolve("out");
        peer("tailed", "--set", "before=1");
        Process tail = Commands.builder(
                        List.of("peer", server.base(), "tailed", "--tail", "--store", folder + "/tail.peer"))
                .redirectOutput(output.toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
        await(output, text -> text.contains("set before = 1"));

        peer("tailed", "--type", "notes=hello", "--presence", "{\"cursor\":3}", "--push", "todo=milk");
        String seen = await(output, text -> text.contains(" left"));
        new ProcessBuilder("kill", "-INT", Long.toString(tail.pid())).start().waitFor();

        assertThat(tail.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(tail.exitValue()).isEqualTo(130);
        assertThat(seen)
                .contains(
                        " joined", "typed \"hello\" in text notes", "added milk to list todo", "shows {\"cursor\":3}");
        Ended kept = peer("tailed", "--store", folder + "/tail.peer", "--offline", "--show", "text", "notes");
        assertThat(kept.output()).isEqualTo("hello\n");
    }

    @Test
    void aLockedRoomSaysWhatToDo() throws Exception {
        String key = Files.writeString(folder.resolve("key"), "01".repeat(32)).toString();
        Ended owner = parley("token", "--public-key", "--key", key);
        String pubkey = owner.output().strip();
        Ended admin = parley(
                "token", "--data", data.toString(), "--room", "locked", "--peer", pubkey, "--caps", "room.admin");
        String token =
                Files.writeString(folder.resolve("token"), admin.output()).toString();

        Ended denied = peer("locked", "--lock", pubkey);
        Ended locked = peer("locked", "--key", key, "--token", token, "--lock", pubkey);
        Ended outside = peer("locked", "--set", "a=1");
        Files.writeString(
                folder.resolve("token"),
                parley("token", "--key", key, "--room", "locked", "--peer", pubkey)
                        .output());
        Ended inside = peer("locked", "--key", key, "--token", token, "--set", "a=1", "--get", "a");

        assertThat(denied.exitCode()).isEqualTo(1);
        assertThat(denied.errors()).contains("needs a token with room.admin");
        assertThat(locked.exitCode()).as(locked.errors()).isZero();
        assertThat(locked.output()).contains("The room is locked");
        assertThat(outside.exitCode()).isEqualTo(3);
        assertThat(outside.errors()).contains("room is locked", "--token FILE").doesNotContain("\tat ");
        assertThat(inside.output()).isEqualTo("1\n");
    }

    @Test
    void aPeerOfAPartOfTheRoomFindsItsEnd() {
        peer("parts", "--set", "world/a=1", "--set", "other/b=2", "--set", "world/c=3");

        Ended part = peer("parts", "--subscribe", "world/**", "--set", "world/d=4", "--timeout", "20s");

        assertThat(part.exitCode()).as(part.errors()).isZero();
        assertThat(peer("parts", "--get", "world/d").output()).isEqualTo("4\n");
    }

    private static String await(Path file, Predicate<String> wanted) throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        String text = "";
        while (System.nanoTime() < end) {
            text = Files.exists(file) ? Files.readString(file) : "";
            if (wanted.test(text)) {
                return text;
            }
            Thread.sleep(20);
        }
        throw new AssertionError("not seen within " + LIMIT + ": " + text);
    }

    private static Ended peer(String room, String... options) {
        List<String> line = new ArrayList<>(List.of("peer", server.base(), room));
        line.addAll(List.of(options));
        return parley(line.toArray(String[]::new));
    }

    private static Ended parley(String... line) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Parley.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line);
        return new Ended(exitCode, out.toString(), err.toString());
    }
}
