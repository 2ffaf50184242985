package dev.parley.edge.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class BulkThreadsTest {
    @Test
    void bulkWorkAsksForTheLowestPriorityAndKeepsNoProcessAlive() {
        try (BulkThreads threads = new BulkThreads(1)) {
            Thread worker = CompletableFuture.supplyAsync(Thread::currentThread, threads)
                    .join();

            assertThat(worker.getPriority()).isEqualTo(Thread.MIN_PRIORITY);
            assertThat(worker.isDaemon()).isTrue();
        }
    }

    @Test
    void beyondItsBoundATaskIsRefused() {
        CountDownLatch letGo = new CountDownLatch(1);
        try (BulkThreads threads = new BulkThreads(1)) {
            for (int i = 0; i <= BulkThreads.TASKS_MAX; i++) {
                threads.execute(() -> await(letGo)); // One runs, the others wait.
            }

            assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        }
    }

    @Test
    void onceClosedItTakesNothing() {
        BulkThreads threads = new BulkThreads(1);
        threads.close();

        assertThatThrownBy(() -> threads.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static void await(CountDownLatch letGo) {
        try {
            letGo.await();
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }
}
