package dev.parley.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.history.Anchor;
import dev.parley.core.history.Op;
import dev.parley.core.history.OpId;
import dev.parley.core.id.PeerId;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TextStateTest {
    private static final String KEY = "t";
    private static final List<PeerId> AUTHORS = List.of(author(1), author(2), author(200));

    /** Random ops of every kind, with ids below their anchors, unknown anchors, repeated ids and late targets. */
    @Property(tries = 300)
    void equalsTheFlatScanOnAnyOps(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int ops) {
        Random random = new Random(seed);
        TextState text = new TextState();
        FlatScanText model = new FlatScanText();

        for (int i = 0; i < ops; i++) {
            OpId priority = randomId(random, ops);
            Op op = randomOp(random, ops);
            text.apply(op, priority);
            model.apply(op, priority);
        }

        assertThat(text.sequence()).isEqualTo(model.sequence());
        assertThat(text.text()).isEqualTo(model.text());
        assertPositionsAgree(text, model);
    }

    /** Texts of several chunks: long runs first, then ops in the middle of them. */
    @Property(tries = 15)
    void equalsTheFlatScanWhenChunksSplit(@ForAll long seed) {
        Random random = new Random(seed);
        TextState text = new TextState();
        FlatScanText model = new FlatScanText();

        for (int i = 0; i < 60; i++) {
            OpId priority = randomId(random, 2_000);
            Op op = i % 4 == 0 ? randomRun(random, 120) : randomOp(random, 2_000);
            text.apply(op, priority);
            model.apply(op, priority);
        }

        assertThat(text.sequence()).isEqualTo(model.sequence());
        assertPositionsAgree(text, model);
    }

    @Property(tries = 100)
    void singleCharacterOpsGiveOneTextInAnyOrder(@ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int edits) {
        Random random = new Random(seed);
        TextState typed = new TextState();
        List<Edit> log = new java.util.ArrayList<>();
        for (int i = 0; i < edits; i++) {
            OpId priority = new OpId(i + 1, AUTHORS.get(random.nextInt(3)));
            Op op = typed.length() > 0 && random.nextInt(4) == 0
                    ? typed.deleteAt(KEY, random.nextInt(typed.length()))
                    : typed.insertAt(KEY, random.nextInt(typed.length() + 1), 'a' + random.nextInt(26));
            typed.apply(op, priority);
            log.add(new Edit(op, priority));
        }

        Collections.shuffle(log, random);
        TextState shuffled = new TextState();
        log.forEach(edit -> shuffled.apply(edit.op(), edit.priority()));

        assertThat(shuffled.text()).isEqualTo(typed.text());
        assertThat(shuffled.waiting()).isZero();
    }

    private record Edit(Op op, OpId priority) {}

    @Test
    void typingAtPositionsEqualsEditingAString() {
        Random random = new Random(7);
        TextState text = new TextState();
        StringBuilder string = new StringBuilder();

        for (int i = 0; i < 20_000; i++) {
            OpId priority = new OpId(i + 1, AUTHORS.get(0));
            if (string.length() > 0 && random.nextInt(3) == 0) {
                int at = random.nextInt(string.length());
                text.apply(text.deleteAt(KEY, at), priority);
                string.deleteCharAt(at);
            } else {
                int at = random.nextInt(string.length() + 1);
                text.apply(text.insertAt(KEY, at, 'a' + i % 26), priority);
                string.insert(at, (char) ('a' + i % 26));
            }
        }

        assertThat(text.text()).isEqualTo(string.toString());
        assertThat(text.length()).isEqualTo(string.length());
    }

    /** Each insert scans past all before it; chunks whose ids are all greater are passed in one step. */
    @Test
    void insertsThatPassEverythingStayCheap() {
        TextState text = new TextState();

        for (int lamport = 60_000; lamport > 0; lamport--) {
            text.insert(new OpId(lamport, AUTHORS.get(0)), Optional.empty(), 'a');
        }

        assertThat(text.sequence()).isSortedAccordingTo(java.util.Comparator.<OpId>reverseOrder());
        assertThat(text.length()).isEqualTo(60_000);
    }

    @Test
    void aPositionOutsideTheTextIsRefused() {
        TextState text = new TextState();
        text.insert(new OpId(1, AUTHORS.get(0)), Optional.empty(), 'a');

        assertThatThrownBy(() -> text.idAt(1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> text.idAt(-1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(text.positionOf(new OpId(9, AUTHORS.get(0)))).isEqualTo(-1);
    }

    @Test
    void aRangeAtTheGreatestLamportSaturates() {
        TextState text = new TextState();

        text.insertRange(new OpId(-2L, AUTHORS.get(0)), new Anchor.Start(), "abc");

        assertThat(text.text()).isEqualTo("ab"); // The third id is the second's again.
    }

    private static void assertPositionsAgree(TextState text, FlatScanText model) {
        List<OpId> visible = model.visibleIds();
        assertThat(IntStream.range(0, text.length()).mapToObj(text::idAt)).isEqualTo(visible);
        assertThat(visible.stream().map(text::positionOf))
                .isEqualTo(IntStream.range(0, visible.size()).boxed().toList());
    }

    private static Op randomOp(Random random, int lamports) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4 ->
                new Op.TextInsert(
                        KEY,
                        random.nextInt(5) == 0 ? Optional.empty() : Optional.of(randomId(random, lamports)),
                        random.nextInt(9) == 0 ? 0x1F600 : 'a' + random.nextInt(26));
            case 5, 6 -> new Op.TextDelete(KEY, randomId(random, lamports));
            case 7, 8 -> randomRun(random, 6);
            default -> new Op.TextDeleteRange(KEY, randomAnchor(random, lamports), random.nextInt(5));
        };
    }

    private static Op randomRun(Random random, int charsMax) {
        int[] scalars = random.ints(random.nextInt(charsMax), 'A', 'Z').toArray();
        return new Op.TextInsertRange(KEY, randomAnchor(random, 50), new String(scalars, 0, scalars.length));
    }

    private static Anchor randomAnchor(Random random, int lamports) {
        return switch (random.nextInt(4)) {
            case 0 -> new Anchor.Start();
            case 1 -> new Anchor.End();
            case 2 -> new Anchor.Offset(random.nextInt(20));
            default -> new Anchor.After(randomId(random, lamports));
        };
    }

    private static OpId randomId(Random random, int lamports) {
        return new OpId(1 + random.nextInt(lamports), AUTHORS.get(random.nextInt(3)));
    }

    private static PeerId author(int fill) {
        byte[] bytes = new byte[PeerId.SIZE_BYTES];
        Arrays.fill(bytes, (byte) fill);
        return PeerId.of(bytes);
    }
}
