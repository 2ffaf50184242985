package dev.parley.sim.use;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Every promise holds: in the runs that once broke one, in the same two hundred seeds of the mixture each time, and, with
 * {@code -Dparley.simulate.runs=N}, in so many new ones.
 */
class SeedsTest {
    private static final int FIXED_RUNS = 200;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static List<Job> onceBroken() throws IOException {
        try (InputStream in = SeedsTest.class.getResourceAsStream("/dev/parley/sim/seeds.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(SeedsTest::job)
                    .toList();
        }
    }

    private static Job job(String line) {
        String[] words = line.split("\\s+", 4);
        Layer layer = Arrays.stream(Layer.values())
                .filter(one -> one.title().equals(words[0]))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(line));
        return new Job(layer, words[1], Long.parseLong(words[2]));
    }

    private static void allHold(long runs, LongFunction<Job> jobs) {
        Batch batch = new Batch(
                Runtime.getRuntime().availableProcessors(),
                LIMIT,
                job -> job.layer().run(job),
                System::nanoTime,
                thread -> 0);

        Batch.Tally tally = batch.run(runs, jobs, ending -> {}, progress -> {});

        List<String> broken = new ArrayList<>();
        tally.broken().forEach(broke -> broken.add(broke.job() + ": " + broke.what()));
        assertThat(broken.stream().collect(Collectors.joining("\n"))).isEmpty();
        assertThat(tally.done()).isEqualTo(runs);
    }

    @Test
    void whatOnceBrokeHolds() throws IOException {
        List<Job> jobs = onceBroken();

        allHold(jobs.size(), number -> jobs.get((int) number));
    }

    @Test
    void theSameSeedsOfTheMixtureHold() {
        Choice any = new Choice(Optional.empty(), Optional.empty());

        allHold(FIXED_RUNS, number -> any.job(number + 1));
    }

    @Test
    void newSeedsHoldAsManyAsAreAskedFor() {
        long runs = Long.getLong("parley.simulate.runs", 0);
        long first = System.nanoTime() & 0xffffffffL;
        Choice any = new Choice(Optional.empty(), Optional.empty());

        allHold(runs, number -> any.job(first + number));
    }
}
