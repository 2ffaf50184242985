package dev.parley.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Op;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Transaction;
import dev.parley.core.id.NodeId;
import dev.parley.core.id.PeerId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class ReplayTest {
    private static final Signatures SIGNATURES = Ed25519.best();
    private static final Map<String, Signer> AUTHORS = Map.of("A", signer(0x0a), "B", signer(0x0b));

    /** The fixture of another implementation when it lies beside the project, else one of the same form. */
    private static final String GENERATED = """
            {"timeline": [{"effective_lamport": 4, "writer": "A"}, {"effective_lamport": 2, "writer": "B"}],
             "nodes": [{"author": "A", "lamport": 1, "parents": [], "ops": [{"key": "protected/x", "value": "v1"}]},
                       {"author": "A", "lamport": 5, "parents": [0], "ops": [{"key": "protected/x", "value": "v5"}]},
                       {"author": "B", "lamport": 3, "parents": [0, 1], "ops": [{"key": "protected/y", "value": "v3"}]}],
             "expect": {"map": {"protected/x": "v5", "protected/y": "v3"}}}
            """;

    @Test
    void policiesApplyByLamportInWhateverOrderNodesAndEntriesCome(TestReporter reporter) throws IOException {
        JsonNode vector = fixture(reporter);
        List<Node> nodes = nodes(vector);
        Random random = new Random(1);

        for (int i = 0; i < 6; i++) {
            Collections.shuffle(nodes, random);
            Replay.Outcome outcome = new Replay(rule(vector), Optional.empty(), SIGNATURES).run(nodes);
            assertThat(outcome).isInstanceOfSatisfying(Replay.Outcome.Replayed.class, replayed -> {
                assertThat(replayed.nodes()).isEqualTo(nodes.size());
                vector.get("expect")
                        .get("map")
                        .fieldNames()
                        .forEachRemaining(key -> assertThat(
                                        new String(replayed.map().get(key), StandardCharsets.UTF_8))
                                .isEqualTo(
                                        vector.get("expect").get("map").get(key).asText()));
                assertThat(replayed.hash()).isEqualTo(CanonicalHash.of(replayed.map()));
            });
        }
    }

    @Test
    void aTightenedPolicyFailsWhatComesAtItsLamportAndNotBefore() {
        Replay.LamportRule tightened = (lamport, author, key) -> lamport < 2;
        Node before = node("A", 1, List.of(), "x");
        Node at = node("A", 2, List.of(before.id()), "x");
        Replay replay = new Replay(tightened, Optional.empty(), SIGNATURES);

        assertThat(replay.run(List.of(before))).isInstanceOf(Replay.Outcome.Replayed.class);
        assertThat(replay.run(List.of(before, at))).isInstanceOfSatisfying(Replay.Outcome.Failed.class, failed -> {
            assertThat(failed.why()).startsWith("policy violation: author [67, 167, ");
            assertThat(failed.why()).endsWith("] not permitted to write key 'x'");
        });
    }

    @Test
    void aMissingParentABadHashAndAFarLamportFailTheReplay() {
        NodeId nowhere = NodeId.of(new byte[NodeId.SIZE_BYTES]);
        Node orphan = node("A", 1, List.of(nowhere), "x");
        Node honest = node("A", 1, List.of(), "x");
        Node forged = Nodes.claimed(nowhere, honest.transaction(), honest.signature());
        Node unfit = Nodes.claimed(
                honest.id(), honest.transaction(), node("A", 2, List.of(), "x").signature());
        Node far = node("A", (1 << 20) + 1, List.of(), "x");
        Replay replay = new Replay(Replay.LamportRule.ALLOW_ALL, Optional.empty(), SIGNATURES);

        assertThat(replay.run(List.of(orphan))).isEqualTo(new Replay.Outcome.Failed("missing parent node: " + nowhere));
        assertThat(replay.run(List.of(forged)))
                .isEqualTo(new Replay.Outcome.Failed("hash mismatch: expected " + honest.id() + ", got " + nowhere));
        assertThat(replay.run(List.of(unfit)))
                .isEqualTo(new Replay.Outcome.Failed("invalid ed25519 signature on node " + honest.id()));
        assertThat(replay.run(List.of(far)))
                .isEqualTo(new Replay.Outcome.Failed(
                        "lamport ceiling exceeded on node " + far.id() + ": lamport=1048577, ceiling=1048576"));
    }

    @Test
    void aChildWithALowerLamportThanItsParentWaitsForIt() {
        Node parent = node("A", 9, List.of(), "x");
        Node child = node("B", 3, List.of(parent.id()), "y");
        Replay replay = new Replay(Replay.LamportRule.ALLOW_ALL, Optional.empty(), SIGNATURES);

        assertThat(replay.run(List.of(child, parent, child)))
                .isInstanceOfSatisfying(
                        Replay.Outcome.Replayed.class,
                        replayed -> assertThat(replayed.nodes()).isEqualTo(2));
    }

    @Test
    void onlyTheServersSnapshotsAreExemptFromPolicies() {
        Signer server = signer(0x2a);
        NodeId someId = NodeId.of(new byte[NodeId.SIZE_BYTES]);
        SnapshotNodes.Content content = new SnapshotNodes.Content(someId, List.of(), Optional.empty());
        Replay.LamportRule denyAll = (lamport, author, key) -> false;
        Replay replay = new Replay(denyAll, Optional.of(server.peer()), SIGNATURES);

        assertThat(replay.run(List.of(SnapshotNodes.build(content, 1, server))))
                .isInstanceOf(Replay.Outcome.Replayed.class);
        assertThat(replay.run(List.of(SnapshotNodes.build(content, 1, AUTHORS.get("A")))))
                .isInstanceOf(Replay.Outcome.Failed.class);
    }

    private static JsonNode fixture(TestReporter reporter) throws IOException {
        Path recorded = Path.of(System.getProperty("parley.root", "."))
                .resolve("../shared/spec/vectors/reference/policy-timeline-multi-transition-order-independent.json");
        boolean there = Files.isReadable(recorded);
        reporter.publishEntry("policy timeline fixture", there ? "recorded" : "generated");
        return new ObjectMapper().readTree(there ? Files.readString(recorded) : GENERATED);
    }

    /** Protected keys belong to the entry's one writer, everything else to nobody; before the first entry to all. */
    private static Replay.LamportRule rule(JsonNode vector) {
        return (lamport, author, key) -> {
            Optional<JsonNode> entry = Optional.empty();
            for (JsonNode candidate : vector.get("timeline")) {
                long from = candidate.get("effective_lamport").asLong();
                if (from <= lamport
                        && (entry.isEmpty()
                                || from >= entry.get().get("effective_lamport").asLong())) {
                    entry = Optional.of(candidate);
                }
            }
            return entry.isEmpty() || key.startsWith("protected/") && author.equals(writer(entry.get()));
        };
    }

    private static PeerId writer(JsonNode entry) {
        String name = entry.has("writer")
                ? entry.get("writer").asText()
                : entry.get("rules").get(0).get("can_write_authors").get(0).asText();
        return AUTHORS.get(name).peer();
    }

    private static List<Node> nodes(JsonNode vector) {
        List<Node> nodes = new ArrayList<>();
        for (JsonNode row : vector.get("nodes")) {
            List<NodeId> parents = new ArrayList<>();
            row.get("parents")
                    .forEach(index -> parents.add(nodes.get(index.asInt()).id()));
            List<Op> ops = new ArrayList<>();
            row.get("ops")
                    .forEach(op -> ops.add(new Op.MapSet(
                            op.get("key").asText(), op.get("value").asText().getBytes(StandardCharsets.UTF_8))));
            Signer signer = AUTHORS.get(row.get("author").asText());
            nodes.add(
                    Nodes.sign(new Transaction(signer.peer(), row.get("lamport").asLong(), 0, ops, parents), signer));
        }
        return nodes;
    }

    private static Node node(String author, long lamport, List<NodeId> parents, String key) {
        Signer signer = AUTHORS.get(author);
        return Nodes.sign(
                new Transaction(signer.peer(), lamport, 0, List.of(new Op.MapSet(key, new byte[0])), parents), signer);
    }

    private static Signer signer(int fill) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) fill);
        return Ed25519.signer(seed);
    }
}
