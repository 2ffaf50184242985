package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member tells whether it can take work on, and why not; it recovers by itself. */
class HealthTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String ROOM = "health";

    @TempDir
    Path data;

    private record Answer(int status, JsonNode json) {}

    private static Answer get(URI uri) throws Exception {
        HttpResponse<String> response =
                HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), new ObjectMapper().readTree(response.body()));
    }

    private static void assertUpgradeIsRefused(LocalServer server) {
        assertThatThrownBy(() -> WirePeer.connect(server.room(ROOM), 9))
                .hasCauseInstanceOf(WebSocketHandshakeException.class)
                .cause()
                .satisfies(refused -> assertThat(((WebSocketHandshakeException) refused)
                                .getResponse()
                                .statusCode())
                        .isEqualTo(503));
    }

    @Test
    void aJournalThatRefusesWritesMakesTheMemberUnreadyUntilItTakesThemAgain() throws Exception {
        try (LocalServer server = LocalServer.start(data, "room.wait=60s");
                JournalIntruder journal = new JournalIntruder(data);
                WirePeer peer = WirePeer.join(server.room(ROOM), 1)) {
            peer.sendPack(peer.write("a", "1"));
            peer.expect("pack-ack");
            assertThat(get(server.admin("/ready")).status()).isEqualTo(200);

            journal.refuseWrites();
            peer.sendPack(peer.write("b", "2"));
            LocalServer.await("503", () -> get(server.admin("/ready")).status() == 503);

            Answer unready = get(server.admin("/ready"));
            assertThat(unready.json().path("ready").asBoolean()).isFalse();
            assertThat(unready.json().path("reasons").get(0).path("reason").asText())
                    .isEqualTo("journal_unwritable");
            assertThat(unready.json().path("reasons").get(0).path("detail").asText())
                    .contains("refused");
            assertThat(get(server.admin("/live")).status()).isEqualTo(200);
            assertThat(server.metric("nodalmerge_journal_writable")).isZero();
            assertUpgradeIsRefused(server);
            assertThat(peer.nextIfThere()).as("neither answered nor closed").isNull();

            journal.acceptWrites();
            LocalServer.await("200", () -> get(server.admin("/ready")).status() == 200);
            assertThat(peer.expect("pack-ack").path("accepted_count").asInt())
                    .as("what waited is stored")
                    .isEqualTo(1);
            try (WirePeer late = WirePeer.join(server.room(ROOM), 2)) {
                assertThat(WirePeer.ids(late.expect("pack"))).hasSize(2);
            }
        }
    }

    @Test
    void aJournalThatIsLockedByAnotherProgramIsSeenAndForgotten() throws Exception {
        try (LocalServer server = LocalServer.start(data, "journal.busy-timeout=100ms", "room.wait=60s");
                JournalIntruder journal = new JournalIntruder(data);
                WirePeer peer = WirePeer.join(server.room(ROOM), 1)) {
            journal.lock();
            peer.sendPack(peer.write("a", "1"));
            LocalServer.await("503", () -> get(server.admin("/ready")).status() == 503);
            journal.unlock();

            LocalServer.await("200", () -> get(server.admin("/ready")).status() == 200);
            peer.expect("pack-ack");
        }
    }

    @Test
    void tooLittleSpaceIsSaidBeforeTheDiskIsFull() throws Exception {
        try (LocalServer server = LocalServer.start(data, "journal.free-bytes-min=1TiB")) {
            LocalServer.await("503", () -> get(server.admin("/ready")).status() == 503);
            assertThat(get(server.admin("/ready"))
                            .json()
                            .path("reasons")
                            .get(0)
                            .path("reason")
                            .asText())
                    .isEqualTo("journal_low_space");
            assertUpgradeIsRefused(server);
        }
    }

    @Test
    void anOperatorSeesTheSessionsOfARoom() throws Exception {
        try (LocalServer server = LocalServer.start(data);
                WirePeer author = WirePeer.join(server.room(ROOM), 1)) {
            author.sendPack(author.write("a", "1"), author.write("b", "2"), author.write("c", "3"));
            author.expect("pack-ack");
            try (WirePeer reader = WirePeer.connect(server.room(ROOM), 2)) {
                var hello = reader.hello().put("peer_id", "r").put("peer_type", "test");
                hello.putArray("subscribe").add("a/**").add("b/**");
                reader.send(hello);
                reader.expect("welcome");
                author.expect("peer-joined");
                LocalServer.await(
                        "live",
                        () ->
                                get(server.admin("/rooms/" + ROOM))
                                        .json()
                                        .path("session_list")
                                        .findValuesAsText("phase")
                                        .stream()
                                        .allMatch("live"::equals));

                JsonNode room = get(server.admin("/rooms/" + ROOM)).json();
                assertThat(room.path("nodes").asInt()).isEqualTo(3);
                assertThat(room.path("sessions_here").asInt()).isEqualTo(2);
                JsonNode seen = null;
                for (JsonNode session : room.path("session_list")) {
                    if (session.path("peer").asText().equals(reader.pubkey())) {
                        seen = session;
                    }
                }
                assertThat(seen).as(room.toString()).isNotNull();
                assertThat(seen.path("cursor").asLong()).isEqualTo(1);
                assertThat(seen.path("patterns").asInt()).isEqualTo(2);
                assertThat(seen.path("strategy").asText()).isNotEmpty();
                assertThat(seen.path("address").asText()).isEqualTo("127.0.0.1");
                assertThat(seen.path("lag_messages").asInt()).isZero();
                assertThat(seen.path("packs_in_flight").asInt()).isZero();
                assertThat(seen.path("expires").isNull()).isTrue();
                assertThat(seen.path("session").asLong()).isPositive();
            }
        }
    }

    @Test
    void theListOfRoomsComesInPages() throws Exception {
        try (LocalServer server = LocalServer.start(data);
                WirePeer a = WirePeer.join(server.room("a"), 1);
                WirePeer b = WirePeer.join(server.room("b/1"), 1);
                WirePeer c = WirePeer.join(server.room("b/2"), 1)) {
            for (WirePeer peer : new WirePeer[] {a, b, c}) {
                peer.expectQuiet();
            }
            JsonNode first = get(server.admin("/rooms?limit=2")).json();
            assertThat(first.path("rooms").findValuesAsText("room")).containsExactly("a", "b/1");
            assertThat(first.path("next").asText()).isEqualTo("b/1");
            assertThat(first.path("total").asInt()).isEqualTo(3);
            JsonNode second = get(server.admin("/rooms?limit=2&after=b%2F1")).json();
            assertThat(second.path("rooms").findValuesAsText("room")).containsExactly("b/2");
            assertThat(second.path("next").isNull()).isTrue();
            assertThat(get(server.admin("/rooms?prefix=b%2F"))
                            .json()
                            .path("total")
                            .asInt())
                    .isEqualTo(2);
            assertThat(get(server.admin("/rooms?limit=0")).status()).isEqualTo(400);
            assertThat(get(server.admin("/rooms?limit=many")).status()).isEqualTo(400);
        }
    }
}
