package dev.parley.edge.admin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LabelCapTest {
    @Test
    void theFirstValuesKeepTheirNameAndLaterOnesShareOne() {
        LabelCap rooms = new LabelCap(2);

        assertThat(rooms.of("a")).isEqualTo("a");
        assertThat(rooms.of("b")).isEqualTo("b");
        assertThat(rooms.of("c")).isEqualTo("other");
        assertThat(rooms.of("a")).isEqualTo("a");
    }
}
