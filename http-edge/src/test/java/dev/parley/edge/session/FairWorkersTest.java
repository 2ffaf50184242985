package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.core.id.SessionId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FairWorkersTest {
    private static final SessionId FLOODING = new SessionId(1);
    private static final SessionId HEALTHY = new SessionId(2);

    private final Queue<Runnable> pool = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final FairWorkers workers = new FairWorkers(pool::add, 2);

    private void queue(SessionId session, String piece) {
        workers.lane(session).execute(() -> ran.add(piece));
    }

    private void runOne() {
        pool.remove().run();
    }

    private void runAll() {
        while (!pool.isEmpty()) {
            runOne();
        }
    }

    @Test
    void aSessionWithOnePieceWaitsForOneOfTheFloodNotForAll() {
        for (int i = 0; i < 1_000; i++) {
            queue(FLOODING, "flood " + i);
        }
        queue(HEALTHY, "healthy");

        runOne();
        runOne();

        assertThat(ran).containsExactly("flood 0", "healthy");
        runAll();
        assertThat(ran).hasSize(1_001).endsWith("flood 999");
        assertThat(workers.waiting()).isZero();
    }

    /** What else runs on the pool, such as small messages to decode, waits for two pieces at most. */
    @Test
    void thePoolNeverHoldsMoreThanItsWorkers() {
        for (int i = 0; i < 1_000; i++) {
            queue(FLOODING, "flood " + i);
        }
        assertThat(pool).hasSize(2);

        pool.add(() -> ran.add("other"));
        runOne();
        runOne();
        runOne();

        assertThat(ran).containsExactly("flood 0", "flood 1", "other");
        assertThat(pool).hasSize(2);
    }

    @Test
    void workersGoWhenNothingIsLeftAndComeBack() {
        queue(HEALTHY, "first");
        runAll();
        queue(HEALTHY, "second");
        runAll();

        assertThat(ran).containsExactly("first", "second");
        assertThat(pool).isEmpty();
    }

    @Test
    void aPieceThatFailsCostsNoOther() {
        workers.lane(FLOODING).execute(() -> {
            throw new IllegalStateException("broken");
        });
        queue(HEALTHY, "healthy");

        assertThatThrownBy(this::runOne).isInstanceOf(IllegalStateException.class);
        runAll();

        assertThat(ran).containsExactly("healthy");
    }

    @Test
    void aPoolThatTakesNothingRefusesThePieceAndKeepsNone() {
        FairWorkers refused = new FairWorkers(
                task -> {
                    throw new RejectedExecutionException("full");
                },
                2);

        assertThatThrownBy(() -> refused.lane(HEALTHY).execute(() -> ran.add("never")))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(refused.waiting()).isZero();
    }

    @Test
    void aPoolThatFillsUpLaterStillGetsAllDone() {
        boolean[] full = {false};
        FairWorkers some = new FairWorkers(
                task -> {
                    if (full[0]) {
                        throw new RejectedExecutionException("full");
                    }
                    pool.add(task);
                },
                2);
        some.lane(FLOODING).execute(() -> ran.add("first"));
        full[0] = true;
        some.lane(FLOODING).execute(() -> ran.add("second"));

        runAll();

        assertThat(ran).containsExactly("first", "second");
    }

    @Test
    void whatASessionThatEndedWantedIsDropped() {
        FairWorkers.Lane lane = workers.lane(FLOODING);
        Runnable again = new Runnable() {
            @Override
            public void run() {
                ran.add("slice");
                lane.execute(this);
            }
        };
        lane.execute(again);
        lane.execute(again);
        lane.execute(again);
        queue(HEALTHY, "healthy");
        runOne();
        assertThat(workers.waiting()).isEqualTo(4);

        lane.end();

        assertThat(workers.waiting()).isEqualTo(1);
        runAll();
        lane.execute(again);
        runAll();
        assertThat(ran).containsExactly("slice", "healthy");
        assertThat(workers.waiting()).isZero();
    }
}
