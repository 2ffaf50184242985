package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Node;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A room that nobody needs leaves memory and comes back whole; one that somebody needs stays. */
class IdleRoomTest {
    private static final String ROOM = "idle";
    private static final int ROUNDS = 3;

    @TempDir
    Path data;

    @Test
    void roomThatWasPutAwayComesBackWithAllItHad() throws Exception {
        try (LocalServer server = LocalServer.start(data, "room.idle-timeout=200ms")) {
            List<Node> written = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                try (WirePeer peer = WirePeer.join(server.room(ROOM), 1 + round)) {
                    if (round > 0) {
                        assertThat(WirePeer.ids(peer.expect("pack")))
                                .containsExactlyInAnyOrderElementsOf(
                                        written.stream().map(Node::id).toList());
                    }
                    Node node = peer.write("k" + round, "v");
                    written.add(node);
                    peer.sendPack(node);
                    assertThat(peer.expect("pack-ack").path("accepted_count").asInt())
                            .isEqualTo(1);
                }
                int evictions = round + 1;
                LocalServer.await(
                        "the room to be put away", () -> server.metric("nodalmerge_eviction_total") == evictions);
            }
        }
    }

    @Test
    void emptyRoomWritesNothingAndIsForgotten() throws Exception {
        try (LocalServer server = LocalServer.start(data)) {
            WirePeer.join(server.room("never written"), 1).close();

            var listed = Commands.run(WirePeer.PATIENCE, "rooms", "--data", data.toString(), "--json");
            assertThat(listed.exitCode()).as(listed.errors()).isZero();
            assertThat(listed.output()).doesNotContain("never written");
        }
    }

    @Test
    void roomWithASessionStaysHoweverQuietItIs() throws Exception {
        try (LocalServer server = LocalServer.start(data, "room.idle-timeout=200ms");
                WirePeer quiet = WirePeer.join(server.room(ROOM), 1)) {
            try (WirePeer other = WirePeer.join(server.room("another"), 2)) {
                other.sendPack(other.write("k", "v"));
                other.expect("pack-ack");
            }
            // By the time that one is gone, this one has been quiet for longer.
            LocalServer.await("the other room to be put away", () -> server.metric("nodalmerge_eviction_total") == 1);

            quiet.expectQuiet();
            assertThat(server.metric("nodalmerge_rooms_total")).isEqualTo(1);
        }
    }
}
