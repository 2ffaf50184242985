package dev.parley.edge.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class PeerCommandTest {
    private static final String URL = "ws://127.0.0.1:1";

    @TempDir
    private Path folder;

    /** A run of the command: exit code and what was said on standard error. */
    private record Run(int exitCode, String said) {}

    static Stream<Arguments> badLines() {
        return Stream.of(
                Arguments.of(List.of("http://127.0.0.1:1", "r"), "not a WebSocket address"),
                Arguments.of(List.of("127.0.0.1:1", "r"), "not an address"),
                Arguments.of(List.of("ws:///x", "r"), "not a WebSocket address"),
                Arguments.of(List.of("ws://127.0.0.1:99999", "r"), "ports end at 65535"),
                Arguments.of(List.of("ws://127.0.0.1:1/ws/other", "r"), "leads to another path"),
                Arguments.of(List.of(URL, ""), "cannot be a room"),
                Arguments.of(List.of(URL), "Missing required parameter"),
                Arguments.of(List.of(URL, "r", "--rate", "-1"), "--rate"),
                Arguments.of(List.of(URL, "r", "--timeout", "soon"), "not a duration"),
                Arguments.of(List.of(URL, "r", "--agent", "0"), "--agent"),
                Arguments.of(List.of(URL, "r", "--set", "novalue"), "--set"),
                Arguments.of(List.of(URL, "r", "--push-trace", "no-such-file"), "There is no file"));
    }

    @ParameterizedTest
    @MethodSource("badLines")
    void aBadLineIsRefusedInOneSentence(List<String> line, String sentence) {
        Run run = run(line);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.said()).contains(sentence);
    }

    static Stream<Arguments> badOrders() {
        return Stream.of(
                Arguments.of(List.of("--set"), "--set: KEY=VALUE is wanted."),
                Arguments.of(List.of("--set", "--tail"), "--set: KEY=VALUE is wanted."),
                Arguments.of(List.of("--set", "k=0xz"), "--set: '0xz' is not hex"),
                Arguments.of(List.of("--move", "l@0=-1"), "--move: '-1' is no position"),
                Arguments.of(List.of("--show", "list"), "--show: "),
                Arguments.of(List.of("--lock", "12"), "--lock: '12' is no public key"),
                Arguments.of(List.of("--set", "a=b", "--policy", "no-such-file"), "no-such-file"),
                Arguments.of(List.of("--since", "3"), "--since goes with --tail"),
                Arguments.of(List.of("--offline"), "--offline needs --store"),
                Arguments.of(List.of("--presence", "{"), "is not JSON"),
                Arguments.of(List.of("--store", "x", "--store-max", "0"), "--store-max is 1 to 1024"),
                Arguments.of(List.of("--store", "no-such-folder/x"), "no folder"));
    }

    @ParameterizedTest
    @MethodSource("badOrders")
    void aBadOrderIsRefusedBeforeAnythingIsDone(List<String> options, String sentence) {
        Run run = run(Stream.concat(Stream.of(URL, "r"), options.stream()).toList());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.said()).contains(sentence);
    }

    @Test
    void ordersAreCarriedOutInTheirOrderAndKeptOffline() {
        String store = folder.resolve("demo.peer").toString();

        Run first = offline(
                store,
                "--push",
                "l=a",
                "--push",
                "l=b",
                "--insert",
                "l@1=x",
                "--move",
                "l@0=2",
                "--set",
                "k=1",
                "--delete",
                "k",
                "--set=k=2",
                "--type",
                "t=hello",
                "--delete-text",
                "t@0+1",
                "--show",
                "list",
                "l",
                "--get",
                "k");
        Run second = offline(store, "--insert-text", "t@0=J", "--show", "text", "t", "--json", "--get", "k");

        assertThat(first.exitCode()).as(first.said()).isZero();
        assertThat(first.said()).contains("0  x\n1  b\n2  a\n2\n");
        assertThat(second.said()).contains("9 nodes").contains("\"Jello\"\n\"2\"\n");
    }

    @Test
    void anEditThatCannotBeMadeKeepsTheOnesBeforeIt() {
        String store = folder.resolve("demo.peer").toString();

        Run run = offline(store, "--set", "a=1", "--remove", "l@0", "--set", "b=2");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said()).contains("There is no item 0 in list 'l', which has no items. The edits after it");
        assertThat(offline(store, "--show", "map").said()).contains("a = 1").doesNotContain("b = 2");
        assertThat(offline(store, "--get", "b").exitCode()).isEqualTo(1);
    }

    @Test
    void offlineThereIsNobodyToAsk() {
        Run run = offline(folder.resolve("demo.peer").toString(), "--server-info");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said()).contains("There is no server to ask while offline.");
    }

    private static Run offline(String store, String... options) {
        return run(Stream.concat(Stream.of(URL, "r", "--store", store, "--offline"), Stream.of(options))
                .toList());
    }

    @Test
    void filesThatCannotBeUsedAreRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "no key, no token, no trace");

        assertThat(run(List.of(URL, "r", "--key", file.toString())).said()).contains("The key cannot be used");
        assertThat(run(List.of(URL, "r", "--token", file.toString())).said()).contains("holds no room token");
        assertThat(run(List.of(URL, "r", "--push-trace", file.toString())).said())
                .contains("not a trace");
    }

    @Test
    void aServerThatIsNotThereIsReportedAtOnce() {
        Run run = run(List.of(URL, "r", "--set", "a=b"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.said()).startsWith("Cannot connect to ws://127.0.0.1:1/ws/r");
    }

    @Test
    void aKeyFileIsMadeOnceAndGivesTheSameKeysAgain() throws IOException {
        Path file = folder.resolve("peer.key");

        PeerKey made = PeerKey.of(file);

        assertThat(Files.size(file)).isEqualTo(32);
        assertThat(PeerKey.of(file).signer().peer()).isEqualTo(made.signer().peer());
        assertThat(PeerKey.of(file).agent(0).peer()).isEqualTo(made.signer().peer());
        assertThat(PeerKey.of(file).agent(1).peer())
                .isEqualTo(made.agent(1).peer())
                .isNotEqualTo(made.agent(2).peer());
    }

    @Test
    void aKeyMayBeHexDigits() throws IOException {
        Path file = Files.writeString(folder.resolve("hex.key"), "0A".repeat(32) + "\n");

        assertThat(PeerKey.of(file).signer().peer())
                .hasToString("43a72e714401762df66b68c26dfbdf2682aaec9f2474eca4613e424a0fbafd3c");
    }

    private static Run run(List<String> line) {
        StringWriter said = new StringWriter();
        int exitCode = new CommandLine(new PeerCommand())
                .setErr(new PrintWriter(said, true))
                .setOut(new PrintWriter(said, true))
                .execute(line.toArray(String[]::new));
        return new Run(exitCode, said.toString());
    }
}
