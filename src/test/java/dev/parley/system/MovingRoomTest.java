package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signer;
import dev.parley.core.id.NodeId;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moving a room changes nothing for its sessions: its entity is stopped, its writes fail, and others win its seqs, under
 * three sessions that type and one in the middle of a long catch-up. No socket closes, nothing acknowledged is lost,
 * nothing is doubled, nobody is told of comings and goings, and refusals come in the spec's words.
 */
class MovingRoomTest {
    private static final String ROOM = "moving";
    /** {@code -Dparley.long=true}: more often. */
    private static final int ROUNDS = Boolean.getBoolean("parley.long") ? 10 : 2;

    // The slow session reads a chunk of about 20 nodes after each blow, and must not come to the end before the last
    // one.
    private static final int OLD_PACK_NODES = 40;
    private static final int OLD_NODES = OLD_PACK_NODES * (6 + 5 * ROUNDS / 2);
    private static final int OLD_NODE_BYTES = 20_000;
    private static final int PACKS_BETWEEN = 12;
    private static final Signer INTRUDER = Ed25519.signer(seed(4));

    @TempDir
    Path data;

    /** One way to take the room from under its sessions. */
    private interface Blow {
        void fall(LocalServer server, JournalIntruder journal) throws Exception;
    }

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void roomThatMovesAgainAndAgainChangesNothingForItsSessions() throws Exception {
        List<Node> intruded = new ArrayList<>();
        List<Blow> blows = List.of(
                (server, journal) -> server.moveRoom(ROOM),
                MovingRoomTest::journalIsLocked,
                (server, journal) -> intruded.add(seqIsTaken(server, journal, intruded.size())),
                MovingRoomTest::writesAreRefused,
                (server, journal) -> {
                    server.moveRoom(ROOM);
                    intruded.add(seqIsTaken(server, journal, intruded.size()));
                    server.moveRoom(ROOM);
                });
        try (LocalServer server = start();
                JournalIntruder journal = new JournalIntruder(data);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            fill(server);
            List<TypingPeer> typing = new ArrayList<>();
            for (String name : List.of("ann", "ben", "cem")) {
                typing.add(TypingPeer.join(server.room(ROOM), name, typing.size() + 1, OLD_NODES));
            }
            try (SlowReader late = SlowReader.join(
                    server.room(ROOM), Ed25519.signer(seed(5)).peer().toHex())) {
                for (TypingPeer peer : typing) {
                    peer.seeJoining(typing.size() - typing.indexOf(peer));
                }
                Catching catching = new Catching(late);
                AtomicBoolean enough = new AtomicBoolean();
                List<Future<?>> running = new ArrayList<>();
                for (TypingPeer peer : typing) {
                    running.add(threads.submit(() -> {
                        peer.type(enough::get);
                        return null;
                    }));
                }

                for (int round = 0; round < ROUNDS; round++) {
                    for (Blow blow : blows) {
                        blow.fall(server, journal);
                        catching.readOne();
                        awaitMorePacks(typing, running);
                    }
                }
                enough.set(true);
                for (Future<?> typist : running) {
                    typist.get();
                }

                HistoryView stored = journal.read(ROOM);
                assertThat(catching.nodes())
                        .as("the catch-up is still under way")
                        .isLessThan(OLD_NODES);
                Set<NodeId> all = idsOf(stored);
                for (TypingPeer peer : typing) {
                    peer.readUntil(stored.count());
                    peer.expectQuiet();
                    assertThat(idsOf(peer.view())).isEqualTo(all);
                    assertThat(all).containsAll(peer.acknowledged());
                    assertThat(peer.refusals()).isPositive();
                }
                catching.readUntil(stored.count());
                assertThat(catching.ids).isEqualTo(all);
                assertThat(all).containsAll(intruded.stream().map(Node::id).toList());
                assertThat(intruded).hasSize(2 * ROUNDS);
                int typed = typing.stream()
                        .mapToInt(peer -> peer.acknowledged().size())
                        .sum();
                assertThat(stored.count()).isEqualTo(OLD_NODES + intruded.size() + typed);
                assertThat(replayedRoot()).isEqualTo(stored.root().toHex());
            }
        }
    }

    private LocalServer start() {
        return LocalServer.start(
                data,
                "limits.nodes-per-second=0",
                "limits.bytes-per-second=0",
                "edge.send-timeout=2m",
                "journal.busy-timeout=1s",
                "pekko.http.server.socket-options.so-send-buffer-size=65536");
    }

    private static void fill(LocalServer server) throws Exception {
        String value = "x".repeat(OLD_NODE_BYTES);
        try (WirePeer author = WirePeer.join(server.room(ROOM), 9)) {
            for (int i = 0; i < OLD_NODES; i += OLD_PACK_NODES) {
                List<Node> pack = new ArrayList<>();
                while (pack.size() < OLD_PACK_NODES) {
                    pack.add(author.write("old" + (i + pack.size()), value));
                }
                author.sendPack(pack);
                author.expect("pack-ack");
            }
        }
        LocalServer.await("the author to be gone", () -> server.metric("nodalmerge_sessions") == 0);
    }

    /** Longer than the server waits for a lock, so that at least one write of the room fails. */
    private static void journalIsLocked(LocalServer server, JournalIntruder journal) throws Exception {
        double failed = server.failedWrites();
        journal.lock();
        try {
            LocalServer.await("a write that fails", () -> server.failedWrites() > failed);
        } finally {
            journal.unlock();
        }
    }

    private static void writesAreRefused(LocalServer server, JournalIntruder journal) throws Exception {
        double failed = server.failedWrites();
        journal.refuseWrites();
        try {
            LocalServer.await("writes that fail", () -> server.failedWrites() > failed + 1);
        } finally {
            journal.acceptWrites();
        }
    }

    private static Node seqIsTaken(LocalServer server, JournalIntruder journal, int count) throws Exception {
        double lost = server.lostRaces();
        Node node = journal.writeFirst(ROOM, INTRUDER, "intruder" + count);
        LocalServer.await("the room to lose the race", () -> server.lostRaces() > lost);
        return node;
    }

    /** Everybody's typing goes on. */
    private static void awaitMorePacks(List<TypingPeer> typing, List<Future<?>> running) throws Exception {
        List<Integer> before =
                typing.stream().map(TypingPeer::acknowledgedPacks).toList();
        LocalServer.await("acknowledgements after the room has moved", () -> {
            for (Future<?> typist : running) {
                if (typist.isDone()) {
                    typist.get(); // It says why it stopped.
                }
            }
            for (int i = 0; i < before.size(); i++) {
                if (typing.get(i).acknowledgedPacks() < before.get(i) + PACKS_BETWEEN) {
                    return false;
                }
            }
            return true;
        });
    }

    private String replayedRoot() throws Exception {
        var ended =
                Commands.run(Duration.ofMinutes(1), "replay", ROOM, "--data", data.toString(), "--verify", "--json");
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        JsonNode replayed = new ObjectMapper().readTree(ended.output());
        return replayed.path("root").asText();
    }

    private static Set<NodeId> idsOf(HistoryView view) {
        Set<NodeId> ids = new HashSet<>();
        for (int number = 0; number < view.count(); number++) {
            ids.add(view.id(number));
        }
        return ids;
    }

    private static byte[] seed(int value) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) value);
        return key;
    }

    /** What the slow session was sent: only packs, each node once and after its parents. */
    private static final class Catching {
        private final SlowReader reader;
        private final Set<NodeId> ids = new HashSet<>();

        Catching(SlowReader reader) {
            this.reader = reader;
        }

        int nodes() {
            return ids.size();
        }

        void readOne() throws Exception {
            Seen next = reader.next();
            if (!(next instanceof Seen.Message(var json))
                    || !json.path("type").asText().equals("pack")) {
                throw new AssertionError("the catch-up was interrupted: " + next);
            }
            for (Node node : WirePeer.nodes(json)) {
                assertThat(ids).containsAll(node.transaction().parents());
                assertThat(ids.add(node.id())).as(node.id() + " comes once").isTrue();
            }
        }

        void readUntil(int nodes) throws Exception {
            while (ids.size() < nodes) {
                readOne();
            }
        }
    }
}
