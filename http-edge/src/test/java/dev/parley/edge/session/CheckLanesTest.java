package dev.parley.edge.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.core.id.SessionId;
import dev.parley.edge.socket.InboundBudget;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class CheckLanesTest {
    private static final SessionId FLOODING = new SessionId(1);
    private static final SessionId HEALTHY = new SessionId(2);

    private final Queue<Runnable> smallPool = new ArrayDeque<>();
    private final Queue<Runnable> bulkPool = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();
    private final Shares shares = new Shares(
            new FairWorkers(smallPool::add, 2),
            new FairWorkers(bulkPool::add, 2),
            InboundBudget.unbounded(),
            new ChunkPermits(1));

    @Test
    void aSmallPackWaitsForNoSliceOfALargeOne() {
        CheckLanes flooding = new CheckLanes(shares, FLOODING);
        for (int i = 0; i < 1_000; i++) {
            flooding.of(250).execute(() -> ran.add("slice"));
        }

        new CheckLanes(shares, HEALTHY).of(1).execute(() -> ran.add("small"));

        assertThat(smallPool).hasSize(1);
        smallPool.remove().run();
        assertThat(ran).containsExactly("small");
        assertThat(shares.checksWaiting()).isEqualTo(1_000);
    }

    /** Many small packs are a flood too: they take turns with other sessions. */
    @Test
    void aFloodOfSmallPacksHoldsAnotherSessionUpForOne() {
        CheckLanes flooding = new CheckLanes(shares, FLOODING);
        for (int i = 0; i < 1_000; i++) {
            flooding.of(Verification.SMALL_NODES).execute(() -> ran.add("flood"));
        }
        new CheckLanes(shares, HEALTHY).of(1).execute(() -> ran.add("healthy"));

        smallPool.remove().run();
        smallPool.remove().run();

        assertThat(ran).containsExactly("flood", "healthy");
        assertThat(bulkPool).isEmpty();
    }

    @Test
    void aSessionThatEndsTakesBothLanesAlong() {
        CheckLanes flooding = new CheckLanes(shares, FLOODING);
        flooding.of(1).execute(() -> ran.add("small"));
        flooding.of(Verification.SMALL_NODES + 1).execute(() -> ran.add("bulk"));

        flooding.end();

        smallPool.remove().run();
        bulkPool.remove().run();
        assertThat(ran).isEmpty();
        assertThat(shares.checksWaiting()).isZero();
    }
}
