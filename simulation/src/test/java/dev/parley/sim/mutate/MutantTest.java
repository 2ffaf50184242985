package dev.parley.sim.mutate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** A planted bug is a place of a source that reads otherwise, wherever the lines break. */
class MutantTest {
    private static final String TEXT = """
            title: One too few
            area: counting
            layer: first
            written: before tuning
            breaks: 3: none missing
            file: core/Counting.java
            --- is
            for (int i = 0; i < count; i++) {
                add(i);
            --- becomes
            for (int i = 1; i < count; i++) {
                add(i);
            --- end
            """;

    @Test
    void theTextTellsWhereAndWhat() {
        Mutant mutant = Mutant.parse("one-too-few", TEXT);

        assertThat(mutant.id()).isEqualTo("one-too-few");
        assertThat(mutant.title()).isEqualTo("One too few");
        assertThat(mutant.layer()).isEqualTo(Mutant.Layer.FIRST);
        assertThat(mutant.beforeTuning()).isTrue();
        assertThat(mutant.breaks()).isEqualTo("3: none missing");
        assertThat(mutant.file()).isEqualTo("core/Counting.java");
    }

    @Test
    void layoutDoesNotCount() {
        Mutant mutant = Mutant.parse("one-too-few", TEXT);

        String planted = mutant.plantIn("before;\nfor (int i = 0;\n    i < count; i++)\n{ add( i );\n}\nafter;");

        assertThat(planted).isEqualTo("before;\nfor (int i = 1; i < count; i++) {\n    add(i);\n}\nafter;");
    }

    @Test
    void aTextThatIsGoneOrThereTwiceIsUnfit() {
        Mutant mutant = Mutant.parse("one-too-few", TEXT);
        String once = "for (int i = 0; i < count; i++) { add(i); }\n";

        assertThatThrownBy(() -> mutant.plantIn("nothing of it"))
                .isInstanceOf(UnfitMutant.class)
                .hasMessage("mutant one-too-few: its text is not in core/Counting.java");
        assertThatThrownBy(() -> mutant.plantIn(once + once))
                .isInstanceOf(UnfitMutant.class)
                .hasMessage("mutant one-too-few: its text is in core/Counting.java more than once");
    }

    @Test
    void whatReplacesTheTextMayBeNothing() {
        String text = TEXT.replace("for (int i = 1; i < count; i++) {\n    add(i);\n", "");

        assertThat(Mutant.parse("none", text).plantIn("a for (int i = 0; i < count; i++) { add(i); b"))
                .isEqualTo("a  b");
    }

    @Test
    void aBrokenTextIsRefusedWithItsReason() {
        assertThatThrownBy(() -> Mutant.parse("x", TEXT.replace("--- becomes", "--- turns into")))
                .hasMessageContaining("needs the lines");
        assertThatThrownBy(() -> Mutant.parse("x", TEXT.replace("area: counting\n", "")))
                .hasMessageContaining("has the fields");
        assertThatThrownBy(() -> Mutant.parse("x", TEXT.replace("area:", "aera:")))
                .hasMessageContaining("the line 'aera: counting' is no field");
        assertThatThrownBy(() -> Mutant.parse("x", TEXT.replace("layer: first", "layer: third")))
                .hasMessageContaining("'third' is neither 'first' nor 'second'");
    }
}
