package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.parley.core.history.Node;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/** Two thousand random and mutated frames through live sockets, while somebody in another room types on. */
@Isolated("it reads the log of the whole process")
class HostileInputTest {
    private static final int FRAMES = Integer.getInteger("parley.hostile.frames", 2_000);
    private static final long SEED = Long.getLong("parley.hostile.seed", 20_261_123);

    @TempDir
    Path data;

    @Test
    void whateverComesInTheServerStaysHealthyAndTheRoomNextDoorDoesNotNotice() throws Exception {
        System.out.println("hostile frames: -Dparley.hostile.seed=" + SEED + " -Dparley.hostile.frames=" + FRAMES);
        ListAppender<ILoggingEvent> log = listen();
        try (LocalServer server = LocalServer.start(data, "room.orphan-ttl=1s", "edge.max-message=256KiB")) {
            Typist typist = new Typist(server.room("next door"));
            CompletableFuture<Void> typing = CompletableFuture.runAsync(typist);
            HostilePeers hostile = new HostilePeers(SEED, server.room("besieged"), server.key());

            hostile.send(FRAMES);

            typist.stopped = true;
            typing.get(60, TimeUnit.SECONDS);
            assertThat(typist.acknowledged).isEqualTo(typist.written).isPositive();
            try (WirePeer after = WirePeer.join(server.room("elsewhere"), 9)) {
                after.expectQuiet();
            }
            assertThat(status(server.admin("/ready"))).isEqualTo(200);
            LocalServer.await("all sessions to be gone", () -> server.metric("nodalmerge_sessions") == 0);
            LocalServer.await("no connection to owe a hello", () -> server.metric("nodalmerge_handshakes") == 0);
            LocalServer.await("no orphan to wait", () -> server.metric("nodalmerge_orphan_nodes") == 0);
            assertThat(server.metric("nodalmerge_journal_queue_writes")).isZero();
            assertThat(server.metricWhere("nodalmerge_closes_total", "reason=\"internal_error\""))
                    .isZero();
            System.out.println("hostile frames: " + hostile.connections() + " connections, " + typist.acknowledged
                    + " packs next door, slowest " + typist.slowestMs + " ms");
        } finally {
            ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(log);
        }
        assertThat(log.list)
                .filteredOn(event -> event.getLevel() == Level.ERROR || event.getThrowableProxy() != null)
                .as("errors in the log, seed " + SEED)
                .isEmpty();
    }

    private static ListAppender<ILoggingEvent> listen() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.list = java.util.Collections.synchronizedList(new ArrayList<>());
        log.start();
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(log);
        return log;
    }

    private static int status(URI admin) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(admin).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Writes a node, waits for its acknowledgement, and so on. */
    private static final class Typist implements Runnable {
        private final URI room;
        private volatile boolean stopped;
        private int written;
        private int acknowledged;
        private long slowestMs;

        Typist(URI room) {
            this.room = room;
        }

        @Override
        public void run() {
            try (WirePeer peer = WirePeer.join(room, 1)) {
                while (!stopped) {
                    Node node = peer.write("text", "key " + written++);
                    long startedNanos = System.nanoTime();
                    peer.sendPack(List.of(node));
                    if (peer.expect("pack-ack").path("accepted_count").asInt() == 1) {
                        acknowledged++;
                    }
                    slowestMs = Math.max(slowestMs, (System.nanoTime() - startedNanos) / 1_000_000);
                    TimeUnit.MILLISECONDS.sleep(10);
                }
            } catch (Exception e) {
                throw new IllegalStateException("the healthy peer", e);
            }
        }
    }
}
