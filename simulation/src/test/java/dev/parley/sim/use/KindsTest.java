package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.sim.check.Violation;
import org.junit.jupiter.api.Test;

/** Two breaks of one cause have one name, and two causes have two. */
class KindsTest {
    @Test
    void numbersIdsAndListsDoNotMatter() {
        assertThat(
                        Kinds.of(
                                "session s17 sent 0123456789abcdef0123456789abcdef, not in the journal (at 5 ms; [Drop[at=1]])"))
                .isEqualTo(Kinds.of(
                        "session s3 sent ffff456789abcdef0123456789abcdef, not in the journal (at 77 ms; [])"));
        assertThat(Kinds.of("step 5 was relayed before it was durable"))
                .isNotEqualTo(Kinds.of("step 5 reached session 7 with other nodes"));
    }

    @Test
    void onlyTheFirstLineCounts() {
        assertThat(Kinds.of("a promise\nreplay: ./parley simulate --seed 4")).isEqualTo("a promise");
    }

    @Test
    void aBugIsItsTypeAndItsPlace() {
        assertThat(Kinds.of(new Violation("at 5 ms", new IllegalStateException("for 7"))))
                .isEqualTo("IllegalStateException in KindsTest.aBugIsItsTypeAndItsPlace");
    }

    @Test
    void aViolationThatWrapsAnotherIsTheInnerOne() {
        assertThat(Kinds.of(new Violation("outer", new Violation("seq 4 was written twice"))))
                .isEqualTo("seq # was written twice");
    }
}
