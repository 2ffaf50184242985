package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Node;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A room id is taken verbatim, whatever it holds; what can be none is refused before there is a socket. */
class RoomNamesTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> NAMES = List.of(
            "plain",
            "a|b",
            "a/b",
            "/",
            "a%2Fb",
            "100%",
            "a+b",
            "a b",
            " a b ",
            "..",
            "a?b#c",
            "\"quoted\" \\ 'it' ;--",
            "😀🎉 Ω",
            "n".repeat(256),
            "é".repeat(128));

    @TempDir
    Path data;

    @Test
    void everyNameIsARoomOfItsOwnThroughRestartReplayAndListing() throws Exception {
        Map<String, Node> written = new TreeMap<>();
        try (ServerProcess server = ServerProcess.start(data)) {
            for (String name : NAMES) {
                try (WirePeer author = WirePeer.connect(server.room(name), 1)) {
                    author.send(author.hello());
                    JsonNode welcome = author.expect("welcome");
                    assertThat(welcome.path("room").asText()).isEqualTo(name);
                    assertThat(welcome.path("frontier")).as(name + " is empty").isEmpty();
                    Node node = author.write("name", name);
                    author.sendPack(node);
                    assertThat(author.expect("pack-ack").path("room").asText()).isEqualTo(name);
                    written.put(name, node);
                }
            }
            server.kill();
        }
        try (ServerProcess server = ServerProcess.start(data)) {
            for (String name : NAMES) {
                try (WirePeer reader = WirePeer.join(server.room(name), 2)) {
                    assertThat(WirePeer.ids(reader.expect("pack")))
                            .as(name)
                            .containsExactly(written.get(name).id());
                }
            }
            assertThat(listed()).containsExactlyInAnyOrderElementsOf(NAMES);
            for (String name : List.of("a|b", "a%2Fb", "\"quoted\" \\ 'it' ;--", "n".repeat(256))) {
                JsonNode replayed = json("replay", name, "--data", data.toString(), "--verify", "--json");
                assertThat(replayed.path("room").asText()).isEqualTo(name);
                assertThat(replayed.path("frontier").get(0).asText())
                        .isEqualTo(written.get(name).id().toHex());
            }
        }
    }

    @Test
    void whatCanBeNoRoomIsRefusedWith400() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            for (String segment : List.of(
                    "",
                    "n".repeat(257),
                    "%C3%A9".repeat(129),
                    "a%00b",
                    "a%0Ab",
                    "a%7Fb",
                    "a%C2%85b",
                    "%FF",
                    "%ED%A0%80",
                    "100%",
                    "%zz")) {
                assertThat(upgradeStatus(server.at("x"), segment)).as(segment).isEqualTo(400);
            }
            assertThat(upgradeStatus(server.at("x"), "a/b")).isEqualTo(404);
            assertThat(upgradeStatus(server.at("x"), "%C3%A9".repeat(128))).isEqualTo(101);
        }
    }

    private List<String> listed() throws Exception {
        List<String> names = new ArrayList<>();
        json("rooms", "--data", data.toString(), "--json")
                .path("rooms")
                .forEach(room -> names.add(room.path("room").asText()));
        return names;
    }

    private static JsonNode json(String... command) throws Exception {
        var ended = Commands.run(LIMIT, command);
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        return JSON.readTree(ended.output());
    }

    /** The status of an upgrade whose path segment is sent as it stands. */
    private static int upgradeStatus(URI server, String segment) throws Exception {
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(Math.toIntExact(WirePeer.PATIENCE.toMillis()));
            socket.getOutputStream()
                    .write(("GET /ws/" + segment + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String status = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
                    .readLine();
            return Integer.parseInt(status.split(" ")[1]);
        }
    }
}
