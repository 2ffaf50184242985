package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Node;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rate limits, restarts and shutdown as a peer sees them. */
class LimitsTest {
    @TempDir
    Path data;

    @Test
    void packOverTheQuotaClosesWith4008AndNothingBeforeIt() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                        data,
                        "parley.limits.nodes-per-second=2",
                        "parley.limits.initial-burst-nodes=0",
                        "parley.limits.initial-burst-bytes=0");
                WirePeer peer = WirePeer.join(server.room("r"), 1)) {
            peer.sendPack(five(peer));

            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(4008, "rate limit exceeded"));
            try (WirePeer after = WirePeer.join(server.room("r"), 2)) {
                after.expectQuiet();
            }
        }
    }

    @Test
    void nodesTheRoomHasCostNothingAndTheAllowanceIsUsedAboveTheQuota() throws Exception {
        try (ServerProcess server = ServerProcess.start(
                        data, "parley.limits.nodes-per-second=2", "parley.limits.initial-burst-nodes=5");
                WirePeer peer = WirePeer.join(server.room("r"), 1)) {
            List<Node> nodes = five(peer);
            for (int i = 0; i < 10; i++) {
                peer.sendPack(nodes);
                assertThat(peer.expect("pack-ack").path("accepted_count").asInt())
                        .isEqualTo(5);
            }
            peer.sendPack(five(peer));

            assertThat(peer.expectClose().code()).isEqualTo(4008);
        }
    }

    @Test
    void terminationClosesWith1012AndEndsInTimeAndTheRoomIsBackAfterwards() throws Exception {
        List<Node> nodes;
        try (ServerProcess server = ServerProcess.start(data);
                WirePeer peer = WirePeer.join(server.room("r"), 1)) {
            nodes = five(peer);
            peer.sendPack(nodes);
            peer.expect("pack-ack");
            server.terminate(Duration.ofSeconds(25));

            assertThat(peer.expectClose()).isEqualTo(new Seen.Closed(1012, "service restart"));
        }
        try (ServerProcess server = ServerProcess.start(data);
                WirePeer peer = WirePeer.join(server.room("r"), 2)) {
            assertThat(WirePeer.ids(peer.expect("pack")))
                    .isEqualTo(nodes.stream().map(Node::id).toList());
        }
    }

    private static List<Node> five(WirePeer peer) {
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            nodes.add(peer.write("k" + i, "v"));
        }
        return nodes;
    }
}
