package dev.parley.edge.main;

import static dev.parley.edge.main.RawConnection.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Packs;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Peers that want more than their share, or rights that nobody gave them. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class HostileSessionsTest {
    private static Server server;

    @TempDir
    private static Path directory;

    @BeforeAll
    static void start() {
        server = Server.start(ServerTest.settings(
                directory,
                "edge.trusted-proxies=127.0.0.1",
                "edge.sessions-per-address-max=3",
                "limits.messages-per-second=50",
                "limits.messages-burst=10",
                "limits.nodes-per-second=2",
                "limits.initial-burst-nodes=0",
                "limits.initial-burst-bytes=0"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void whoClaimsTheServersKeyIsLimitedLikeAnybodyElse() throws Exception {
        try (RawConnection claimant = upgraded("claimed", "192.0.2.10")) {
            claimant.write(
                    text("{\"type\":\"hello\",\"pubkey\":\"" + server.key().toHex() + "\"}"));
            assertThat(claimant.frame()).startsWith("{\"type\":\"welcome\"");

            claimant.write(text("{\"type\":\"start-tick\"}"));
            assertThat(claimant.frame()).contains("reject.control_plane_forbidden");
            claimant.write(text("{\"type\":\"pack\",\"nodes\":\"" + pack(3) + "\"}"));

            assertThat(claimant.frame()).isEqualTo("close 4008 rate limit exceeded");
        }
    }

    @Test
    void messagesBeyondThePaceWaitAndNoneIsLost() throws Exception {
        try (RawConnection talker = joined("talker", "192.0.2.11")) {
            long startedNanos = System.nanoTime();
            for (int i = 0; i < 40; i++) {
                talker.write(text("{\"type\":\"noop\"}"));
            }
            for (int i = 0; i < 40; i++) {
                assertThat(talker.frame()).isEqualTo("{\"type\":\"noop-ack\"}");
            }

            // Nine at once after hello, then one in 20 ms.
            assertThat(System.nanoTime() - startedNanos).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(31 * 20 - 50));
        }
    }

    @Test
    void anAddressHasItsNumberOfSessionsWhateverStandsBetween() throws Exception {
        List<RawConnection> open = new ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                open.add(joined("crowd", "198.51.100.1, 2001:db8:1:2::" + i));
            }

            assertThat(status("2001:db8:1:2:ffff::1")).isEqualTo("503");
            assertThat(status("2001:db8:1:3::1")).isEqualTo("101");
            assertThat(status("198.51.100.1")).isEqualTo("101");
            open.removeFirst().close();
            while (!status("2001:db8:1:2::9").equals("101")) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } finally {
            for (RawConnection each : open) {
                each.close();
            }
        }
    }

    @Test
    void aPageThatTookALoopbackNameCannotReadTheRooms() throws Exception {
        assertThat(admin("GET", "/rooms", "evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(admin("GET", "/rooms/talker", "evil.example:" + server.adminPort()))
                .startsWith("HTTP/1.1 403 ");
        assertThat(admin("GET", "/metrics", "localhost.evil.example")).startsWith("HTTP/1.1 403 ");
        assertThat(admin("GET", "/rooms", "localhost:" + server.adminPort())).startsWith("HTTP/1.1 200 ");
        assertThat(admin("GET", "/metrics", "127.0.0.1")).startsWith("HTTP/1.1 200 ");
        assertThat(admin("GET", "/live", "10.1.2.3")).startsWith("HTTP/1.1 200 "); // As an orchestrator asks.
        assertThat(admin("DELETE", "/rooms", "localhost")).startsWith("HTTP/1.1 405 ");
    }

    private static RawConnection upgraded(String room, String from) throws IOException {
        RawConnection connection = new RawConnection(server.port());
        connection.write(RawConnection.upgrade("/ws/" + room, "X-Forwarded-For: " + from + "\r\n"));
        assertThat(connection.head()).startsWith("HTTP/1.1 101 ");
        return connection;
    }

    private static RawConnection joined(String room, String from) throws IOException {
        RawConnection connection = upgraded(room, from);
        connection.write(text("{\"type\":\"hello\",\"pubkey\":\"" + "ef".repeat(32) + "\"}"));
        assertThat(connection.frame()).startsWith("{\"type\":\"welcome\"");
        return connection;
    }

    private static String status(String from) throws IOException {
        try (RawConnection connection = new RawConnection(server.port())) {
            connection.write(RawConnection.upgrade("/ws/crowd", "X-Forwarded-For: " + from + "\r\n"));
            return connection.head().split(" ")[1];
        }
    }

    private static String admin(String method, String path, String host) throws IOException {
        try (RawConnection connection = new RawConnection(server.adminPort())) {
            connection.write((method + " " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            return connection.head();
        }
    }

    private static String pack(int count) {
        Signer signer = Ed25519.signer(new byte[32]);
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Op op = new Op.MapSet("k" + i, new byte[] {1});
            nodes.add(Nodes.sign(new Transaction(signer.peer(), i + 1L, 0, List.of(op), List.of()), signer));
        }
        return Base64.getEncoder().encodeToString(Packs.encode(nodes));
    }
}
