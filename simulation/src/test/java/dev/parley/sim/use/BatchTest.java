package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many runs on several threads end as they would one after the other, and none of them takes the others down. */
class BatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicLong cpu = new AtomicLong();
    private final List<Ending> told = new ArrayList<>();

    private static Job job(long seed) {
        return new Job(Layer.RULES, "default", seed);
    }

    private static Ending held(Job job) {
        return new Ending.Held(job, job.seed(), 10, 1_000, 3, 5);
    }

    private Batch batch(int workers, Function<Job, Ending> run) {
        return new Batch(workers, LIMIT, run, nanos::get, thread -> cpu.get());
    }

    @Test
    void endingsComeInTheOrderOfTheSeedsWhoeverIsFirst() {
        CountDownLatch others = new CountDownLatch(3);
        Batch batch = batch(2, job -> {
            if (job.seed() == 0) {
                await(others);
            }
            others.countDown();
            return held(job);
        });

        Batch.Tally tally = batch.run(20, BatchTest::job, told::add, progress -> {});

        assertThat(told).extracting(ending -> ending.job().seed()).containsExactlyElementsOf(seeds(20));
        assertThat(tally.done()).isEqualTo(20);
        assertThat(tally.events()).isEqualTo(200);
        assertThat(tally.broken()).isEmpty();
    }

    @Test
    void whatARunThrowsIsItsOwnEnding() {
        Batch batch = batch(2, job -> {
            if (job.seed() == 3) {
                throw new ArrayIndexOutOfBoundsException("index 7");
            }
            return job.seed() == 4 ? overflow(job) : held(job);
        });

        Batch.Tally tally = batch.run(6, BatchTest::job, told::add, progress -> {});

        assertThat(tally.broken()).extracting(broke -> broke.job().seed()).containsExactly(3L, 4L);
        assertThat(tally.broken().get(0).what()).contains("index 7", "BatchTest", "replay: ./parley simulate --seed 3");
        assertThat(told).hasSize(6);
    }

    @ParameterizedTest(name = "busy {0}")
    @ValueSource(booleans = {true, false})
    void aRunWithoutAnEndIsBrokenAndTheOthersGoOn(boolean busy) {
        CountDownLatch hung = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        Batch batch = batch(1, job -> {
            if (job.seed() == 1) {
                hung.countDown();
                await(never);
            }
            return held(job);
        });

        Batch.Tally tally = batch.run(5, BatchTest::job, told::add, progress -> {
            if (hung.getCount() == 0) {
                (busy ? cpu : nanos)
                        .set(LIMIT.multipliedBy(busy ? 1 : 10).plusSeconds(1).toNanos());
            }
        });
        never.countDown();

        assertThat(tally.broken()).hasSize(1);
        assertThat(tally.broken().get(0).job().seed()).isEqualTo(1);
        assertThat(tally.broken().get(0).what()).contains("did not end within 60 s", "await");
        assertThat(told).extracting(ending -> ending.job().seed()).containsExactlyElementsOf(seeds(5));
    }

    @Test
    void aRunThatOnlyWaitsForItsTurnOfTheMachineIsNotBroken() {
        Batch batch = batch(1, BatchTest::held);

        Batch.Tally tally = batch.run(3, BatchTest::job, told::add, progress -> nanos.addAndGet(LIMIT.toNanos()));

        assertThat(tally.broken()).isEmpty();
    }

    @Test
    void whoIsStoppedBeginsNoMoreRunsAndCountsWhatWasDone() {
        Set<Long> begun = ConcurrentHashMap.newKeySet();
        Batch[] batch = new Batch[1];
        batch[0] = batch(2, job -> {
            begun.add(job.seed());
            if (begun.size() == 10) {
                batch[0].stop();
            }
            return held(job);
        });

        Batch.Tally tally = batch[0].run(1_000_000, BatchTest::job, told::add, progress -> {});

        assertThat(tally.done()).isEqualTo(told.size()).isBetween(9L, 12L);
        assertThat(tally.asked()).isEqualTo(1_000_000);
    }

    @Test
    void progressTellsRateAndTimeLeft() {
        Batch.Tally tally = new Batch.Tally(100, 25, 0, 5_000_000_000L, 2_500_000_000L, List.of());

        assertThat(tally.runsPerSecond()).isEqualTo(5.0);
        assertThat(tally.runsPerCpuSecond()).isEqualTo(10.0);
        assertThat(tally.secondsLeft()).isEqualTo(15.0);
    }

    private static List<Long> seeds(int count) {
        return java.util.stream.LongStream.range(0, count).boxed().toList();
    }

    private static Ending overflow(Job job) {
        return overflow(new Job(job.layer(), job.scenario() + "x", job.seed()));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }
}
