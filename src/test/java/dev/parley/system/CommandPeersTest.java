package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first minute: two command-line peers meet in a room. */
class CommandPeersTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path data;

    @Test
    void twoPeersConvergeAndReplayAgrees() throws Exception {
        try (ServerProcess server = ServerProcess.start(data)) {
            var first = Commands.run(LIMIT, "peer", server.base(), "demo", "--set", "hello=world");
            var second = Commands.run(LIMIT, "peer", server.base(), "demo", "--set", "more=words", "--state");
            var third = Commands.run(LIMIT, "peer", server.base(), "demo", "--state");

            assertThat(first.exitCode()).as(first.errors()).isZero();
            assertThat(second.exitCode()).as(second.errors()).isZero();
            JsonNode seen = JSON.readTree(third.output());
            assertThat(seen).isEqualTo(JSON.readTree(second.output()));
            assertThat(seen.path("map").path("hello").asText()).isEqualTo("world");
            assertThat(seen.path("map").path("more").asText()).isEqualTo("words");
            JsonNode replayed =
                    JSON.readTree(Commands.run(LIMIT, "replay", "demo", "--data", data.toString(), "--verify", "--json")
                            .output());
            assertThat(replayed.path("root")).isEqualTo(seen.path("root"));
            assertThat(replayed.path("mst_root")).isEqualTo(seen.path("mst_root"));
            assertThat(replayed.path("state_hash")).isEqualTo(seen.path("state_hash"));
        }
    }

    @Test
    void wrongAddressesAreOneSentence() throws Exception {
        var noServer = Commands.run(
                LIMIT, "peer", "ws://127.0.0.1:" + ServerProcess.freePort(), "demo", "--set", "a=b", "--timeout", "3s");
        var noUrl = Commands.run(LIMIT, "peer", "nonsense", "demo", "--set", "a=b");

        assertThat(noServer.exitCode()).isNotZero();
        assertThat(noServer.errors()).doesNotContain("\tat ");
        assertThat(noUrl.exitCode()).isNotZero();
        assertThat(noUrl.errors()).contains("nonsense").doesNotContain("\tat ");
    }
}
