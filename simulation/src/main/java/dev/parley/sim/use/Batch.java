package dev.parley.sim.use;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Makes many runs on several threads, each run on one of them, and hands their endings over in the order of the jobs.
 *
 * <p>A run that has not ended after {@code limit} of processor time, or ten times that in all, is broken, with the stack
 * where it was; its thread is left behind, and another takes its place. What a run throws is its own ending and never ours.
 */
final class Batch {
    private static final long POLL_MS = 200;
    /** How long what is under way may still take once the batch is stopped. */
    private static final long STOPPING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int STACK_LINES = 12;
    /** A busy machine is no fault of a run. */
    private static final int PATIENCE = 10;

    private final int workers;
    private final Duration limit;
    private final Function<Job, Ending> run;
    private final LongSupplier nanos;
    private final ToLongFunction<Thread> cpu;
    private final AtomicBoolean stopped = new AtomicBoolean();

    /**
     * {@code nanos} is the time that passes.
     *
     * @param cpu the processor time that a thread has used, in nanoseconds
     */
    Batch(int workers, Duration limit, Function<Job, Ending> run, LongSupplier nanos, ToLongFunction<Thread> cpu) {
        this.workers = workers;
        this.limit = limit;
        this.run = run;
        this.nanos = nanos;
        this.cpu = cpu;
    }

    /** How far a batch is, or how it ended. */
    record Tally(long asked, long done, long events, long elapsedNanos, long cpuNanos, List<Ending.Broke> broken) {
        Tally {
            broken = List.copyOf(broken);
        }

        double seconds() {
            return elapsedNanos / 1e9;
        }

        double runsPerSecond() {
            return elapsedNanos == 0 ? 0 : done / seconds();
        }

        /** What one core makes in a second, whoever else uses the machine. */
        double runsPerCpuSecond() {
            return cpuNanos == 0 ? 0 : done / (cpuNanos / 1e9);
        }

        double secondsLeft() {
            return done == 0 ? 0 : (asked - done) * seconds() / done;
        }
    }

    private record Done(long number, Ending ending, long cpuNanos) {}

    private record UnderWay(Job job, Thread thread, long sinceNanos, long cpuBefore) {}

    /** No more runs are begun; those under way end. Safe on any thread. */
    void stop() {
        stopped.set(true);
    }

    /**
     * Makes {@code count} runs.
     *
     * @param each is told each ending, in order
     * @param progress is told about five times a second how far it is
     */
    Tally run(long count, LongFunction<Job> jobs, Consumer<Ending> each, Consumer<Tally> progress) {
        return new Making(count, jobs).make(each, progress);
    }

    private final class Making {
        private final long count;
        private final LongFunction<Job> jobs;
        private final AtomicLong next = new AtomicLong();
        private final LinkedBlockingQueue<Done> results = new LinkedBlockingQueue<>();
        private final Map<Long, UnderWay> underWay = new ConcurrentHashMap<>();
        private final Map<Long, Ending> early = new HashMap<>();
        private final List<Ending.Broke> broken = new ArrayList<>();
        private final long startedNanos = nanos.getAsLong();
        private long done;
        private long events;
        private long cpuNanos;

        Making(long count, LongFunction<Job> jobs) {
            this.count = count;
            this.jobs = jobs;
        }

        Tally make(Consumer<Ending> each, Consumer<Tally> progress) {
            for (int worker = 0; worker < workers; worker++) {
                startWorker();
            }
            long stoppingSince = -1;
            while (done < count) {
                Done one = poll();
                if (one != null) {
                    early.put(one.number(), one.ending());
                    cpuNanos += one.cpuNanos();
                    handOver(each);
                }
                progress.accept(tally());
                endTheHung();
                if (stopped.get()) {
                    stoppingSince = stoppingSince < 0 ? nanos.getAsLong() : stoppingSince;
                    boolean patient = nanos.getAsLong() - stoppingSince < STOPPING_NANOS;
                    if (results.isEmpty() && (underWay.isEmpty() || !patient)) {
                        break;
                    }
                }
            }
            early.values().forEach(each);
            early.values().forEach(this::count);
            return tally();
        }

        private void startWorker() {
            Thread thread = new Thread(this::work, "simulate-" + next.get());
            thread.setDaemon(true);
            thread.start();
        }

        private void work() {
            for (long number = next.getAndIncrement();
                    number < count && !stopped.get();
                    number = next.getAndIncrement()) {
                Job job = jobs.apply(number);
                Thread self = Thread.currentThread();
                long cpuBefore = cpu.applyAsLong(self);
                underWay.put(number, new UnderWay(job, self, nanos.getAsLong(), cpuBefore));
                Ending ending = ending(job);
                if (underWay.remove(number) == null) {
                    return; // Given up meanwhile; another thread has this one's place.
                }
                results.add(new Done(number, ending, cpu.applyAsLong(self) - cpuBefore));
            }
        }

        private Ending ending(Job job) {
            try {
                return run.apply(job);
            } catch (RuntimeException | StackOverflowError | AssertionError escaped) {
                return new Ending.Broke(
                        job,
                        escaped.getClass().getSimpleName(),
                        escaped + "\n" + stack(escaped.getStackTrace()) + "\nreplay: " + job.replayHint());
            }
        }

        private Done poll() {
            try {
                return results.poll(POLL_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException interrupted) {
                stop();
                return null;
            }
        }

        private void handOver(Consumer<Ending> each) {
            for (Ending ending = early.remove(done); ending != null; ending = early.remove(done)) {
                count(ending);
                each.accept(ending);
            }
        }

        private void count(Ending ending) {
            done++;
            switch (ending) {
                case Ending.Held held -> events += held.events();
                case Ending.Broke broke -> broken.add(broke);
            }
        }

        private void endTheHung() {
            long now = nanos.getAsLong();
            for (Map.Entry<Long, UnderWay> one : underWay.entrySet()) {
                UnderWay run = one.getValue();
                boolean hung = cpu.applyAsLong(run.thread()) - run.cpuBefore() > limit.toNanos()
                        || now - run.sinceNanos() > PATIENCE * limit.toNanos();
                if (hung && underWay.remove(one.getKey(), run)) {
                    String what = "did not end within " + limit.toSeconds() + " s";
                    results.add(new Done(
                            one.getKey(),
                            new Ending.Broke(
                                    run.job(),
                                    "does not end",
                                    what + "; it was at\n" + stack(run.thread().getStackTrace()) + "\nreplay: "
                                            + run.job().replayHint()),
                            limit.toNanos()));
                    startWorker();
                }
            }
        }

        private Tally tally() {
            return new Tally(count, done, events, nanos.getAsLong() - startedNanos, cpuNanos, broken);
        }
    }

    private static String stack(StackTraceElement[] frames) {
        return Arrays.stream(frames)
                .limit(STACK_LINES)
                .map(frame -> "  at " + frame)
                .collect(Collectors.joining("\n"));
    }
}
