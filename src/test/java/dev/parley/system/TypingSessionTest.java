package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.HistoryView;
import dev.parley.core.history.Node;
import dev.parley.core.history.Signer;
import dev.parley.core.state.Materialized;
import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceTyping;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two people type one text through two live sessions; others join late or lose their connection meanwhile. */
class TypingSessionTest {
    private static final String TEXT = "text";
    private static final int PACKS_IN_FLIGHT = 8;
    private static final int PACK_NODES_MAX = 8;

    @TempDir
    Path data;

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void everyoneEndsWithTheTextThatTheTwoAuthorsTyped() throws Exception {
        Trace trace = TestInput.twoAuthors();
        List<Signer> signers = List.of(signer(1), signer(2));
        List<List<Node>> byAuthor = List.of(new ArrayList<>(), new ArrayList<>());
        new TraceTyping(trace, TEXT, signers)
                .forEachRemaining(typed -> byAuthor.get(typed.agent()).add(typed.node()));
        int total = byAuthor.get(0).size() + byAuthor.get(1).size();
        Progress progress = new Progress(total);

        try (ServerProcess server = ServerProcess.start(data);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            URI room = server.room("friends");
            Future<HistoryView> cutOff = threads.submit(() -> readWithAHole(room, progress));
            progress.readerIn.await();
            Future<HistoryView> first = threads.submit(() -> type(room, 1, byAuthor.get(0), progress));
            Future<HistoryView> second = threads.submit(() -> type(room, 2, byAuthor.get(1), progress));
            first.get();
            second.get();
            HistoryView late = joinLate(room, total);

            JsonNode replayed = replay("friends");
            for (HistoryView view : List.of(late, cutOff.get(), first.get(), second.get())) {
                Materialized state = Materialized.of(view);
                assertThat(state.texts().get(TEXT)).isEqualTo(trace.endContent());
                assertThat(view.root().toHex()).isEqualTo(replayed.path("root").asText());
                assertThat(state.hash().toHex())
                        .isEqualTo(replayed.path("state_hash").asText());
            }
            assertThat(replayed.path("nodes").asInt()).isEqualTo(total);
        }
    }

    /** Types its nodes in order, each as soon as it has seen what the node follows; stays until it has all. */
    private static HistoryView type(URI room, int seed, List<Node> own, Progress progress) throws Exception {
        try (ReadingPeer author = new ReadingPeer(seed)) {
            author.join(room);
            int next = 0;
            int packs = 0;
            while (next < own.size()) {
                List<Node> pack = new ArrayList<>();
                while (next < own.size()
                        && pack.size() < PACK_NODES_MAX
                        && packs - author.acknowledgedPacks() < PACKS_IN_FLIGHT
                        && own.get(next).transaction().parents().stream().allMatch(author.view()::contains)) {
                    author.take(own.get(next));
                    pack.add(own.get(next++));
                }
                if (pack.isEmpty()) {
                    author.readOne();
                } else {
                    author.wire().sendPack(pack);
                    packs++;
                    progress.typed(pack.size());
                }
            }
            while (author.acknowledgedPacks() < packs || author.view().count() < progress.total) {
                author.readOne();
            }
            return author.view();
        }
    }

    private static HistoryView readWithAHole(URI room, Progress progress) throws Exception {
        try (ReadingPeer reader = new ReadingPeer(3)) {
            reader.join(room);
            progress.readerIn.countDown();
            reader.readUntil(progress.total / 3);
            reader.wire().cut();
            progress.twoThirds.await();
            reader.join(room);
            reader.readUntil(progress.total);
            return reader.view();
        }
    }

    private static HistoryView joinLate(URI room, int total) throws Exception {
        try (ReadingPeer late = new ReadingPeer(4)) {
            late.join(room);
            late.readUntil(total);
            return late.view();
        }
    }

    private JsonNode replay(String room) throws Exception {
        var ended =
                Commands.run(Duration.ofMinutes(1), "replay", room, "--data", data.toString(), "--verify", "--json");
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        return new ObjectMapper().readTree(ended.output());
    }

    private static Signer signer(int seed) {
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) seed);
        return Ed25519.signer(key);
    }

    /** How far the authors are. */
    private static final class Progress {
        private final int total;
        private final AtomicInteger typed = new AtomicInteger();
        private final CountDownLatch readerIn = new CountDownLatch(1);
        private final CountDownLatch twoThirds = new CountDownLatch(1);

        Progress(int total) {
            this.total = total;
        }

        void typed(int nodes) {
            if (typed.addAndGet(nodes) >= total / 3 * 2) {
                twoThirds.countDown();
            }
        }
    }
}
