package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.state.Materialized;
import dev.parley.edge.trace.Trace;
import dev.parley.edge.trace.TraceTyping;
import dev.parley.system.WirePeer.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A long text is pushed while the server is killed twice; what was acknowledged is there each time. */
class CrashTest {
    private static final String ROOM = "paper";
    private static final String TEXT = "text";
    private static final int PACK_NODES = 100;
    private static final int PACKS_IN_FLIGHT = 8;
    private static final int EDITS = 30_000;

    /** {@code -Dparley.long=true}: the whole text. */
    private static final boolean WHOLE = Boolean.getBoolean("parley.long");

    @TempDir
    Path data;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void everyAcknowledgedNodeSurvivesTwoKillsInTheMiddleOfAPush() throws Exception {
        Trace trace = WHOLE ? TestInput.longText() : TestInput.longText().first(EDITS);
        byte[] key = new byte[32];
        Arrays.fill(key, (byte) 1);
        List<Node> nodes = TraceTyping.all(trace, TEXT, List.of(Ed25519.signer(key)));

        int acknowledged = 0;
        for (int killAt : List.of(nodes.size() / 3, nodes.size() / 3 * 2)) {
            try (ServerProcess server = ServerProcess.start(data, unlimited())) {
                acknowledged = push(server, nodes, acknowledged, killAt);
            }
            JsonNode replayed = replay();
            assertThat(replayed.path("nodes").asInt()).isGreaterThanOrEqualTo(acknowledged);
        }
        try (ServerProcess server = ServerProcess.start(data, unlimited())) {
            acknowledged = push(server, nodes, acknowledged, nodes.size());

            assertThat(acknowledged).isEqualTo(nodes.size());
            try (ReadingPeer reader = new ReadingPeer(2)) {
                reader.join(server.room(ROOM));
                reader.readUntil(nodes.size());
                Materialized state = Materialized.of(reader.view());
                JsonNode replayed = replay();
                assertThat(state.texts().get(TEXT)).isEqualTo(expected(trace));
                assertThat(replayed.path("nodes").asInt()).isEqualTo(nodes.size());
                assertThat(reader.view().root().toHex())
                        .isEqualTo(replayed.path("root").asText());
                assertThat(state.hash().toHex())
                        .isEqualTo(replayed.path("state_hash").asText());
            }
        }
    }

    /** Pushes on from the first node without an acknowledgement; kills the server once {@code killAt} are acknowledged. */
    private static int push(ServerProcess server, List<Node> nodes, int acknowledgedBefore, int killAt)
            throws Exception {
        int acknowledged = acknowledgedBefore;
        int sent = acknowledged;
        try (ReadingPeer author = new ReadingPeer(1)) {
            nodes.subList(0, acknowledged).forEach(author::take);
            author.join(server.room(ROOM));
            boolean killed = false;
            while (acknowledged < nodes.size()) {
                while (!killed && sent < nodes.size() && sent - acknowledged < PACKS_IN_FLIGHT * PACK_NODES) {
                    int end = Math.min(nodes.size(), sent + PACK_NODES);
                    author.wire().sendPack(nodes.subList(sent, end));
                    sent = end;
                }
                Seen next = author.wire().next();
                if (!(next instanceof Seen.Message(var json))) {
                    assertThat(killed)
                            .as("the session ended by itself: " + next)
                            .isTrue();
                    return acknowledged;
                }
                if (json.path("type").asText().equals("pack-ack")) {
                    acknowledged += json.path("accepted_count").asInt();
                    if (acknowledged >= killAt && killAt < nodes.size() && !killed) {
                        server.kill();
                        killed = true;
                    }
                }
            }
        }
        return acknowledged;
    }

    private JsonNode replay() throws Exception {
        var ended =
                Commands.run(Duration.ofMinutes(2), "replay", ROOM, "--data", data.toString(), "--verify", "--json");
        assertThat(ended.exitCode()).as(ended.errors()).isZero();
        return new ObjectMapper().readTree(ended.output());
    }

    private static String expected(Trace trace) {
        if (!trace.endContent().isEmpty()) {
            return trace.endContent();
        }
        StringBuilder text = new StringBuilder(trace.startContent());
        for (Trace.Edit edit : trace.edits()) {
            for (Trace.Patch patch : edit.patches()) {
                int from = text.offsetByCodePoints(0, patch.position());
                int to = text.offsetByCodePoints(from, patch.deleted());
                text.replace(from, to, patch.inserted());
            }
        }
        return text.toString();
    }

    private static String[] unlimited() {
        return new String[] {"parley.limits.nodes-per-second=0", "parley.limits.bytes-per-second=0"};
    }
}
