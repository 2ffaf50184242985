package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.persistence.journal.JournalWriteFailed.Why;
import org.junit.jupiter.api.Test;

class WriteFenceTest {
    private final WriteFence fence = new WriteFence();

    @Test
    void onlyWhatFollowsTheLastEventIsTried() {
        assertThat(fence.refusal("a", 4, 3)).isEmpty();
        assertThat(fence.refusal("a", 3, 3)).contains(Why.SEQ_TAKEN);
        assertThat(fence.refusal("a", 1, 3)).contains(Why.SEQ_TAKEN);
        assertThat(fence.refusal("a", 5, 3)).contains(Why.HOLE);
    }

    @Test
    void anIncarnationOfWhichAWriteFailedWritesNoMore() {
        fence.failed("a");

        assertThat(fence.refusal("a", 4, 3)).contains(Why.EARLIER_WRITE_FAILED);
        assertThat(fence.refusal("b", 4, 3)).isEmpty();
    }

    @Test
    void aWriterWithoutANameIsNobody() {
        fence.failed("");

        assertThat(fence.refusal("", 4, 3)).isEmpty();
    }

    @Test
    void onlySoManyAreRemembered() {
        fence.failed("first");
        for (int i = 0; i < 10_000; i++) {
            fence.failed("later " + i);
        }

        assertThat(fence.hasFailed("first")).isFalse();
        assertThat(fence.hasFailed("later 0")).isTrue();
    }
}
