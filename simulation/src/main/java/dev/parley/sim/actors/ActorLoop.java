package dev.parley.sim.actors;

import dev.parley.sim.check.Violation;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.dispatch.Mailbox;

/**
 * The one thread of a simulated actor system: what is ready waits in one list, from which one entry after the other is
 * drawn; when the list is empty, virtual time goes on to what is due next.
 *
 * <p>A mailbox is listed under the number that its actor got when it first was ready, anything else behind all actors in
 * the order of its coming, so that what is drawn does not depend on the order in which Pekko wakes several actors at
 * once: that one follows hash codes of addresses, which are random.
 *
 * <p>Until {@link #takeOver} tasks run on a helper thread, because an actor system blocks on itself while it starts. From
 * then on a task that comes from another thread is a fault of the set-up and ends the run.
 */
final class ActorLoop {
    /** Numbers of tasks that are no mailbox start here. */
    private static final long NO_ACTOR = 1L << 40;

    /** Of a hundred steps, so many leave something ready while time goes on: nothing is infinitely fast. */
    private static final int HURRIES_PERCENT = 2;

    private static final long HURRY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private record Due(long atNanos, long number, Runnable task) {}

    /** {@code branch}: the name of its ancestor below the guardian, or its own. */
    private record Known(long number, String branch) {}

    private final TreeMap<Long, Runnable> ready = new TreeMap<>();
    private final Map<ActorCell, Known> actors = new IdentityHashMap<>();
    private final Set<String> frozen = new HashSet<>();
    private final PriorityQueue<Due> due =
            new PriorityQueue<>(Comparator.comparingLong(Due::atNanos).thenComparingLong(Due::number));
    private final SplittableRandom order;
    private final LongConsumer drawn;
    private final ExecutorService starter;
    private final AtomicInteger starting = new AtomicInteger();
    private volatile Thread owner;
    private volatile Optional<RuntimeException> broken = Optional.empty();
    private long nowNanos;
    private long numbers;
    private long steps;

    /** {@code drawn} is told the number of each entry that is run. */
    ActorLoop(long seed, LongConsumer drawn) {
        this.order = new SplittableRandom(seed);
        this.drawn = drawn;
        this.starter = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("actors-start").factory());
    }

    /**
     * From now on the calling thread, and nobody else, runs what is ready.
     *
     * <p>Not before all has run that was ready on the helper thread, and what that made ready.
     */
    void takeOver() {
        try {
            while (starting.get() > 0) {
                starter.submit(() -> {}).get(1, TimeUnit.MINUTES);
            }
            owner = Thread.currentThread();
            starter.shutdown();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        } catch (ExecutionException | TimeoutException stuck) {
            throw new IllegalStateException("the actor system does not come to rest", stuck);
        }
    }

    /** A task of a dispatcher is ready. */
    void execute(Runnable task) {
        if (owner == null) {
            starting.incrementAndGet();
            starter.execute(() -> {
                try {
                    task.run();
                } finally {
                    starting.decrementAndGet();
                }
            });
        } else {
            own();
            if (task instanceof Mailbox mailbox) {
                Known actor = known(mailbox.actor());
                if (!frozen.contains(actor.branch)) {
                    ready.put(actor.number, task);
                }
            } else {
                ready.put(NO_ACTOR + numbers++, task);
            }
        }
    }

    private record Owned(String branch, Runnable task) implements Runnable {
        @Override
        public void run() {
            task.run();
        }
    }

    /** Runs tasks that belong to a branch of actors and are no actors themselves. */
    Executor executor(String branch) {
        return task -> {
            own();
            if (!frozen.contains(branch)) {
                ready.put(NO_ACTOR + numbers++, new Owned(branch, task));
            }
        };
    }

    /** Nothing of this branch of actors ever runs again, as if its process had died. */
    void freeze(String branch) {
        frozen.add(branch);
        ready.values().removeIf(task -> switch (task) {
            case Mailbox mailbox -> known(mailbox.actor()).branch.equals(branch);
            case Owned owned -> owned.branch.equals(branch);
            default -> false;
        });
    }

    private Known known(ActorCell actor) {
        Known known = actors.get(actor);
        if (known == null) {
            known = new Known(actors.size(), branch(actor.self()));
            actors.put(actor, known);
        }
        return known;
    }

    /** The branch of actors that this one is in: what dies together. */
    static String branch(ActorRef actor) {
        return branch(actor.path());
    }

    /** {@code /user/branch/…}: the rest of the path does not matter. */
    private static String branch(ActorPath path) {
        ActorPath below = path;
        ActorPath at = path;
        while (!(at.parent() instanceof RootActorPath) && !(at instanceof RootActorPath)) {
            below = at;
            at = at.parent();
        }
        return at.name().equals("user") ? below.name() : "/" + at.name();
    }

    /** Something that must not be has happened; the run ends with the first such report. */
    void broken(RuntimeException why) {
        if (broken.isEmpty()) {
            broken = Optional.of(why);
        }
    }

    /** Runs a task at its time, before anything that is ready then. */
    void after(long delayMs, Runnable task) {
        schedule(TimeUnit.MILLISECONDS.toNanos(delayMs), task);
    }

    /** As {@link #after}, in nanoseconds; also while the system starts. */
    synchronized void schedule(long delayNanos, Runnable task) {
        if (owner != null) {
            own();
        }
        due.add(new Due(nowNanos + Math.max(0, delayNanos), numbers++, task));
    }

    private void own() {
        if (Thread.currentThread() != owner) {
            IllegalStateException stranger = new IllegalStateException("a task came from outside, by thread "
                    + Thread.currentThread().getName());
            broken(stranger);
            throw stranger;
        }
    }

    /** Since the run began. */
    long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(nowNanos);
    }

    long steps() {
        return steps;
    }

    int waiting() {
        return ready.size() + due.size();
    }

    /**
     * Runs one task, or lets time go on; false when nothing is left to do until then.
     *
     * <p>Errors: whatever was {@link #broken}, and what a task throws.
     */
    boolean step(long untilMs) {
        if (ready.isEmpty() || order.nextInt(100) < HURRIES_PERCENT && dueWithin(HURRY_NANOS)) {
            Due next = due.peek();
            if (next == null || next.atNanos > TimeUnit.MILLISECONDS.toNanos(untilMs)) {
                return !ready.isEmpty();
            }
            due.poll();
            nowNanos = next.atNanos;
            next.task.run();
        } else {
            steps++;
            Long number = draw();
            Runnable task = ready.remove(number);
            drawn.accept(number);
            task.run();
        }
        if (broken.isPresent()) {
            RuntimeException why = broken.get();
            throw why instanceof Violation violation ? violation : new Violation(why.toString(), why);
        }
        return true;
    }

    private boolean dueWithin(long nanos) {
        Due next = due.peek();
        return next != null && next.atNanos <= nowNanos + nanos;
    }

    private Long draw() {
        int index = order.nextInt(ready.size());
        for (Long number : ready.keySet()) {
            if (index-- == 0) {
                return number;
            }
        }
        throw new IllegalStateException("nothing is ready");
    }
}
