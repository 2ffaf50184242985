package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a trace says reads like a sentence about somebody. */
class TellingTest {
    private final Telling telling = new Telling(number -> "peer " + number + " (strict)", number -> "room r" + number);

    @Test
    void placesAreFilledWithNamesInTheirOrder() {
        assertThat(telling.sentence("{peer} says hello as {session} on {member}", new long[] {3, 17, 1}))
                .isEqualTo("peer 3 (strict) says hello as session 17 on member B");
    }

    @Test
    void numbersWithoutAPlaceFollowInBrackets() {
        assertThat(telling.sentence("{room} is written", new long[] {0, 4, 9})).isEqualTo("room r0 is written [4, 9]");
        assertThat(telling.sentence("healed", new long[] {})).isEqualTo("healed");
    }

    @Test
    void aKindThatTheTextNamesIsNotNamedTwice() {
        assertThat(telling.sentence("member {member} takes session {session}", new long[] {0, 4}))
                .isEqualTo("member A takes session 4");
    }

    @Test
    void aNodeIsToldByItsFirstDigits() {
        assertThat(telling.sentence("{peer} receives {n} nodes from {id} on", new long[] {1, 2, -1}))
                .isEqualTo("peer 1 (strict) receives 2 nodes from ffffffff on");
    }

    @Test
    void aPlaceWithoutANumberStaysAsItIs() {
        assertThat(telling.sentence("{peer} and {peer}", new long[] {1})).isEqualTo("peer 1 (strict) and {peer}");
    }

    @Test
    void aLineHasItsTimeInFront() {
        assertThat(telling.line(12_345, "healed", new long[] {})).isEqualTo(" 12.345 s  healed");
    }
}
