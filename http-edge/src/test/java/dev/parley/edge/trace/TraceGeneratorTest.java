package dev.parley.edge.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.history.Ed25519;
import dev.parley.core.history.Signer;
import dev.parley.core.state.Materialized;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceGeneratorTest {
    private static final Signer FIRST = Ed25519.signer(new byte[32]);
    private static final Signer SECOND = Ed25519.signer(
            new byte[] {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
            });

    /** Which of two authors has the greater key must not matter, since no two insert at one place at once. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void twoAuthorsEndWithOneTextWhicheverKeysTheyHave(long seed) {
        Trace trace = TraceGenerator.twoAuthors(seed, 1_500);

        assertThat(trace.edits()).hasSize(1_500);
        assertThat(trace.edits()).anyMatch(edit -> edit.parents().size() == 2);
        for (List<Signer> signers : List.of(List.of(FIRST, SECOND), List.of(SECOND, FIRST))) {
            assertThat(Materialized.ofNodes(TraceTyping.all(trace, "t", signers))
                            .texts()
                            .get("t"))
                    .isEqualTo(trace.endContent());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void aSeedAlwaysGivesTheSameSession(long seed) {
        assertThat(TraceGenerator.twoAuthors(seed, 300)).isEqualTo(TraceGenerator.twoAuthors(seed, 300));
        assertThat(TraceGenerator.sequential(seed, 300)).isEqualTo(TraceGenerator.sequential(seed, 300));
        assertThat(TraceGenerator.sequential(seed, 300)).isNotEqualTo(TraceGenerator.sequential(seed + 1, 300));
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void aLongTextTypesToItsEnd(long seed) {
        Trace trace = TraceGenerator.sequential(seed, 3_000);

        assertThat(Materialized.ofNodes(TraceTyping.all(trace, "t", List.of(FIRST)))
                        .texts()
                        .get("t"))
                .isEqualTo(trace.endContent());
    }
}
