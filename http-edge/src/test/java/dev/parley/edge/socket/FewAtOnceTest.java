package dev.parley.edge.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FewAtOnceTest {
    private final Queue<Runnable> pool = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final FewAtOnce few = new FewAtOnce(pool::add, 1);

    @Test
    void largeWorkLeavesRoomForSmall() {
        few.execute(() -> ran.add("large 1"));
        few.execute(() -> ran.add("large 2"));
        few.execute(() -> ran.add("large 3"));
        pool.add(() -> ran.add("small"));
        assertThat(pool).hasSize(2);

        while (!pool.isEmpty()) {
            pool.remove().run();
        }

        assertThat(ran).containsExactly("large 1", "small", "large 2", "large 3");
    }

    @Test
    void aTaskThatFailsGivesItsPlaceToTheNext() {
        few.execute(() -> {
            throw new IllegalStateException("broken");
        });
        few.execute(() -> ran.add("next"));

        assertThatThrownBy(() -> pool.remove().run()).isInstanceOf(IllegalStateException.class);
        pool.remove().run();

        assertThat(ran).containsExactly("next");
    }

    @Test
    void aFullPoolRefuses() {
        FewAtOnce refused = new FewAtOnce(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                1);

        assertThatThrownBy(() -> refused.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> refused.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
