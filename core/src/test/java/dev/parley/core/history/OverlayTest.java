package dev.parley.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class OverlayTest {
    @Property(tries = 100)
    void itForetellsTheHistoryThatAppendingGives(@ForAll long seed, @ForAll @IntRange(max = 60) int count) {
        Random random = new Random(seed);
        List<Node> nodes = Graphs.random(random, count);
        int written = random.nextInt(count + 1);
        History history = Graphs.history(nodes.subList(0, written));
        Overlay overlay = new Overlay(history.view());

        nodes.subList(written, count).forEach(overlay::store);
        nodes.subList(written, count).forEach(history::append);

        assertThat(overlay.stored()).isEqualTo(nodes.subList(written, count));
        assertThat(overlay.heads()).isEqualTo(history.view().heads());
        assertThat(overlay.root()).isEqualTo(history.view().root());
        assertThat(overlay.clock()).isEqualTo(history.view().clock());
        assertThat(nodes).allMatch(node -> overlay.contains(node.id()));
    }

    @Test
    void itStoresNothingTwiceAndNothingBeforeItsParents() {
        List<Node> nodes = Graphs.chain(3);
        Overlay overlay = new Overlay(Graphs.history(nodes.subList(0, 1)).view());
        assertThatThrownBy(() -> overlay.store(nodes.get(0))).hasMessageContaining("stored already");
        assertThatThrownBy(() -> overlay.store(nodes.get(2))).hasMessageContaining("parent not stored");
        assertThat(overlay.stored()).isEmpty();
    }
}
