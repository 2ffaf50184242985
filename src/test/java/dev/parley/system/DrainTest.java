package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.id.NodeId;
import dev.parley.system.WirePeer.Seen;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A signal in the middle of everything: gone within 20 s, peers told to come back, nothing acknowledged is lost. */
class DrainTest {
    private static final Duration WITHIN = Duration.ofSeconds(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String ROOM = "drained";
    private static final int IN_FLIGHT = 4;
    private static final int SIGTERM = 143;
    private static final int SIGINT = 130;
    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());
    private static final Seen RESTART = new Seen.Closed(1012, "service restart");

    @TempDir
    Path data;

    /** Pushes single nodes, several in flight, until its session ends; remembers what was acknowledged. */
    private static final class Pusher {
        private final WirePeer wire;
        private final List<NodeId> acknowledged = new ArrayList<>();
        private final AtomicInteger count = new AtomicInteger();
        private final CompletableFuture<Seen> ended;

        Pusher(URI room, int seed) throws Exception {
            wire = WirePeer.join(room, seed);
            ended = CompletableFuture.supplyAsync(this::push, THREADS);
        }

        private Seen push() {
            try {
                Deque<NodeId> waiting = new ArrayDeque<>();
                for (int i = 0; ; i++) {
                    if (waiting.size() < IN_FLIGHT) {
                        Node node = wire.write("k" + i, "v");
                        wire.sendPack(node);
                        waiting.add(node.id());
                        continue;
                    }
                    Seen next = read(waiting);
                    if (next != null) {
                        return next;
                    }
                }
            } catch (Exception sendFailed) { // The socket is closed; what it said before can still be read.
                return readToTheEnd();
            }
        }

        private Seen readToTheEnd() {
            try {
                Deque<NodeId> unknown = new ArrayDeque<>();
                Seen next = null;
                while (next == null) {
                    next = read(unknown);
                }
                return next;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        /** Null while the session goes on. */
        private Seen read(Deque<NodeId> waiting) throws InterruptedException {
            Seen next = wire.next();
            if (!(next instanceof Seen.Message(var json))) {
                return next;
            }
            if (json.path("type").asText().equals("pack-ack") && !waiting.isEmpty()) {
                assertThat(json.path("accepted_count").asInt()).isEqualTo(1);
                acknowledged.add(waiting.remove());
                count.incrementAndGet();
            }
            return null;
        }
    }

    @Test
    void aSignalUnderLoadLosesNothingThoughOnePeerNeverReads() throws Exception {
        List<Pusher> pushers = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(data, "limits.nodes-per-second=0");
                SlowReader silent = SlowReader.join(server.room(ROOM), "a".repeat(64))) {
            for (int seed = 1; seed <= 3; seed++) {
                pushers.add(new Pusher(server.room(ROOM), seed));
            }
            LocalServer.await("load", () -> pushers.stream().allMatch(pusher -> pusher.count.get() > 100));

            server.signal("TERM");
            server.signal("TERM"); // An impatient operator changes nothing.
            assertThat(server.terminate(WITHIN)).isEqualTo(SIGTERM);

            for (Pusher pusher : pushers) {
                assertThat(pusher.ended.get()).isEqualTo(RESTART);
            }
            assertThat(silent.readBytes()).isLessThan(100_000);
        }
        stored(pushers.stream().flatMap(pusher -> pusher.acknowledged.stream()).toList());
    }

    @Test
    void aSignalWhileTheJournalStandsStillIsObeyedInTime() throws Exception {
        List<NodeId> acknowledged = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(data);
                WirePeer author = WirePeer.join(server.room(ROOM), 1);
                JournalIntruder journal = new JournalIntruder(data)) {
            Node first = author.write("a", "1");
            author.sendPack(first);
            author.expect("pack-ack");
            acknowledged.add(first.id());
            journal.lock();
            author.sendPack(author.write("b", "2"));

            server.signal("INT");
            assertThat(server.terminate(WITHIN)).isIn(SIGINT, SIGTERM);

            assertThat(author.next()).as("not acknowledged").isEqualTo(RESTART);
            journal.unlock();
        }
        stored(acknowledged);
    }

    @Test
    void aSignalWhileARoomRecoversAndABackupRunsHarmsNeither() throws Exception {
        List<NodeId> acknowledged = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(data, unlimited());
                WirePeer author = WirePeer.join(server.room(ROOM), 1)) {
            for (int pack = 0; pack < 10; pack++) {
                List<Node> nodes = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    nodes.add(author.write("k" + i, "v"));
                }
                author.sendPack(nodes);
                assertThat(author.expect("pack-ack").path("accepted_count").asInt())
                        .isEqualTo(500);
                nodes.forEach(node -> acknowledged.add(node.id()));
            }
            assertThat(server.terminate(WITHIN)).isEqualTo(SIGTERM);
        }
        Path copy = data.resolve("copy");
        try (ServerProcess server = ServerProcess.start(data, unlimited());
                WirePeer early = WirePeer.connect(server.room(ROOM), 2)) {
            CompletableFuture<Commands.Ended> backup = CompletableFuture.supplyAsync(() -> backUpSlowly(copy), THREADS);
            early.send(early.hello());
            server.signal("INT");
            assertThat(server.terminate(WITHIN)).isIn(SIGINT, SIGTERM);

            assertThat(backup.get().exitCode()).as(backup.get().errors()).isZero();
        }
        stored(acknowledged);
        try (JournalIntruder journal = new JournalIntruder(copy)) {
            assertThat(journal.read(ROOM).count()).isEqualTo(acknowledged.size());
        }
    }

    private Commands.Ended backUpSlowly(Path to) {
        try {
            return Commands.run(LIMIT, "backup", "--data", data.toString(), "--to", to.toString(), "--rate", "512KiB");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String[] unlimited() {
        return new String[] {"limits.nodes-per-second=0", "limits.bytes-per-second=0"};
    }

    /** The journal has each node once, checked from the outside, and all of these. */
    private void stored(List<NodeId> acknowledged) throws Exception {
        var replay = Commands.run(LIMIT, "replay", ROOM, "--data", data.toString(), "--verify");
        assertThat(replay.exitCode()).as(replay.errors()).isZero();
        try (JournalIntruder journal = new JournalIntruder(data)) {
            HistoryView stored = journal.read(ROOM);
            assertThat(acknowledged).isNotEmpty().allMatch(stored::contains);
        }
    }
}
