package dev.parley.sim.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One thread, an order drawn from the seed, time that passes when nothing else is to be done. */
class ActorLoopTest {
    private static ActorLoop loop(long seed) {
        ActorLoop loop = new ActorLoop(seed, number -> {});
        loop.takeOver();
        return loop;
    }

    private static List<Integer> order(long seed) {
        ActorLoop loop = loop(seed);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            loop.execute(() -> order.add(number));
        }
        while (loop.step(0)) {
            // Until nothing is ready.
        }
        return order;
    }

    @Test
    void allThatIsReadyRunsOnceInAnOrderOfTheSeed() {
        assertThat(order(1))
                .hasSize(20)
                .doesNotHaveDuplicates()
                .isEqualTo(order(1))
                .isNotEqualTo(order(2));
    }

    @Test
    void timeGoesOnToWhatIsDueAndNoFurther() {
        ActorLoop loop = loop(1);
        List<Long> times = new ArrayList<>();
        loop.after(30, () -> times.add(loop.nowMs()));
        loop.after(10, () -> times.add(loop.nowMs()));
        loop.after(99, () -> times.add(loop.nowMs()));

        while (loop.step(50)) {
            // Until nothing is due by then.
        }

        assertThat(times).containsExactly(10L, 30L);
    }

    @Test
    void aFrozenBranchRunsNothingMore() {
        ActorLoop loop = loop(1);
        List<String> ran = new ArrayList<>();
        Executor dying = loop.executor("dying");
        dying.execute(() -> ran.add("before"));
        loop.freeze("dying");
        dying.execute(() -> ran.add("after"));
        loop.executor("living").execute(() -> ran.add("other"));

        while (loop.step(0)) {
            // Until nothing is ready.
        }

        assertThat(ran).containsExactly("other");
    }

    @Test
    void allThatAStartMakesReadyRunsBeforeTheLoopIsTakenOver() {
        ActorLoop loop = new ActorLoop(1, number -> {});
        AtomicInteger ran = new AtomicInteger();
        loop.execute(new Runnable() {
            @Override
            public void run() {
                if (ran.incrementAndGet() < 10_000) {
                    loop.execute(this);
                }
            }
        });

        loop.takeOver();

        assertThat(ran).hasValue(10_000);
        assertThat(loop.step(0)).isFalse();
    }

    @Test
    void aTaskFromAnotherThreadEndsTheRun() {
        ActorLoop loop = loop(1);
        loop.after(0, () -> {});

        assertThatThrownBy(() ->
                        CompletableFuture.runAsync(() -> loop.execute(() -> {})).join())
                .hasMessageContaining("a task came from outside");
        assertThatThrownBy(() -> loop.step(1)).hasMessageContaining("a task came from outside");
    }

    @Test
    void noDispatcherIsLeftWithThreadsOfItsOwn() {
        Config config = SimulatedSystem.CONFIG;

        List<List<String>> dispatchers = SimulatedSystem.dispatchers(config.root(), List.of());

        assertThat(dispatchers)
                .contains(
                        List.of("parley", "dispatchers", "room"),
                        List.of("parley", "dispatchers", "catch-up"),
                        List.of("parley", "dispatchers", "verify"),
                        List.of("parley", "journal-plugin-dispatcher"),
                        List.of("parley", "journal-readers"),
                        List.of("parley", "snapshot-writer"),
                        List.of("pekko", "actor", "default-dispatcher"),
                        List.of("pekko", "actor", "internal-dispatcher"),
                        List.of("pekko", "persistence", "dispatchers", "default-plugin-dispatcher"))
                .allSatisfy(path -> assertThat(config.getString(ConfigUtil.joinPath(path) + ".executor"))
                        .isEqualTo(LoopExecutor.class.getName()));
    }
}
