package dev.parley.persistence.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class WarningBudgetTest {
    @Test
    void whatIsHeldBackIsCountedInTheNextOneThatIsLetThrough() {
        WarningBudget budget = new WarningBudget(2, Duration.ofNanos(10));

        assertThat(budget.take(-5)).isEqualTo(OptionalLong.of(0));
        assertThat(budget.take(0)).isEqualTo(OptionalLong.of(0));
        assertThat(budget.take(1)).isEmpty();
        assertThat(budget.take(4)).isEmpty();

        assertThat(budget.take(5)).isEqualTo(OptionalLong.of(2));
        assertThat(budget.take(6)).isEqualTo(OptionalLong.of(0));
        assertThat(budget.take(7)).isEmpty();
    }
}
