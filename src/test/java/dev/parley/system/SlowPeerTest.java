package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.system.WirePeer.Seen;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A peer that stops reading costs the server a bounded amount, nobody else anything, and comes back whole. */
class SlowPeerTest {
    private static final String ROOM = "slow";
    private static final int PACKS = 300;
    private static final int PACK_BYTES = 16_000;
    private static final int BUFFER_BYTES = 256 << 10;
    private static final Duration UNDISTURBED = Duration.ofSeconds(5);

    // What kernel and stream hold besides the server's own queue.
    private static final int BELOW_BYTES = 1 << 20;

    @TempDir
    Path data;

    @Test
    void peerThatLagsIsClosedAndCatchesUpLater() throws Exception {
        try (LocalServer server = start("edge.relay-buffer-bytes=" + BUFFER_BYTES, "edge.send-timeout=2m")) {
            List<Node> written = stopReadingWhileOthersGoOn(server, "4001");
            assertThat(written).hasSize(PACKS);
        }
    }

    @Test
    void peerWhoseSocketIsStuckIsClosedAndCatchesUpLater() throws Exception {
        try (LocalServer server =
                start("edge.relay-buffer=100000", "edge.relay-buffer-bytes=1GiB", "edge.send-timeout=1s")) {
            stopReadingWhileOthersGoOn(server, "1011");
        }
    }

    @Test
    void peerThatStopsReadingItsCatchUpIsClosedForTheStallAlone() throws Exception {
        try (LocalServer server =
                start("edge.relay-buffer=16", "edge.relay-buffer-bytes=64KiB", "edge.send-timeout=2s")) {
            List<Node> written = new ArrayList<>();
            try (WirePeer author = WirePeer.join(server.room(ROOM), 1)) {
                for (int i = 0; i < PACKS; i++) {
                    written.add(author.write("k" + i, "x".repeat(PACK_BYTES)));
                }
                author.sendPack(written);
                author.expect("pack-ack");
                try (SlowReader slow = SlowReader.join(server.room(ROOM), pubkey(3))) {
                    author.expect("peer-joined");
                    for (int i = 0; i < 64; i++) { // More than a live session may have waiting.
                        author.sendPack(author.write("more" + i, "x".repeat(PACK_BYTES)));
                        author.expect("pack-ack");
                    }
                    LocalServer.await("the stalled peer's close", () -> closes(server, "1011") == 1);
                    assertThat(closes(server, "4001")).isZero();

                    ReadingPeer back = new ReadingPeer(3);
                    readUntilTheEnd(slow, back);
                    assertThat(back.view().count()).isPositive().isLessThan(PACKS);
                    try (back) {
                        back.join(server.room(ROOM));
                        back.readUntil(PACKS + 64);
                    }
                }
            }
        }
    }

    @Test
    void peerThatAsksAndNeverReadsTheAnswersIsClosed() throws Exception {
        try (LocalServer server = start("edge.relay-buffer=64", "edge.send-timeout=1s");
                SlowReader asking = SlowReader.join(server.room(ROOM), pubkey(1));
                WirePeer other = WirePeer.join(server.room(ROOM), 2)) {
            assertThat(floodWithQuestions(asking)).as("the connection ends").isTrue();

            other.expectQuietAfter("peer-left");
            double closes = closes(server, "4001") + closes(server, "1011");
            assertThat(closes).isEqualTo(1);
        }
    }

    /** True when the server stopped listening to it at some point; it is bounded by far more than any queue on the way. */
    private static boolean floodWithQuestions(SlowReader asking) {
        try {
            for (int i = 0; i < 100_000_000; i++) {
                asking.send(WirePeer.message("noop"));
            }
            return false;
        } catch (IOException ended) {
            return true;
        }
    }

    private LocalServer start(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.addAll(List.of(
                "limits.nodes-per-second=0",
                "limits.bytes-per-second=0",
                "limits.messages-per-second=0", // What fills the buffers here is answers to many small questions.
                "pekko.http.server.socket-options.so-send-buffer-size=65536"));
        return LocalServer.start(data, all.toArray(String[]::new));
    }

    private static List<Node> stopReadingWhileOthersGoOn(LocalServer server, String code) throws Exception {
        List<Node> written = new ArrayList<>();
        try (WirePeer author = WirePeer.join(server.room(ROOM), 1);
                WirePeer reader = WirePeer.join(server.room(ROOM), 2);
                SlowReader slow = SlowReader.join(server.room(ROOM), pubkey(3))) {
            String value = "x".repeat(PACK_BYTES);
            author.expect("peer-joined");
            author.expect("peer-joined");
            reader.expect("peer-joined");
            for (int i = 0; i < PACKS; i++) {
                Node node = author.write("k" + i, value);
                written.add(node);
                long sent = System.nanoTime();
                author.sendPack(node);
                expectAmidNews(author, "pack-ack");
                expectAmidNews(reader, "pack");
                assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(UNDISTURBED);
            }
            LocalServer.await(
                    "the slow peer's close",
                    () -> closes(server, code) == 1 && server.metric("nodalmerge_sessions") == 2);

            ReadingPeer back = new ReadingPeer(3);
            Seen last = readUntilTheEnd(slow, back);
            assertThat(slow.readBytes()).isLessThan(BUFFER_BYTES + BELOW_BYTES);
            assertThat(back.view().count()).isLessThan(PACKS);
            if (last instanceof Seen.Closed(var closeCode, var reason)) {
                assertThat(Integer.toString(closeCode)).isEqualTo(code);
            }
            try (back) {
                back.join(server.room(ROOM));
                back.readUntil(PACKS);
                author.sendPack(author.write("last", "word"));
                back.readUntil(PACKS + 1);
            }
        }
        return written;
    }

    /** The rest of a session that was ended while nobody read; the close, or the connection's end. */
    private static Seen readUntilTheEnd(SlowReader slow, ReadingPeer into) throws Exception {
        while (true) {
            Seen next = slow.next();
            if (!(next instanceof Seen.Message(var json))) {
                return next;
            }
            if (json.path("type").asText().equals("pack")) {
                WirePeer.nodes(json).forEach(into::take);
            }
        }
    }

    private static void expectAmidNews(WirePeer peer, String type) throws Exception {
        Seen next = peer.next();
        while (next instanceof Seen.Message(var json)
                && json.path("type").asText().equals("peer-left")) {
            next = peer.next();
        }
        assertThat(next)
                .isInstanceOfSatisfying(
                        Seen.Message.class,
                        message ->
                                assertThat(message.json().path("type").asText()).isEqualTo(type));
    }

    private static double closes(LocalServer server, String code) throws Exception {
        return server.metricWhere("nodalmerge_closes_total", "code=\"" + code + "\"");
    }

    private static String pubkey(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return Ed25519.signer(key).peer().toHex();
    }
}
