package dev.parley.edge.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.History;
import dev.parley.core.history.Node;
import dev.parley.core.history.Nodes;
import dev.parley.core.history.Signatures;
import dev.parley.core.history.Signer;
import dev.parley.core.history.Verdict;
import dev.parley.core.id.NodeId;
import dev.parley.core.state.Materialized;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

class TraceTypingTest {
    private static final List<Signer> SIGNERS = List.of(signer(1), signer(2));

    @Test
    void twoAuthorsWhoTypeATraceEndWithItsText(TestReporter reporter) {
        Traces.Sourced sourced = Traces.twoAuthors();
        reporter.publishEntry("two-author trace", sourced.source());
        Trace trace = sourced.trace();

        List<Node> nodes = TraceTyping.all(trace, "text", SIGNERS);

        assertThat(nodes).hasSize((int) trace.characters());
        assertThat(Materialized.of(history(nodes).view()).texts().get("text")).isEqualTo(trace.endContent());
    }

    @Test
    void theFirst30_000EditsOfALongTextGiveWhatAStringGives(TestReporter reporter) {
        Traces.Sourced sourced = Traces.longText();
        reporter.publishEntry("long trace", sourced.source());
        Trace trace = sourced.trace().first(30_000);
        StringBuilder string = new StringBuilder(trace.startContent());
        for (Trace.Edit edit : trace.edits()) {
            for (Trace.Patch patch : edit.patches()) {
                int from = string.offsetByCodePoints(0, patch.position());
                string.replace(from, string.offsetByCodePoints(from, patch.deleted()), patch.inserted());
            }
        }

        List<Node> nodes = TraceTyping.all(trace, "text", SIGNERS);

        assertThat(Materialized.of(history(nodes).view()).texts().get("text")).isEqualTo(string.toString());
    }

    @Test
    void everyNodeIsSignedNamesItsAuthorsHeadsAndIsTheSameEachTime() {
        Trace trace = TraceGenerator.twoAuthors(5, 300);
        Signatures signatures = Ed25519.best();

        List<Node> nodes = TraceTyping.all(trace, "text", SIGNERS);

        Set<NodeId> earlier = new HashSet<>();
        for (Node node : nodes) {
            Verdict verdict = Nodes.verdict(node, signatures);
            assertThat(verdict).isEqualTo(new Verdict.Checked(node.id(), Verdict.SignatureState.VALID));
            assertThat(earlier).containsAll(node.transaction().parents());
            assertThat(node.transaction().ops()).hasSize(1);
            earlier.add(node.id());
        }
        assertThat(TraceTyping.all(trace, "text", SIGNERS)).isEqualTo(nodes);
    }

    @Test
    void startContentAndPatchesOfSeveralCharactersBecomeOneNodeACharacter() {
        Trace trace = new Trace(
                "a🙂c",
                "xyc!",
                1,
                List.of(
                        new Trace.Edit(0, List.of(), List.of(new Trace.Patch(0, 2, "xy"), new Trace.Patch(3, 0, "!"))),
                        new Trace.Edit(0, List.of(0), List.of())));

        List<Node> nodes = TraceTyping.all(trace, "text", SIGNERS);

        assertThat(nodes).hasSize(8);
        assertThat(trace.characters()).isEqualTo(8);
        assertThat(Materialized.ofNodes(nodes).texts().get("text")).isEqualTo("xyc!");
    }

    @Test
    void tooFewKeysAndPositionsOutsideTheTextAreRefused() {
        Trace outside = new Trace(
                "ab", "", 1, List.of(new Trace.Edit(0, List.of(), List.of(new Trace.Patch(2, Integer.MAX_VALUE, "")))));

        assertThatThrownBy(() -> TraceTyping.all(outside, "text", SIGNERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("edit 0");
        assertThatThrownBy(() -> new TraceTyping(TraceGenerator.twoAuthors(1, 10), "text", SIGNERS.subList(0, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static History history(List<Node> nodes) {
        History history = new History();
        nodes.forEach(history::append);
        return history;
    }

    private static Signer signer(int fill) {
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) fill);
        return Ed25519.signer(seed);
    }
}
